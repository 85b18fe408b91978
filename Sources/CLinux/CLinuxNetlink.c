#include "CLinux.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <sys/socket.h>

// Where fields stand in a message: the header, then struct rtmsg.
enum { TYPE_OFFSET = 4, FLAGS_OFFSET = 6, PROTOCOL_OFFSET = 16 + 5 };

int clinux_accept_lost_routes_only(int descriptor, unsigned char owner) {
    // The filter loads in network order what the kernel has written in that of the host.
    const unsigned removed_route = htons(RTM_DELROUTE), removed_rule = htons(RTM_DELRULE);
    const unsigned new_route = htons(RTM_NEWROUTE), replaced = htons(NLM_F_REPLACE);
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, removed_rule, 8, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, new_route, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, removed_route, 0, 7),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PROTOCOL_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, owner, 4, 5),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, FLAGS_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, replaced, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PROTOCOL_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, RTPROT_STATIC, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog program = {sizeof instructions / sizeof instructions[0], instructions};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
