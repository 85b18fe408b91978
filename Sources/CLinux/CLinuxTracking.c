#define _GNU_SOURCE
#include "CLinuxTracking.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_open_process_events(int receive_buffer) {
    int descriptor = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_CONNECTOR);
    if (descriptor < 0) return -1;
    // Without the right to exceed the system's limit, whatever that limit is has to do.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    uint32_t operation = PROC_CN_MCAST_LISTEN;
    uint8_t request[NLMSG_SPACE(sizeof(struct cn_msg) + sizeof operation)];
    memset(request, 0, sizeof request);
    struct nlmsghdr header = {.nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE};
    struct cn_msg message = {.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC}, .len = sizeof operation};
    memcpy(request, &header, sizeof header);
    memcpy(request + NLMSG_HDRLEN, &message, sizeof message);
    memcpy(request + NLMSG_HDRLEN + sizeof message, &operation, sizeof operation);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        send(descriptor, request, sizeof request, 0) < 0) {
        int saved = errno;
        close(descriptor);
        errno = saved;
        return -1;
    }
    return descriptor;
}

size_t clinux_read_process_event(const uint8_t *bytes, size_t length, size_t offset, struct clinux_process_event *event) {
    memset(event, 0, sizeof *event);
    struct nlmsghdr header;
    if (offset > length || length - offset < NLMSG_HDRLEN) return 0;
    memcpy(&header, bytes + offset, sizeof header);
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > length - offset) return 0;
    size_t next = offset + NLMSG_ALIGN(header.nlmsg_len);
    const uint8_t *body = bytes + offset + NLMSG_HDRLEN;
    size_t body_length = header.nlmsg_len - NLMSG_HDRLEN;
    if (body_length < sizeof(struct cn_msg)) return next;
    // Shorter events of older kernels leave the rest zero.
    struct proc_event report;
    memset(&report, 0, sizeof report);
    size_t report_length = body_length - sizeof(struct cn_msg);
    memcpy(&report, body + sizeof(struct cn_msg), report_length < sizeof report ? report_length : sizeof report);
    switch (report.what) {
    case PROC_EVENT_NONE:
        event->kind = CLINUX_PROCESS_ACCEPTED;
        event->error = (int)report.event_data.ack.err;
        break;
    case PROC_EVENT_FORK:
        // A thread has the group of its creator.
        if (report.event_data.fork.child_pid != report.event_data.fork.child_tgid) break;
        event->kind = CLINUX_PROCESS_FORKED;
        event->process = report.event_data.fork.child_pid;
        event->parent = report.event_data.fork.parent_tgid;
        break;
    case PROC_EVENT_EXEC:
        event->kind = CLINUX_PROCESS_EXECUTED;
        event->process = report.event_data.exec.process_tgid;
        break;
    case PROC_EVENT_COMM:
        if (report.event_data.comm.process_pid != report.event_data.comm.process_tgid) break;
        event->kind = CLINUX_PROCESS_RENAMED;
        event->process = report.event_data.comm.process_tgid;
        break;
    case PROC_EVENT_EXIT:
        if (report.event_data.exit.process_pid != report.event_data.exit.process_tgid) break;
        event->kind = CLINUX_PROCESS_ENDED;
        event->process = report.event_data.exit.process_tgid;
        break;
    default:
        break;
    }
    return next;
}

static int mii_state(int descriptor, struct ifreq *request) {
    struct mii_ioctl_data *data = (struct mii_ioctl_data *)&request->ifr_data;
    if (ioctl(descriptor, SIOCGMIIPHY, request) != 0) return -1;
    data->reg_num = MII_BMSR;
    // The first read clears what was latched, the second one tells how it is.
    if (ioctl(descriptor, SIOCGMIIREG, request) != 0 || ioctl(descriptor, SIOCGMIIREG, request) != 0) return -1;
    return (data->val_out & BMSR_LSTATUS) != 0;
}

int clinux_link_state(int descriptor, const char *interface, enum clinux_link_method method) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    if (method == CLINUX_LINK_MII) return mii_state(descriptor, &request);
    if (method == CLINUX_LINK_ETHTOOL) {
        struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
        request.ifr_data = (char *)&value;
        if (ioctl(descriptor, SIOCETHTOOL, &request) != 0) return -1;
        return value.data != 0;
    }
    if (ioctl(descriptor, SIOCGIFFLAGS, &request) != 0) return -1;
    return (request.ifr_flags & IFF_RUNNING) != 0;
}
