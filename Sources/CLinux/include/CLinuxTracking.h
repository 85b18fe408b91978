// What trackers ask the kernel for that Swift cannot read from its headers: the process connector, whose structures hold
// a union, and the carrier of a link by ways that are ioctls.
#ifndef MARTLET_CLINUX_TRACKING_H
#define MARTLET_CLINUX_TRACKING_H

#include <stddef.h>  // size_t
#include <stdint.h>

// What one report of the process connector says.
enum clinux_process_event_kind {
    // Nothing that counts: threads, identities and the like.
    CLINUX_PROCESS_OTHER,
    // The kernel's answer to the wish to listen; `error` is 0 or an errno.
    CLINUX_PROCESS_ACCEPTED,
    CLINUX_PROCESS_FORKED,
    CLINUX_PROCESS_EXECUTED,
    CLINUX_PROCESS_RENAMED,
    CLINUX_PROCESS_ENDED,
};

struct clinux_process_event {
    enum clinux_process_event_kind kind;
    int32_t process;
    // Of a fork alone.
    int32_t parent;
    int error;
};

// Opens a non-blocking socket on which the kernel reports processes that start, change and end, and says that they
// are wanted. Returns it, or -1 with errno set. A kernel that does not serve this namespace answers nothing.
int clinux_open_process_events(int receive_buffer);

// Reads the report that begins `offset` bytes into a datagram. Returns where the next one begins; 0 at the end.
size_t clinux_read_process_event(const uint8_t *bytes, size_t length, size_t offset, struct clinux_process_event *event);

// How a link is asked for its carrier.
enum clinux_link_method { CLINUX_LINK_MII, CLINUX_LINK_ETHTOOL, CLINUX_LINK_FLAGS };

// Whether a link has a carrier: 1 or 0, or -1 with errno set. The descriptor is any socket of the interface's namespace.
int clinux_link_state(int descriptor, const char *interface, enum clinux_link_method method);

#endif
