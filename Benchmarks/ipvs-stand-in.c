/*
 * Stands in for IPVS where the kernel has none, so that keepalived runs its checks all the same.
 *
 * usage: LD_PRELOAD=ipvs-stand-in.so keepalived ...
 *
 * Every request to the generic netlink family "IPVS" is acknowledged and forgotten; everything else goes its way. Only
 * for measurements in which nothing is asked of the table, such as what checks cost that confirm that all is well.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

/* A number that no family of the running kernel has. */
enum { FAMILY = 0x7FF0 };

static struct nl_sock *asked;
/* What the program wants to be called with an acknowledgement. */
static nl_recvmsg_msg_cb_t acknowledged;
static void *argument;

int genl_ctrl_resolve(struct nl_sock *socket, const char *name)
{
    if (strcmp(name, "IPVS") == 0)
        return FAMILY;
    int (*next)(struct nl_sock *, const char *) = dlsym(RTLD_NEXT, "genl_ctrl_resolve");
    return next(socket, name);
}

int nl_socket_modify_cb(
    struct nl_sock *socket, enum nl_cb_type type, enum nl_cb_kind kind, nl_recvmsg_msg_cb_t callback, void *context)
{
    if (type == NL_CB_ACK) {
        acknowledged = callback;
        argument = context;
    }
    int (*next)(struct nl_sock *, enum nl_cb_type, enum nl_cb_kind, nl_recvmsg_msg_cb_t, void *) =
        dlsym(RTLD_NEXT, "nl_socket_modify_cb");
    return next(socket, type, kind, callback, context);
}

int nl_send_auto(struct nl_sock *socket, struct nl_msg *message)
{
    if (nlmsg_hdr(message)->nlmsg_type == FAMILY) {
        asked = socket;
        return 1;
    }
    int (*next)(struct nl_sock *, struct nl_msg *) = dlsym(RTLD_NEXT, "nl_send_auto");
    return next(socket, message);
}

int nl_recvmsgs_default(struct nl_sock *socket)
{
    if (asked == socket) {
        asked = NULL;
        if (acknowledged)
            acknowledged(NULL, argument);
        return 0;
    }
    int (*next)(struct nl_sock *) = dlsym(RTLD_NEXT, "nl_recvmsgs_default");
    return next(socket);
}
