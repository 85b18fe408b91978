#define _GNU_SOURCE
#include "CLinuxCapture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int add_group(int descriptor, int interface_index, const uint8_t address[6]) {
    struct packet_mreq request = {.mr_ifindex = interface_index, .mr_type = PACKET_MR_MULTICAST, .mr_alen = 6};
    memcpy(request.mr_address, address, 6);
    return setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request);
}

int clinux_open_advert_capture(int interface_index) {
    // The link header is off, so that the program begins at the IP header: version, then protocol or next header.
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 2),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
        BPF_STMT(BPF_JMP | BPF_JA, 2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 112, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 51, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = interface_index};
    static const uint8_t group4[6] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x12};
    static const uint8_t group6[6] = {0x33, 0x33, 0x00, 0x00, 0x00, 0x12};
    // Protocol 0: nothing is heard before the filter is in its place.
    int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int saved = errno;
        close(descriptor);
        errno = saved;
        return -1;
    }
    // Where a link knows no groups, unicast adverts are heard all the same.
    add_group(descriptor, interface_index, group4);
    add_group(descriptor, interface_index, group6);
    return descriptor;
}

long clinux_receive_frame(int descriptor, void *buffer, size_t capacity, struct clinux_frame *frame) {
    memset(frame, 0, sizeof *frame);
    struct sockaddr_ll address;
    socklen_t length = sizeof address;
    long count = recvfrom(descriptor, buffer, capacity, 0, (struct sockaddr *)&address, &length);
    if (count < 0) return -1;
    frame->is_own = address.sll_pkttype == PACKET_OUTGOING;
    frame->has_hardware_address = address.sll_halen == 6;
    if (frame->has_hardware_address) memcpy(frame->hardware_address, address.sll_addr, 6);
    return count;
}
