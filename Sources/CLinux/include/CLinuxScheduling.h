// How the calling thread is scheduled, by calls whose sets and resources are macros.
#ifndef MARTLET_CLINUX_SCHEDULING_H
#define MARTLET_CLINUX_SCHEDULING_H

#include <stddef.h>  // size_t
#include <stdint.h>

// All return 0, or -1 with errno set.

// Lets the calling thread run on these processors alone.
int clinux_set_processors(const uint16_t *processors, size_t count);

// Sets the nice value of the calling thread; others keep theirs.
int clinux_set_niceness(int niceness);

// Locks every page of the process from the moment on in which it is first used.
int clinux_lock_memory(void);

// Has the kernel send SIGXCPU when a thread under a real-time policy runs for so long without a pause.
int clinux_limit_real_time(uint32_t microseconds);

#endif
