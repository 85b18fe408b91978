/// A `virtual_server_group` and a service on it.
func serverGroup(_ entries: String, _ lines: String = "", servers: String = "real_server 10.1.80.99 80 { }") -> String {
    """
    virtual_server_group G {
    \(entries)
    }
    virtual_server group G {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    \(lines)
    \(servers)
    }

    """
}

/// A complete `bfd_instance` block but for the lines: the first of them is line 3.
func session(_ lines: String...) -> String {
    "bfd_instance B {\nneighbor_ip 10.1.80.1\n\(lines.joined(separator: "\n"))\n}\n" + instance()
}

let serverDiagnosticCases: [DiagnosticCase] =
    [
        ("SMTP_CHECK", ""), ("DNS_CHECK", ""), ("UDP_CHECK", ""), ("PING_CHECK", ""),
    ].map { name, line in
        .init("\(name), with nothing to say about it", realServer("\(name) {", line, "}"))
    } + [
        .init(
            "a name server's type in small letters", realServer("DNS_CHECK {", "type aaaa", "}")),
        .init(
            "a record type that is none", realServer("DNS_CHECK {", "type AAAAA", "}"),
            "warning MR0212 8:6"),
        .init(
            "a domain name with an empty label", realServer("DNS_CHECK {", "name a..b", "}"),
            "warning MR0214 8:6"),
        .init(
            "a payload that is not hexadecimal", realServer("UDP_CHECK {", "payload 00 0g", "}"),
            "warning MR0214 8:12"),
        .init(
            "a wildcard in a payload", realServer("UDP_CHECK {", "payload XX", "}"),
            "warning MR0214 8:9"),
        .init("a pattern", realServer("HTTP_GET {", "url {", "path /", "regex \"a b\"", "}", "}")),
        .init(
            "two patterns on a line", realServer("HTTP_GET {", "url {", "path /", "regex a b", "}", "}"),
            "warning MR0214 10:7"),
        .init(
            "an option that PCRE2 has not",
            realServer("HTTP_GET {", "url {", "path /", "regex_options caselss", "}", "}"),
            "warning MR0212 10:15"),
        .init(
            "a stack that shrinks", realServer("HTTP_GET {", "url {", "path /", "regex_stack 9 8", "}", "}"),
            "warning MR0204 10:15"),
        .init("SSL_GET without url", realServer("SSL_GET {", "}"), "warning MR0410 7:1"),
        .init(
            "FILE_CHECK of a file that is not tracked", realServer("FILE_CHECK {", "track_file f", "}"),
            "warning MR0311 8:12"),
        .init(
            "FILE_CHECK without track_file", realServer("FILE_CHECK {", "}"), "warning MR0410 7:1"
        ),
        .init("BFD_CHECK without name", realServer("BFD_CHECK {", "}"), "warning MR0410 7:1"),
        .init(
            "BFD_CHECK of a session that does not exist", realServer("BFD_CHECK {", "name b", "}"),
            "warning MR0311 8:6"),
        .init(
            "a block of hosts", realServer("SMTP_CHECK {", "host {", "connect_ip 10.0.0.1", "}", "}"),
            "warning MR0108 8:1"),
        .init("a port of a GRE tunnel", virtualServer("lvs_method TUN type gre port 7"), "warning MR0414 6:25"),
        .init("a checksum of an IPIP tunnel", virtualServer("lvs_method TUN csum"), "warning MR0414 6:16"),
        .init(
            "a remote checksum of a GRE tunnel", virtualServer("lvs_method TUN type gre remcsum"), "warning MR0414 6:25"
        ),
        .init(
            "a group that does not exist", serverGroup("10.0.0.1 80").replacing("group G {\nl", with: "group H {\nl"),
            "warning MR0605 1:22", "warning MR0415 4:16"),
        .init("a group without entries", serverGroup("") + instance(), "warning MR0416 1:22"),
        .init("a group that is too large", serverGroup("10.0.0.0/8 80"), "error MR0417 2:1"),
        .init(
            "a group that is too large in all", serverGroup("10.0.0.0/16 80\n10.1.0.0 80"), "error MR0417 3:1"),
        .init("a group beyond all numbers", serverGroup("2001:db8::/32 80"), "error MR0417 2:1"),
        .init(
            "five large groups",
            (0..<5).map { number in
                serverGroup("10.\(number).0.0/16 80").replacing(" G ", with: " G\(number) ")
            }.joined(), "error MR0418 44:16"),
        .init("a group of both families", serverGroup("10.0.0.1 80\n2001:db8::1 80"), "warning MR0419 5:16"),
        .init("an entry twice", serverGroup("10.0.0.1-2 80\n10.0.0.2 80"), "warning MR0420 3:1"),
        .init(
            "ranges that overlap", serverGroup("10.0.0.1-20 80\n10.0.0.10-30 80\n10.0.0.5 80\n10.0.0.5 81"),
            "warning MR0420 3:1", "warning MR0420 4:1"),
        .init(
            "an entry that is another service",
            serverGroup("10.0.0.1-20 80").replacing(
                "virtual_server group", with: virtualServer() + "virtual_server group"
            )
            .replacing("virtual_server 10.1.80.90 80", with: "virtual_server 10.0.0.7 80"),
            "warning MR0420 2:1"),
        .init(
            "a family that is not that of the address", virtualServer("ip_family inet6"), "warning MR0402 6:11"),
        .init("the family of the address", virtualServer("ip_family inet")),
        .init(
            "a family that is not that of a group", serverGroup("10.0.0.1 80", "ip_family inet6"),
            "warning MR0402 8:11"),
        .init("a family of a mark", serverGroup("fwmark 1", "ip_family inet").replacing("protocol TCP", with: "")),
        .init("a range that ends early", serverGroup("10.0.0.5-4 80"), "warning MR0214 2:1"),
        .init("a range of both families", serverGroup("10.0.0.5-2001:db8::1 80"), "warning MR0214 2:1"),
        .init("a range beyond a byte", serverGroup("10.0.0.5-256 80"), "warning MR0214 2:1"),
        .init("a range with a sign", serverGroup("10.0.0.5-+9 80"), "warning MR0214 2:1"),
        .init("a network with an address", serverGroup("10.0.0.5/24 80"), "warning MR0214 2:1"),
        .init("a network of everything", serverGroup("0.0.0.0/0 80"), "warning MR0214 2:1"),
        .init("a line of a group that is no address", serverGroup("web 80"), "warning MR0209 2:1"),
        .init("a mark without a number", serverGroup("fwmark"), "error MR0201 2:1"),
        .init("a mark of another family", serverGroup("fwmark 1 inet7"), "warning MR0212 2:10"),
        .init(
            "two groups with one name", "virtual_server_group G {\n10.0.0.9 80\n}\n" + serverGroup("10.0.0.1 80"),
            "warning MR0302 4:22"),
        .init(
            "a protocol for a group of marks", serverGroup("fwmark 1"), "warning MR0402 7:10"),
        .init(
            "a port of a server that not all addresses have",
            serverGroup("10.0.0.1 80\n10.0.0.2 81", "lvs_method DR").replacing("lb_kind NAT", with: ""),
            "warning MR0407 10:24"),
        .init(
            "replies that cannot be", realServer("UDP_CHECK {", "min_reply_length 300", "}"),
            "warning MR0421 7:1"),
        .init("a link-local address", realServer("TCP_CHECK {", "connect_ip fe80::1", "}"), "warning MR0422 7:1"),
        .init(
            "a sorry server that is a real server", virtualServer("sorry_server 10.1.80.99 80", "sorry_server_inhibit"),
            "warning MR0423 6:14", "warning MR0613 6:14"),
        .init("a lower threshold above the upper", realServer("uthreshold 3", "lthreshold 4"), "warning MR0427 8:12"),
        .init("a lower threshold alone", realServer("lthreshold 4"), "warning MR0427 7:12"),
        .init("an engine without persistence", virtualServer("persistence_engine sip"), "warning MR0402 6:20"),
        .init("an engine with persistence", virtualServer("persistence_engine sip", "persistence_timeout 9")),
        .init("a BFD session", session()),
        .init(
            "a BFD session without a neighbour", "bfd_instance B {\n}\n" + instance(),
            "warning MR0424 1:14"),
        .init(
            "two sessions between the same ends", session("}", "bfd_instance C {", "neighbor_ip 10.1.80.1"),
            "warning MR0426 4:14"),
        .init("more hops than the TTL", session("ttl 3", "max_hops 4"), "warning MR0425 4:10"),
        .init(
            "a name that is too long", session().replacing(" B ", with: " \(String(repeating: "b", count: 32)) "),
            "warning MR0213 1:14"),
        .init("idle too short", session("idle_tx 999"), "warning MR0207 3:9"),
        .init("a source of the other family", session("source_ip ::1"), "warning MR0321 3:11"),
        .init(
            "two sessions with one name", session("}", "bfd_instance B {", "neighbor_ip 10.1.80.2"),
            "warning MR0302 4:14"),
        .init(
            "lines that were joined", instance("priority 100 advert_int 2 track_interface {", "eth1", "}"),
            "error MR0107 5:1"),
        .init("certificates", "SSL {\nca /etc/ca.pem\n}\n" + instance(), "warning MR0104 2:1"),
    ]
