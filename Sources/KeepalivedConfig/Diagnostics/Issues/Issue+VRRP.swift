/// Instances, groups and trackers (`MR03…`).
extension Issue {
    static func instanceWithout(_ name: String, keyword: String, remedy: String) -> Issue {
        error("MR0301", "'vrrp_instance \(name)' has no '\(keyword)'", remedy)
    }

    static func duplicate(_ what: String, line: Int) -> Issue {
        warning(
            "MR0302", "\(quoted(what)) is defined already in line \(line)",
            "give each a name of its own; the first one holds and this one is left out"
        ).leavingOut
    }

    static func duplicateService(_ name: String, line: Int) -> Issue {
        warning(
            "MR0302", "\(quoted("virtual_server \(name)")) is defined already in line \(line)",
            "its servers join those of the first one, whose settings hold; remove one of the two"
        ).leavingOut
    }

    static func duplicateRouterID(_ id: UInt8, interface: String, other: String) -> Issue {
        error(
            "MR0303", "'virtual_router_id' \(id) is used on '\(interface)' already, by '\(other)'",
            "two instances on one interface need two identifiers")
    }

    static func passwordTruncated(_ length: Int) -> Issue {
        warning(
            "MR0304", "the password has \(length) bytes, of which VRRP carries the first 8",
            "the others have no effect; shorten it on every router of the group")
    }

    static func passwordIgnored(_ reason: String) -> Issue {
        warning("MR0305", "authentication is not used: \(reason)", "remove the block")
    }

    static var authenticationWithoutPassword: Issue {
        warning("MR0306", "'authentication' without 'auth_pass' is not used", "add 'auth_pass'")
    }

    static func advertIntervalRounded(_ word: String, used: String) -> Issue {
        warning(
            "MR0307", "'advert_int' \(quoted(word)) cannot be sent in an advert: \(used) is used", nil)
    }

    static func noPreemptCleared(_ reason: String) -> Issue {
        warning(
            "MR0308", "'nopreempt' has no effect \(reason)", "it needs 'state BACKUP' and a priority below 255")
    }

    static func preemptDelayCleared(_ reason: String) -> Issue {
        warning("MR0309", "'preempt_delay' has no effect \(reason)", nil)
    }

    static func stateCorrected(_ text: String) -> Issue {
        warning("MR0310", text, nil)
    }

    static func unknownTracker(_ name: String, kind: String, nearest: String?) -> Issue {
        warning(
            "MR0311", "no '\(kind)' is named \(quoted(name))",
            (nearest.map { "did you mean '\($0)'? " } ?? "") + "it is not tracked")
    }

    static func addressOfOtherFamily(_ address: String) -> Issue {
        warning(
            "MR0312", "\(quoted(address)) is of another address family than the instance's adverts and is ignored",
            "put it into 'virtual_ipaddress_excluded'")
    }

    static func duplicateAddress(_ address: String) -> Issue {
        warning("MR0313", "\(quoted(address)) is listed already", "the second one is ignored")
    }

    static func strictMode(_ text: String) -> Issue {
        warning("MR0314", "strict mode: \(text)", nil)
    }

    static func unknownMember(_ name: String, nearest: String?) -> Issue {
        warning(
            "MR0315", "no 'vrrp_instance' is named \(quoted(name))",
            (nearest.map { "did you mean '\($0)'? " } ?? "") + "the group goes without it")
    }

    static func memberOfTwoGroups(_ name: String, group: String) -> Issue {
        warning(
            "MR0316", "\(quoted(name)) is a member of '\(group)' already",
            "an instance is in one group at most; this one goes without it"
        ).leavingOut
    }

    static func smallGroup(_ count: Int) -> Issue {
        warning(
            "MR0317", "the group has \(counted(count, "member"))",
            count == 0 ? "it is ignored" : "a group keeps two or more instances together")
    }

    static func weightIgnored(_ name: String, _ reason: String) -> Issue {
        warning(
            "MR0318", "the weight of \(quoted(name)) is not used \(reason): its failure is a fault instead",
            "'sync_group_tracking_weight' in the group allows weights, except for an address owner")
    }

    static func tooManyAddresses(_ count: Int, limit: Int) -> Issue {
        warning(
            "MR0319", "\(count) addresses do not fit into an advert, which carries at most \(limit)",
            "the others are held, but not advertised: put them into 'virtual_ipaddress_excluded'")
    }

    static func scriptWithoutCommand(_ name: String) -> Issue {
        warning(
            "MR0320", "'vrrp_script \(name)' has no 'script' and is ignored: what tracks it goes without",
            "add 'script \"/path/to/program\"'")
    }

    static func familyMismatch(_ word: String, expected: String) -> Issue {
        warning("MR0321", "\(quoted(word)) is of the wrong address family: expected \(expected)")
    }

    static func unknownInstance(_ name: String, nearest: String?) -> Issue {
        warning(
            "MR0322", "no 'vrrp_instance' is named \(quoted(name))",
            (nearest.map { "did you mean '\($0)'? " } ?? "") + "connections are not synchronized")
    }

    static func instanceWithoutAddresses(_ name: String) -> Issue {
        warning(
            "MR0323", "'vrrp_instance \(name)' has no 'virtual_ipaddress': nothing fails over with it",
            "add the block, or 'no_virtual_ipaddress' if that is meant")
    }

    static func loopbackInterface(_ name: String) -> Issue {
        error(
            "MR0324", "adverts cannot be sent on the loopback interface '\(name)'",
            "name the interface of the network that the routers share")
    }

    static func netmask(_ option: String, length: Int) -> Issue {
        warning(
            "MR0212", "'\(option)' is no option of an address: the length of the prefix stands behind it",
            "write '/\(length)' behind the address; as it stands the mask is ignored")
    }

    static func passwordCut(_ mark: String) -> Issue {
        warning(
            "MR0340", "the password ends here: '\(mark)' starts a comment",
            "write '\\\(mark)' for the character, or put the password in double quotes")
    }

    static func addressesOnOneLine(_ word: String) -> Issue {
        warning(
            "MR0325", "\(quoted(word)) is a second address on the line",
            "each address has a line of its own; this one is left out")
    }

    /// One of each code, for the catalogue.
    static let examplesOfVRRP: [Issue] =
        [
            .instanceWithout("VI_1", keyword: "virtual_router_id", remedy: "add 'virtual_router_id'"),
            .duplicate("vrrp_instance VI_1", line: 5),
            .duplicateRouterID(51, interface: "eth0", other: "VI_1"),
            .passwordTruncated(9),
            .passwordIgnored("VRRP version 3 has none"),
            .authenticationWithoutPassword,
            .advertIntervalRounded("0.3", used: "1"),
            .noPreemptCleared("with 'state MASTER'"),
            .preemptDelayCleared("with 'nopreempt'"),
            .stateCorrected("'state MASTER' without 'priority' is the address owner with priority 255"),
            .unknownTracker("chk", kind: "vrrp_script", nearest: nil),
            .addressOfOtherFamily("2001:db8::90"),
            .duplicateAddress("10.1.80.90"),
            .strictMode("'down_timer_adverts' is 3"),
            .unknownMember("VI_3", nearest: "VI_1"),
            .memberOfTwoGroups("VI_1", group: "G1"),
            .smallGroup(1),
            .weightIgnored("eth0", "in a sync group"),
            .tooManyAddresses(256, limit: 255),
            .scriptWithoutCommand("chk"),
            .familyMismatch("2001:db8::91", expected: "an IPv4 address"),
            .unknownInstance("VI_9", nearest: nil),
            .instanceWithoutAddresses("VI_1"),
            .loopbackInterface("lo"),
            .addressesOnOneLine("10.1.80.91"),
        ] + examplesOfCorrections
}
