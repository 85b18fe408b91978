// Receiving datagrams with what their IP header said, and a timer to wait for beside them. In C because control
// messages are macros all the way, and because <sys/timerfd.h> would declare timespec a second time.
#ifndef MARTLET_CLINUX_DATAGRAMS_H
#define MARTLET_CLINUX_DATAGRAMS_H

#include <stddef.h>  // size_t
#include <stdint.h>

// Whom a datagram came from and what its IP header said.
struct clinux_datagram {
    // AF_INET or AF_INET6.
    int family;
    // 4 or 16 bytes in network order; the destination is all zeros where it is not known.
    uint8_t source[16];
    uint8_t destination[16];
    int has_destination;
    uint16_t source_port;
    // Time to live or hop limit; -1 where it is not known.
    int ttl;
    // Whether the payload was longer than the buffer.
    int is_truncated;
};

// Receives one datagram without blocking from a UDP socket that has IP_RECVTTL and IP_PKTINFO, or their IPv6
// counterparts. Returns the bytes of payload in the buffer, or -1 with errno set.
long clinux_receive_datagram(int descriptor, void *buffer, size_t capacity, struct clinux_datagram *datagram);

// Makes a socket of an interface hear only what Ethernet frames from this address (6 bytes) carry. Returns 0, or -1 with
// errno set.
int clinux_hear_only_source(int descriptor, const uint8_t *address);

// Opens a timer on CLOCK_MONOTONIC that is waited for as a descriptor. Returns it, or -1 with errno set.
int clinux_open_timer(void);

// Sets the timer to a point of the clock; 0 takes it back. What it was readable for is forgotten.
void clinux_set_timer(int descriptor, int64_t nanoseconds);

#endif
