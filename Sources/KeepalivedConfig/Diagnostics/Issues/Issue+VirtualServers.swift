import Addressing

/// Virtual servers, real servers and checkers (`MR04…`).
extension Issue {
    static func assumed(_ keyword: String, value: String) -> Issue {
        warning("MR0401", "no '\(keyword)': \(value) is used", "add '\(keyword)'")
    }

    /// No `protocol`, and what checks the servers speaks TCP.
    static var protocolAssumed: Issue {
        warning(
            "MR0401", "no 'protocol': UDP is used, though the servers are checked by TCP",
            "write 'protocol TCP' if TCP is meant: as it stands every connection is refused")
    }

    static func cleared(_ keyword: String, reason: String) -> Issue {
        warning("MR0402", "'\(keyword)' has no effect \(reason)", nil)
    }

    static var portNeedsPersistence: Issue {
        warning(
            "MR0403", "a service on every port needs persistence: 'persistence_timeout 360' is used",
            "add 'persistence_timeout'")
    }

    static func duplicateServer(_ server: String, line: Int) -> Issue {
        warning(
            "MR0404", "\(quoted(server)) is in this virtual server already, in line \(line)",
            "the second one is ignored")
    }

    static func quorumReduced(_ quorum: UInt32, total: Int64) -> Issue {
        warning(
            "MR0405", "'quorum' \(quorum) is more than all weights together: \(max(1, total)) is used", nil)
    }

    static func hysteresisReduced(_ hysteresis: UInt32, quorum: UInt32) -> Issue {
        warning(
            "MR0406", "'hysteresis' \(hysteresis) is not below the quorum \(quorum): \(quorum - 1) is used", nil)
    }

    /// Where a server is reached that has no port of its own.
    static let portOfPacket = "the port of the packet"

    static func portForced(_ port: String, to forced: String, method: String) -> Issue {
        warning(
            "MR0407",
            "port \(port) is not used: \(method) does not change ports, so the server is reached on \(forced)",
            forced == Self.portOfPacket
                ? "leave the port of the server out, or use 'lb_kind NAT'"
                : "write the port of the virtual server, or use 'lb_kind NAT'")
    }

    static var poolWithoutServers: Issue {
        warning(
            "MR0408", "the virtual server has no 'real_server' and is ignored", "add a 'real_server' block")
    }

    static func serverFamily(_ server: String) -> Issue {
        warning(
            "MR0409", "\(quoted(server)) is of another address family than the virtual server",
            "only 'lb_kind TUN' carries one family in the other; the server is left out"
        ).leavingOut
    }

    static func neverChecked(_ checker: String, missing: String) -> Issue {
        warning(
            "MR0410", "'\(checker)' without '\(missing)' checks nothing",
            "add '\(missing)'; as it stands it is left out, and the server is not watched by it"
        ).leavingOut
    }

    static var checkerWithoutPort: Issue {
        error(
            "MR0411", "there is no port to check",
            "add 'connect_port', or a port behind the address of the real server")
    }

    static var tunnelWithoutPort: Issue {
        warning("MR0412", "a GUE tunnel has no port", "write 'TUN type gue port NUMBER'")
    }

    static func schedulerFlagIgnored(_ flag: String, scheduler: String) -> Issue {
        warning("MR0413", "'\(flag)' has no effect with the scheduler '\(scheduler)'", nil)
    }

    static func tunnelOption(_ option: String, type: String) -> Issue {
        warning("MR0414", "'\(option)' has no effect with a tunnel of type \(type)", nil)
    }

    static func unknownGroup(_ group: String, nearest: String?) -> Issue {
        warning(
            "MR0415", "no 'virtual_server_group' is named \(quoted(group))",
            (nearest.map { "did you mean '\($0)'? " } ?? "") + "the virtual server is left out"
        ).leavingOut
    }

    static var groupWithoutEntries: Issue {
        warning(
            "MR0416", "the group has no addresses and no marks and is ignored",
            "write addresses, ranges or 'fwmark NUMBER' in its block")
    }

    static func groupTooLarge(limit: Int) -> Issue {
        error(
            "MR0417", "with this entry the group has more than \(limit) addresses",
            "mark the packets and use 'fwmark': one service then takes any number of addresses")
    }

