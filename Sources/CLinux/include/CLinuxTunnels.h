// Settings of tunnels' devices, which are set by ioctls whose structures Swift cannot read.
#ifndef MARTLET_CLINUX_TUNNELS_H
#define MARTLET_CLINUX_TUNNELS_H

#include <stdint.h>

// Sets the protocol that a device of kind ip6tnl opens, 0 for any, and leaves the rest of it as it is: 0, or -1 with
// errno set. The descriptor is any IPv6 socket of the interface's namespace.
int clinux_set_ip6tnl_protocol(int descriptor, const char *interface, uint8_t protocol);

// Sets whether a device of kind gre takes packets with a checksum, and only those, or those without: 0, or -1 with errno
// set. The descriptor is any IPv4 socket of the interface's namespace.
int clinux_set_gre_checksum(int descriptor, const char *interface, int is_expected);

#endif
