/// Virtual servers, real servers and checkers (`MR04…`).
extension Explanation {
    static let ofVirtualServers: [Explanation] = ofServices + ofCheckers + ofGroupsAndSessions

    private static let servers = """
            real_server 10.1.80.93 80 {
                TCP_CHECK {
                    connect_timeout 3
                }
            }
        }

        """

    private static let ofServices: [Explanation] = [
        Explanation(
            "MR0401", "a setting of a service is assumed",
            meaning: """
                A 'virtual_server' says nothing about its protocol, scheduler or forwarding method. The defaults are UDP, \
                wlc and NAT, and the first of them is rarely meant.
                """,
            consequence: """
                The default is used. A web service without 'protocol TCP' is programmed for UDP: clients are refused \
                though every server is up.
                """,
            remedy: "Write what is meant: 'protocol TCP', 'lb_algo rr', 'lb_kind DR'.",
            example: .file(
                wrong: "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n" + servers,
                right: "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n" + servers)),
        Explanation(
            "MR0402", "a setting does not fit this service",
            meaning: """
                The setting exists for other kinds of service only: one-packet scheduling for UDP, a protocol and \
                'ha_suspend' for services with an address rather than a firewall mark, an engine for those with \
                persistence.
                """,
            consequence: "The setting is left out and the service runs without it.",
            remedy: "Remove the line, or change the service so that it fits, as in 'protocol UDP' for 'ops'.",
            example: .virtualServer(wrong: "ops", right: "persistence_timeout 50")),
        Explanation(
            "MR0403", "a service on every port without persistence",
            meaning: """
                Port 0 stands for every port of the address. The kernel takes such a service only with persistence, for \
                a client must reach one server on all the ports it uses.
                """,
            consequence:
                "Persistence of 360 seconds is used: a client stays on its server for six minutes after its last connection.",
            remedy: "Write 'persistence_timeout' with the seconds you want, or the port that is meant.",
            example: .file(
                wrong: "virtual_server 10.1.80.90 0 {\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
                    + servers.replacing("93 80", with: "93 0").replacing("connect_timeout 3", with: "connect_port 80"),
                right:
                    "virtual_server 10.1.80.90 0 {\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n    persistence_timeout 50\n"
                    + servers.replacing("93 80", with: "93 0").replacing("connect_timeout 3", with: "connect_port 80"))),
        Explanation(
            "MR0404", "a server twice in one service",
            meaning: """
                Two 'real_server' blocks of the service have the same address and port. Often a block was copied and its \
                address not changed.
                """,
            consequence: """
                The second block is ignored with its checks and weight. If it was meant to be another server, that one \
                gets no traffic.
                """,
            remedy: "Correct the address of the copy, or remove it; use 'weight' to give one server more.",
            example: .virtualServer(
                wrong: "real_server 10.1.80.93 80 {\n    TCP_CHECK {\n    }\n}",
                right: "real_server 10.1.80.94 80 {\n    TCP_CHECK {\n    }\n}")),
        Explanation(
            "MR0405", "a quorum that cannot be reached",
            meaning: """
                'quorum' is the sum of weights of working servers that the service needs to be up. This one is more than \
                all servers together have.
                """,
            consequence: """
                The sum of all weights is used: the service is up only while every server is. As soon as one fails, \
                'quorum_down' runs and the sorry server, if there is one, takes over.
                """,
            remedy: "Lower the quorum, or raise the weights. A quorum of 1 means: as long as any server works.",
            example: .virtualServer(wrong: "quorum 7", right: "quorum 1")),
        Explanation(
            "MR0406", "a hysteresis as large as the quorum",
            meaning: """
                'hysteresis' is how far the weights must rise above the quorum before the service is up again, and fall \
                below before it is down. It must be smaller than the quorum, or the service could not go down.
                """,
            consequence: "The largest value that works, the quorum less one, is used.",
            remedy: "Write a hysteresis below the quorum, or none.",
            example: .virtualServer(wrong: "quorum 1\nhysteresis 1", right: "quorum 1\nhysteresis 0")),
        Explanation(
            "MR0407", "direct routing and tunnels do not change ports",
            meaning: """
                With DR and TUN the packet reaches the server as the client sent it, with the port of the virtual server. \
                The server has another port in the file.
                """,
            consequence: """
                Traffic goes to the port of the virtual server. If the server does not listen there, clients are refused \
                although a check on the other port says that it is up.
                """,
            remedy: """
                Let the server listen on the port of the virtual server and write that one; or use 'lb_kind NAT', which \
                translates ports; the replies must then come back through this host.
                """,
            example: .file(
                wrong: "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
                    + servers.replacing("93 80", with: "93 8080"),
                right: "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n" + servers)),
        Explanation(
            "MR0408", "a service without servers",
            meaning: """
                The 'virtual_server' has no 'real_server', perhaps because they are in a file that was not included, or \
                because a '}' closed it too early.
                """,
            consequence: "The service is left out: nothing is programmed for its address and port.",
            remedy: "Add a 'real_server' block, or remove the service. A 'sorry_server' alone does not count.",
            example: .file(
                wrong:
                    "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n}\n\nvirtual_server 10.1.80.91 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n"
                    + servers,
                right:
                    "virtual_server 10.1.80.91 80 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n" + servers)),
        Explanation(
            "MR0409", "a server of the other address family",
            meaning: """
                The service has an IPv4 address and the server an IPv6 one, or the other way round. NAT and direct \
                routing cannot forward from one to the other.
                """,
            consequence: """
                The server is left out, as the kernel would refuse it: its absence shows under load only. See MR0302 for what a \
                reload does then.
                """,
            remedy: """
                Give the server its address of the service's family; or use 'lb_kind TUN', which wraps one family in the \
                other; or make one service for each family.
                """,
            example: .virtualServer(
                wrong: "real_server 2001:db8::94 80 {\n    TCP_CHECK {\n    }\n}",
                right: "real_server 10.1.80.94 80 {\n    TCP_CHECK {\n    }\n}")),
    ]

    private static let ofCheckers: [Explanation] = [
        Explanation(
            "MR0410", "a check that checks nothing",
            meaning: """
                A checker lacks what it is to look at: HTTP_GET without a 'url', a 'url' without a 'path', MISC_CHECK \
                without a 'misc_path'.
                """,
            consequence: """
                The check is left out. Without another one the server counts as up whatever happens to it, and clients are sent to \
                a dead one. See MR0302 for what a reload does then.
                """,
            remedy: "Add what the message names, or use TCP_CHECK, which needs nothing.",
            example: .realServer(
                wrong: "HTTP_GET {\n    connect_timeout 3\n}",
                right: "HTTP_GET {\n    url {\n        path /\n        status_code 200\n    }\n}")),
        Explanation(
            "MR0411", "a check without a port",
            meaning: """
                The server has no port, as behind a firewall mark or a service on every port, and the check names none \
                either, so there is nothing to connect to.
                """,
            consequence: "The file is not used: the check could never succeed, and the server would never get traffic.",
            remedy: "Write 'connect_port' in the checker.",
            example: .file(
                wrong: "virtual_server fwmark 7 {\n    lb_algo rr\n    lb_kind DR\n"
                    + servers.replacing("93 80", with: "93"),
                right: "virtual_server fwmark 7 {\n    lb_algo rr\n    lb_kind DR\n"
                    + servers.replacing("93 80", with: "93").replacing("connect_timeout 3", with: "connect_port 80"))),
        Explanation(
            "MR0412", "a GUE tunnel without a port",
            meaning: "Generic UDP encapsulation sends to a UDP port of the server, and the tunnel names none.",
            consequence:
                "The line is ignored, as with keepalived: the method is what it was before, and NAT without one.",
            remedy: "Write the port on which the servers receive, as in 'lb_kind TUN type gue port 6080'.",
            example: .virtualServer(wrong: "lvs_method TUN type gue", right: "lvs_method TUN type gue port 6080")),
        Explanation(
            "MR0413", "a flag of another scheduler",
            meaning: """
                The flag changes how one particular scheduler chooses, 'sh-port' and 'sh-fallback' the scheduler sh, \
                'mh-port' and 'mh-fallback' the scheduler mh, and this service uses another.
                """,
            consequence: "The flag changes nothing; the service runs with its scheduler.",
            remedy: "Remove the flag, or choose the scheduler it belongs to with 'lb_algo'.",
            example: .file(
                wrong:
                    "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    sh-port\n    lb_kind NAT\n    protocol TCP\n"
                    + servers,
                right:
                    "virtual_server 10.1.80.90 80 {\n    lb_algo sh\n    sh-port\n    lb_kind NAT\n    protocol TCP\n"
                    + servers)),
    ]
}
