// Hearing every advert of a segment with the hardware address that it comes from. In C because the filter is a program
// of macros and because <linux/if_packet.h> and the address of a frame are.
#ifndef MARTLET_CLINUX_CAPTURE_H
#define MARTLET_CLINUX_CAPTURE_H

#include <stddef.h>  // size_t
#include <stdint.h>

// Where a frame came from.
struct clinux_frame {
    uint8_t hardware_address[6];
    // Whether the link has hardware addresses of six bytes.
    int has_hardware_address;
    // Whether this host sent it.
    int is_own;
};

// Opens a non-blocking packet socket that hears IP packets of protocol 112, and of protocol 51 that may hold one, on an
// interface, those of the VRRP groups among them. Returns it, or -1 with errno set.
int clinux_open_advert_capture(int interface_index);

// Receives one IP packet without its link header. Returns its length, or -1 with errno set.
long clinux_receive_frame(int descriptor, void *buffer, size_t capacity, struct clinux_frame *frame);

#endif
