#include "CLinux.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <sys/socket.h>

// Where fields stand in a message: the header, then struct rtmsg.
enum { TYPE_OFFSET = 4, PROTOCOL_OFFSET = 16 + 5 };

int clinux_accept_removed_routes_only(int descriptor, unsigned char owner) {
    // The filter loads in network order what the kernel has written in that of the host.
    const unsigned removed_route = htons(RTM_DELROUTE), removed_rule = htons(RTM_DELRULE);
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, removed_rule, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, removed_route, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PROTOCOL_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, owner, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog program = {sizeof instructions / sizeof instructions[0], instructions};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