    static func tooManyServices(limit: Int) -> Issue {
        error(
            "MR0418", "with this block the file makes more than \(limit) services",
            "mark the packets and use 'fwmark': one service then takes any number of addresses")
    }

    static func groupOfBothFamilies(_ group: String, served: AddressFamily) -> Issue {
        warning(
            "MR0419", "\(quoted(group)) has IPv4 and IPv6 services, and there are servers that can serve only one",
            "make a group of each family, or use 'lb_kind TUN'; only the \(served == .ipv4 ? "IPv4" : "IPv6") services are made"
        ).leavingOut
    }

    static func entryTaken(_ service: String, line: Int) -> Issue {
        warning(
            "MR0420", "'\(service)' of this entry is a service of line \(line) already",
            "what both have is served once, by the first; let the entries not overlap")
    }

    static func replyLengths(minimum: UInt16, maximum: UInt16) -> Issue {
        warning(
            "MR0421", "no reply has at least \(minimum) and at most \(maximum) bytes: the server would never be up",
            "raise 'max_reply_length'")
    }

    static func linkLocalWithoutInterface(_ address: String) -> Issue {
        warning(
            "MR0422", "the link-local address \(address) cannot be reached without an interface",
            "add 'bind_if'; as it stands the check is left out, and the server is not watched by it"
        ).leavingOut
    }

    static func sorryServerInhibits(_ inhibits: Bool) -> Issue {
        warning(
            "MR0423",
            inhibits
                ? "the sorry server is a real server with 'inhibit_on_failure': 'sorry_server_inhibit' is used"
                : "the sorry server is a real server without 'inhibit_on_failure': 'sorry_server_inhibit' is not used",
            nil)
    }

    static func sessionWithoutNeighbor(_ name: String) -> Issue {
        warning(
            "MR0424", "'bfd_instance \(name)' has no 'neighbor_ip'",
            "add 'neighbor_ip ADDRESS'; the session is left out"
        ).leavingOut
    }

    static func hopsReduced(_ hops: Int, ttl: UInt8) -> Issue {
        warning("MR0425", "'max_hops' \(hops) is more than the TTL \(ttl): \(ttl) is used", nil)
    }

    static func sessionTwice(_ name: String, other: String) -> Issue {
        warning(
            "MR0426", "'bfd_instance \(name)' has the same ends as \(quoted(other)) and is ignored",
            "use '\(other)' in its place"
        ).leavingOut
    }

    static func thresholdCleared(_ lower: UInt32, upper: UInt32) -> Issue {
        warning(
            "MR0427",
            upper == 0
                ? "'lthreshold' \(lower) has no effect without 'uthreshold'"
                : "'lthreshold' \(lower) is above 'uthreshold' \(upper): three quarters of that are used",
            "the kernel takes no server with a lower threshold above the upper one")
    }

    /// One of each code, for the catalogue.
    static let examplesOfVirtualServers: [Issue] = [
        .assumed("protocol", value: "UDP"),
        .cleared("protocol", reason: "for a firewall mark"),
        .portNeedsPersistence,
        .duplicateServer("10.1.80.93", line: 30),
        .quorumReduced(7, total: 3),
        .hysteresisReduced(3, quorum: 3),
        .portForced("8080", to: "port 80", method: "DR"),
        .poolWithoutServers,
        .serverFamily("2001:db8::93"),
        .neverChecked("HTTP_GET", missing: "url"),
        .checkerWithoutPort,
        .tunnelWithoutPort,
        .schedulerFlagIgnored("sh-port", scheduler: "wrr"),
        .tunnelOption("port", type: "gre"),
        .unknownGroup("VSG_2", nearest: "VSG_1"),
        .groupWithoutEntries,
        .groupTooLarge(limit: VirtualServerGroup.addressLimit),
        .tooManyServices(limit: Resolver.serviceLimit),
        .groupOfBothFamilies("VSG_1", served: .ipv4),
        .entryTaken("fwmark 1", line: 40),
        .replyLengths(minimum: 300, maximum: 255),
        .linkLocalWithoutInterface("fe80::1"),
        .sorryServerInhibits(true),
        .sessionWithoutNeighbor("BFD_1"),
        .hopsReduced(255, ttl: 64),
        .sessionTwice("BFD_2", other: "BFD_1"),
        .thresholdCleared(90, upper: 50),
    ]
}
