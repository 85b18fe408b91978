/// What keepalived corrects in instances and trackers while it loads a file (`MR0326…`).
extension Issue {
    static func corrected(_ keyword: String, _ word: String, used: String) -> Issue {
        warning("MR0326", "'\(keyword)' \(quoted(word)) is taken as \(used)", "write \(used)")
    }

    static func usedBeforeDefinition(_ name: String, kind: String, line: Int) -> Issue {
        warning(
            "MR0328", "\(quoted(name)) is used before its definition in line \(line), so it is not tracked",
            "move the '\(kind)' block above this line")
    }

    static func givenAlready(_ keyword: String) -> Issue {
        warning("MR0329", "'\(keyword)' is given already", "the first one holds; remove one of them")
    }

    static func trackerDropped(_ name: String, _ reason: String) -> Issue {
        warning(
            "MR0330", "\(quoted(name)) has a weight and is not tracked \(reason)",
            "give it 'weight 0' to make its failure a fault")
    }

    static func lineLeftOut(_ kind: String, _ problem: String) -> Issue {
        warning("MR0331", "\(problem)", "the \(kind) is left out")
    }

    static func lineRemark(_ remark: String) -> Issue { warning("MR0332", remark, nil) }

    static func keywordCleared(_ keyword: String, _ reason: String) -> Issue {
        warning("MR0333", "'\(keyword)' has no effect: \(reason)", "remove it")
    }

    static func unicastWithoutPeers(_ keyword: String) -> Issue {
        warning(
            "MR0334", "'\(keyword)' is for unicast, but there is no 'unicast_peer'",
            "adverts go to the multicast group; name the peers or remove the keyword")
    }

    static func hmacDisabled(_ reason: String) -> Issue {
        warning(
            "MR0335", "'auth_hmac' is not used: \(reason)", "adverts would be accepted from anybody on the network")
    }

    static func addressOptionIgnored(_ option: String, _ reason: String) -> Issue {
        warning("MR0336", "'\(option)' is ignored: \(reason)", nil)
    }

    static func ruleWithoutPriority(_ used: UInt32) -> Issue {
        warning(
            "MR0337", "the rule has no 'priority': \(used) is used",
            "its place then depends on the other rules of the file; write 'priority'")
    }

    static func instanceNeedsAddress(_ name: String, _ reason: String) -> Issue {
        error(
            "MR0338", "'vrrp_instance \(name)' has no 'virtual_ipaddress', which \(reason) requires",
            "add the block with at least one address")
    }

    static func conflictingSettings(_ text: String) -> Issue { warning("MR0339", text, nil) }

    /// One of each code, for the catalogue.
    static let examplesOfCorrections: [Issue] = [
        .corrected("garp_master_repeat", "0", used: "1"),
        .usedBeforeDefinition("chk", kind: "vrrp_script", line: 20),
        .givenAlready("notify_master"),
        .trackerDropped("chk", "by a member of a sync group"),
        .lineLeftOut("rule", "'192.168.100./24' is not a prefix"),
        .lineRemark("'gw' is the old name of 'via'"),
        .keywordCleared("owner_ignore_adverts", "only priority 255 owns the addresses"),
        .unicastWithoutPeers("unicast_src_ip"),
        .hmacDisabled("'active_key' 2 is not one of its keys"),
        .addressOptionIgnored("label", "IPv6 addresses have none"),
        .ruleWithoutPriority(16384),
        .instanceNeedsAddress("VI_1", "strict mode"),
        .conflictingSettings("'nftables' and 'vrrp_iptables' are both given: 'nftables' is used"),
        .passwordCut("#"),
    ]
}
