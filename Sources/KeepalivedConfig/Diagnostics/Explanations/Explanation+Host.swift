/// What the host says to the configuration (`MR05…`).
extension Explanation {
    static let ofHost: [Explanation] = [
        Explanation(
            "MR0501", "an interface that this host does not have",
            meaning: """
                The file names a network interface, and the kernel has none with that name at this moment. Usually the \
                name is mistyped, the file comes from another host (eth0 there, enp1s0 here), or a bond, VLAN or bridge \
                is created later than the director starts.
                """,
            consequence: """
                The file is not used: adverts on a missing interface would reach nobody, and two routers would both \
                take the virtual addresses. With 'dynamic_interfaces' in 'global_defs' it is a warning, and what needs \
                the interface waits until it appears.
                """,
            remedy: """
                'ip link' lists the interfaces. Correct the name; or start the director after the network is up \
                (After=network-online.target in its unit); or write 'dynamic_interfaces' in 'global_defs' when the \
                interface comes and goes by design. To check a file for another host, use 'martlet check --no-host'.
                """,
            example: .file(
                wrong: """
                    vrrp_instance VI_1 {
                        interface enp0s33
                        virtual_router_id 51
                        virtual_ipaddress {
                            10.1.80.90/24
                        }
                    }

                    """,
                right: """
                    vrrp_instance VI_1 {
                        interface enp0s3
                        virtual_router_id 51
                        virtual_ipaddress {
                            10.1.80.90/24
                        }
                    }

                    """, needs: "on a host without an interface 'enp0s33'")),
        Explanation(
            "MR0502", "a regular expression that is none",
            meaning: """
                The text behind 'regex' is a pattern for PCRE2, the library that looks for it in the pages, and the \
                library does not take it: a parenthesis is missing, a quantifier follows nothing, or an option that \
                the pattern needs is not set. The second line tells how far it could be read.
                """,
            consequence: """
                As with keepalived, the page is judged without the pattern: by its status and its digest alone. A \
                reload that would lose a pattern in this way is refused.
                """,
            remedy: """
                Correct the pattern; 'pcre2test' and 'grep -P' take the same syntax. Remember that the file is read \
                first: within quotes a backslash has to be written twice, as in "\\\\d+".
                """,
            example: .realServer(
                wrong: "HTTP_GET {\n    url {\n        path /health\n        regex \"(up|ok\"\n    }\n}",
                right: "HTTP_GET {\n    url {\n        path /health\n        regex \"(up|ok)\"\n    }\n}",
                needs: "with PCRE2 on the host")),
    ]
}
