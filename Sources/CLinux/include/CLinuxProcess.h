#ifndef MARTLET_CLINUX_PROCESS_H
#define MARTLET_CLINUX_PROCESS_H

#include <stdint.h>

// Blocks the given signals in the calling thread (and so in every thread that it starts later) and returns a
// descriptor from which they are read, or -1 with errno set. Written in C because sigset_t is macros all the way.
int clinux_open_signal_descriptor(const int *signals, int count);

// Size of one record that the descriptor yields, and where in it the signal number stands.
enum { CLINUX_SIGNAL_RECORD_SIZE = 128 };

// F_OFD_SETLK of <fcntl.h>, which glibc shows only under _GNU_SOURCE; a shim header must not define that. The value
// is asserted in the source file.
enum { CLINUX_F_OFD_SETLK = 37 };

#endif
