/*
 * Stands in for an empty IPVS table that takes everything and keeps nothing, for ipvsadm and for martlet alike.
 *
 * usage: LD_PRELOAD=ipvs-nothing.so ipvsadm ...
 *
 * Both then get as far as their command line goes, on any kernel: what they say about it can be compared by the
 * thousand, without the seconds that a start of a program takes on an emulated processor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>

/* A number that no family of the running kernel has. */
enum { FAMILY = 0x7FF0 };

int genl_ctrl_resolve(struct nl_sock *socket, const char *name)
{
    (void)socket;
    return strcmp(name, "IPVS") == 0 ? FAMILY : -NLE_OBJ_NOTFOUND;
}

/* Writes the answer to a question for the id of a family, which is always that for IPVS. */
static size_t write_family(char *to, unsigned sequence)
{
    struct nlmsghdr *header = (struct nlmsghdr *)to;
    struct nlattr *attribute = (struct nlattr *)(to + NLMSG_HDRLEN + GENL_HDRLEN);
    unsigned short family = FAMILY;
    memset(to, 0, NLMSG_HDRLEN + GENL_HDRLEN + 8);
    header->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + 8;
    header->nlmsg_type = GENL_ID_CTRL;
    header->nlmsg_seq = sequence;
    attribute->nla_len = NLA_HDRLEN + sizeof family;
    attribute->nla_type = CTRL_ATTR_FAMILY_ID;
    memcpy(attribute + 1, &family, sizeof family);
    return header->nlmsg_len;
}

/* Writes the answer to GET_INFO: version 1.2.1 with 4096 buckets. */
static size_t write_info(char *to, unsigned sequence)
{
    struct nlmsghdr *header = (struct nlmsghdr *)to;
    unsigned values[2] = {0x010201, 4096};
    memset(to, 0, NLMSG_HDRLEN + GENL_HDRLEN + 16);
    header->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + 16;
    header->nlmsg_type = FAMILY;
    header->nlmsg_seq = sequence;
    ((struct genlmsghdr *)(to + NLMSG_HDRLEN))->cmd = IPVS_CMD_SET_INFO;
    for (int index = 0; index < 2; index++) {
        struct nlattr *attribute = (struct nlattr *)(to + NLMSG_HDRLEN + GENL_HDRLEN + 8 * index);
        attribute->nla_len = 8;
        attribute->nla_type = IPVS_INFO_ATTR_VERSION + index;
        memcpy(attribute + 1, &values[index], 4);
    }
    return header->nlmsg_len;
}

/* What martlet calls: it sends whole datagrams and reads the socket itself. */

static char answers[1 << 20];
static size_t filled;

static void acknowledge(unsigned sequence, int is_dump)
{
    struct nlmsghdr *header = (struct nlmsghdr *)(answers + filled);
    size_t length = is_dump ? NLMSG_HDRLEN + sizeof(int) : NLMSG_HDRLEN + sizeof(struct nlmsgerr);
    memset(header, 0, length);
    header->nlmsg_len = length;
    header->nlmsg_type = is_dump ? NLMSG_DONE : NLMSG_ERROR;
    header->nlmsg_seq = sequence;
    filled += NLMSG_ALIGN(length);
}

int nl_sendto(struct nl_sock *socket, void *bytes, size_t length)
{
    int rest = (int)length;
    (void)socket;
    for (struct nlmsghdr *header = bytes; nlmsg_ok(header, rest); header = nlmsg_next(header, &rest)) {
        int is_dump = (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
        if (header->nlmsg_type == GENL_ID_CTRL)
            filled += write_family(answers + filled, header->nlmsg_seq);
        else if (((struct genlmsghdr *)nlmsg_data(header))->cmd == IPVS_CMD_GET_INFO)
            filled += write_info(answers + filled, header->nlmsg_seq);
        if (is_dump || (header->nlmsg_flags & NLM_F_ACK))
            acknowledge(header->nlmsg_seq, is_dump);
    }
    return (int)length;
}

ssize_t recvfrom(int descriptor, void *to, size_t size, int flags, struct sockaddr *from, socklen_t *length)
{
    size_t taken = 0;
    (void)descriptor;
    (void)flags;
    if (filled == 0) {
        errno = EAGAIN;
        return -1;
    }
    while (taken < filled) {
        size_t next = NLMSG_ALIGN(((struct nlmsghdr *)(answers + taken))->nlmsg_len);
        if (taken + next > size)
            break;
        taken += next;
    }
    memcpy(to, answers, taken);
    filled -= taken;
    memmove(answers, answers + taken, filled);
    if (from)
        memset(from, 0, *length);
    return (ssize_t)taken;
}

/* What ipvsadm calls: libnl does the rest for it. */

static nl_recvmsg_msg_cb_t on_answer;
static void *answer_argument;
static int asked_for_info;

int nl_socket_modify_cb(
    struct nl_sock *socket, enum nl_cb_type type, enum nl_cb_kind kind, nl_recvmsg_msg_cb_t callback, void *argument)
{
    (void)socket;
    (void)kind;
    if (type == NL_CB_VALID) {
        on_answer = callback;
        answer_argument = argument;
    }
    return 0;
}

int nl_send_auto(struct nl_sock *socket, struct nl_msg *message)
{
    (void)socket;
    asked_for_info = ((struct genlmsghdr *)nlmsg_data(nlmsg_hdr(message)))->cmd == IPVS_CMD_GET_INFO;
    return 1;
}

int nl_recvmsgs_default(struct nl_sock *socket)
{
    static char bytes[64];
    (void)socket;
    if (!asked_for_info || !on_answer)
        return 0;
    write_info(bytes, 0);
    struct nl_msg *message = nlmsg_convert((struct nlmsghdr *)bytes);
    on_answer(message, answer_argument);
    nlmsg_free(message);
    return 0;
}
