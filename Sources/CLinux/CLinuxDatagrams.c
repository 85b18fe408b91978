#define _GNU_SOURCE  // in6_pktinfo
#include "CLinuxDatagrams.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>

static void read_control(struct msghdr *message, struct clinux_datagram *datagram) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        size_t length = header->cmsg_len - CMSG_LEN(0);
        void *data = CMSG_DATA(header);
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_TTL && length >= sizeof(int)) {
            memcpy(&datagram->ttl, data, sizeof(int));
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_HOPLIMIT && length >= sizeof(int)) {
            memcpy(&datagram->ttl, data, sizeof(int));
        } else if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO &&
                   length >= sizeof(struct in_pktinfo)) {
            struct in_pktinfo info;
            memcpy(&info, data, sizeof info);
            memcpy(datagram->destination, &info.ipi_addr, 4);
            datagram->has_destination = 1;
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO &&
                   length >= sizeof(struct in6_pktinfo)) {
            struct in6_pktinfo info;
            memcpy(&info, data, sizeof info);
            memcpy(datagram->destination, &info.ipi6_addr, 16);
            datagram->has_destination = 1;
        }
    }
}

long clinux_receive_datagram(int descriptor, void *buffer, size_t capacity, struct clinux_datagram *datagram) {
    struct sockaddr_storage source;
    union {
        struct cmsghdr alignment;
        char bytes[256];
    } control;
    struct iovec payload = {.iov_base = buffer, .iov_len = capacity};
    struct msghdr message = {
        .msg_name = &source,
        .msg_namelen = sizeof source,
        .msg_iov = &payload,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    memset(&source, 0, sizeof source);
    memset(datagram, 0, sizeof *datagram);
    datagram->ttl = -1;
    ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT);
    if (count < 0) return -1;
    datagram->is_truncated = (message.msg_flags & MSG_TRUNC) != 0;
    datagram->family = source.ss_family;
    if (source.ss_family == AF_INET) {
        const struct sockaddr_in *from = (const struct sockaddr_in *)&source;
        memcpy(datagram->source, &from->sin_addr, 4);
        datagram->source_port = ntohs(from->sin_port);
    } else if (source.ss_family == AF_INET6) {
        const struct sockaddr_in6 *from = (const struct sockaddr_in6 *)&source;
        memcpy(datagram->source, &from->sin6_addr, 16);
        datagram->source_port = ntohs(from->sin6_port);
    }
    read_control(&message, datagram);
    return (long)count;
}

int clinux_open_timer(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

void clinux_set_timer(int descriptor, int64_t nanoseconds) {
    struct itimerspec setting = {
        .it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000},
    };
    timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &setting, NULL);
}

int clinux_hear_only_source(int descriptor, const uint8_t *address) {
    // The source follows the six bytes of the destination; SKF_LL_OFF is where the frame begins, whatever the protocol of
    // the socket. Loads are in host order of what stands there in network order.
    uint32_t first = (uint32_t)address[0] << 24 | (uint32_t)address[1] << 16 | (uint32_t)address[2] << 8 | address[3];
    uint32_t last = (uint32_t)address[4] << 8 | address[5];
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_LL_OFF + 6)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_LL_OFF + 10)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, last, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
