/// What a configuration can be run with and hardly means (`MR06…`): up to `MR0649` from the text alone, from `MR0651`
/// with what the host says.
extension Issue {
    static func weightWithoutPreemption(_ tracker: String) -> Issue {
        warning(
            "MR0601",
            "the weight of \(quoted(tracker)) moves no address: with 'nopreempt' no backup takes over because the priority of the master drops",
            "without a weight its failure is a fault, which every backup takes over from; or remove 'nopreempt' on every router of the group"
        )
    }

    static func weightOfOwner(_ tracker: String) -> Issue {
        warning(
            "MR0602",
            "the weight of \(quoted(tracker)) has no effect: the priority of the address owner, 255, never changes",
            "use a priority below 255, or no weight: then its failure is a fault")
    }

    static func priorityClamped(sum: Int, used: Int) -> Issue {
        warning(
            "MR0603", "priority and weights can add up to \(sum): \(used) is used",
            "choose them so that every sum is from 1 to 254; sums beyond look alike to the peers")
    }

    static func weightBelowDifference(
        _ trackers: [String], total: Int, priority: UInt8, backup: String, backupPriority: UInt8
    ) -> Issue {
        let difference = Int(priority) - Int(backupPriority)
        let names = trackers.map(quoted).joined(separator: " and ")
        let outcome =
            total == difference
            ? "both have the same priority then, and the higher address wins"
            : "\(Int(priority) - total) is still the higher priority"
        return warning(
            "MR0604",
            "weight \(total) of \(names) does not make a router with priority \(backupPriority), as '\(backup)' has here, take over from \(priority): \(outcome)",
            "a weight of more than \(difference) does, if the other router has these priorities the other way round")
    }

    static func unusedDefinition(_ keyword: String, _ name: String, user: String) -> Issue {
        warning(
            "MR0605", "'\(keyword) \(printable(name))' is never used", "name it in a '\(user)', or remove it")
    }

    static func addressOfTwoInstances(_ address: String, other: String) -> Issue {
        warning(
            "MR0606", "\(quoted(address)) is a virtual address of '\(printable(other))' too",
            "each of two masters would take it from the other; keep it in one instance")
    }

    static func peerIsSource(_ address: String) -> Issue {
        warning(
            "MR0607", "the peer \(quoted(address)) is this router's own source address",
            "name the other routers here; adverts to itself tell nobody")
    }

    static func shellSyntax(_ syntax: String, command: String) -> Issue {
        warning(
            "MR0608", "\(quoted(syntax)) is passed to the program as it is: no shell reads \(quoted(command))",
            "put the line into a script, or write 'sh -c' and the command in single quotes")
    }

    static func typographicQuote(_ word: String) -> Issue {
        warning(
            "MR0609", "\(quoted(word)) begins with a typographic quote, which is a letter like any other",
            "type plain quotes; as it stands there is no such program")
    }

    static func portBehindEveryPort(_ port: String) -> Issue {
        warning(
            "MR0611", "the service is on every port, and NAT sends all of them to port \(port) of this server",
            "leave the port of the server out to keep that of the connection")
    }

    static func serverIsVirtual(_ address: String, what: String, kind: String = "server") -> Issue {
        warning(
            "MR0612", "the \(kind) \(quoted(address)) is \(what)",
            "name an address of the server's own: whoever holds the virtual address would get its own traffic back")
    }

    static func sorryServerIsReal(_ address: String) -> Issue {
        warning(
            "MR0613", "the sorry server \(quoted(address)) is one of the real servers",
            "it is needed when they are down; name another one")
    }

    static var poolWithoutWeight: Issue {
        warning(
            "MR0614", "every real server has weight 0: none gets a connection", "give one of them a weight of 1 or more"
        )
    }

    static func chainsWithoutRules(_ chains: [String]) -> Issue {
        let several = chains.count > 1
        return warning(
            "MR0615",
            "no rules go into the chain\(several ? "s" : "") \(chains.map(quoted).joined(separator: " and ")): 'no_accept' drops packets in a table of nftables",
            "write 'nftables' instead; what \(several ? "these chains let" : "this chain lets") pass is dropped all the same"
        )
    }

    /// One of each code, for the catalogue.
    static let examplesOfLint: [Issue] = examplesOfTextLint + examplesOfHostLint

    private static let examplesOfTextLint: [Issue] = [
        .weightWithoutPreemption("chk_nginx"),
        .weightOfOwner("chk_nginx"),
        .priorityClamped(sum: 270, used: 254),
        .weightBelowDifference(["chk_nginx"], total: 10, priority: 100, backup: "VI_2", backupPriority: 90),
        .unusedDefinition("vrrp_script", "chk_nginx", user: "track_script"),
        .addressOfTwoInstances("10.1.80.90", other: "VI_1"),
        .peerIsSource("10.1.80.91"),
        .shellSyntax("&&", command: "/bin/a && /bin/b"),
        .typographicQuote("\u{201C}/usr/local/bin/notify.sh"),
        .portBehindEveryPort("8080"),
        .serverIsVirtual("10.1.80.90", what: "a virtual address of 'VI_1'"),
        .sorryServerIsReal("10.1.80.93"),
        .poolWithoutWeight,
        .chainsWithoutRules(["vips_in", "vips_out"]),
    ]
}

private func printable(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }
