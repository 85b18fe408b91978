import Addressing

extension InstanceKeywords {
    private static let ttlBounds: KeyValuePairs = [
        "min_ttl": "a number from 0 to 255", "max_ttl": "a number from 0 to 255",
    ]

    static let peers: [Keyword<VRRPInstanceDraft>] = [
        .address("mcast_src_ip", default: "the interface's first", "source address of multicast adverts") {
            $0.multicastSource = $1
            $0.remember($1.value.family, at: $1.span)
        },
        .address("unicast_src_ip", default: "the interface's first", "source address of unicast adverts") {
            $0.unicastSource = $1
            $0.remember($1.value.family, at: $1.span)
            $0.rememberUnicast("unicast_src_ip", at: $1.span)
        },
        .list(
            "unicast_peer", "ADDRESS [min_ttl 0…255] [max_ttl 0…255]",
            "routers that get the adverts instead of the group"
        ) { draft, line, analyzer in
            guard let word = analyzer.tree.keyword(line), let address = analyzer.address(word) else { return }
            var low: UInt8 = 0
            var high: UInt8 = 255
            var isBounded = false
            analyzer.forEachOption(of: line, from: 0, ttlBounds) { analyzer, option, word in
                guard let bound = analyzer.integer(word, in: UInt8(0)...255) else { return }
                isBounded = true
                if option == "min_ttl" { low = bound } else { high = bound }
            }
            guard low <= high else {
                analyzer.ignore(
                    .malformed(analyzer.tree.string(word), expected: "a peer whose min_ttl is at most its max_ttl"),
                    at: word.span)
                return
            }
            if isBounded { draft.checkUnicastSource = true }
            draft.remember(address.family, at: word.span)
            guard !draft.peers.contains(where: { $0.value.address == address }) else {
                analyzer.reportGivenAlready("unicast_peer \(address)", at: word.span)
                return
            }
            draft.peers.append(Located(UnicastPeer(address: address, ttl: low...high), word.span))
        },
        .integer("unicast_ttl", UInt8(0)...255, default: "255", "time to live of unicast adverts") {
            $0.unicastTTL = $1
        },
        .flag("check_unicast_src", "drop adverts from routers that are not peers") {
            $0.checkUnicastSource = true
            $0.rememberUnicast("check_unicast_src", at: $1)
        },
        .flag("unicast_fault_no_peer", "without peers the instance is in FAULT, rather than on multicast") {
            $0.faultsWithoutPeers = true
            $0.rememberUnicast("unicast_fault_no_peer", at: $1)
        },
        .custom(
            "old_unicast_checksum", "[never]", default: "as the peers do", "former checksum of unicast adverts"
        ) { draft, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            draft.rememberUnicast("old_unicast_checksum", at: analyzer.tree.span(statement))
            guard let word = analyzer.tree.argument(0, of: statement) else {
                draft.oldUnicastChecksum = .always
                return
            }
            if analyzer.choice(word, [("never", true)]) != nil { draft.oldUnicastChecksum = .never }
        },
        .custom("mcast_dst_ip", "ADDRESS", default: "`vrrp_mcast_group4`, `vrrp_mcast_group6`", "group of the adverts")
        { draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a multicast group"),
                let group = analyzer.multicastGroup(word)
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.remember(group.family, at: word.span)
            draft.multicastGroup = Located(group, word.span)
        },
        .integer("kernel_rx_buf_size", UInt32(0)...UInt32.max, default: "the kernel's", "receive buffer in bytes") {
            $0.receiveBufferSize = $1.value
        }.withoutEffect("Martlet sizes its buffers itself"),
    ]

    static let virtualInterfaces: [Keyword<VRRPInstanceDraft>] = [
        .custom(
            "use_vmac", "[[name] NAME] [MAC] [group GROUP] [netlink_notify_msg]", default: "off; `vrrp.ID`",
            "virtual MAC address", accumulates: true
        ) { draft, statement, analyzer in
            var vmac = draft.virtualInterface.vmac ?? VirtualMACInterface()
            draft.vmac = draft.vmac ?? analyzer.tree.span(statement)
            var index = 0
            while let word = analyzer.tree.argument(index, of: statement) {
                index += 1
                let text = analyzer.tree.string(word)
                if text.utf8.contains(UInt8(ascii: ":")) {
                    guard let (address, usesRouterID) = analyzer.macAddress(word) else { continue }
                    vmac.address = address
                    draft.vmacUsesRouterID = usesRouterID
                } else if text == "netlink_notify_msg" {
                    vmac.asksForNotification = true
                } else if text == "group" {
                    guard let group = analyzer.value(index, of: word, in: statement, "an interface group") else {
                        return
                    }
                    vmac.group = analyzer.tree.string(group)
                    index += 1
                } else if text == "name" {
                    guard analyzer.value(index, of: word, in: statement, "an interface name") != nil else { return }
                } else {
                    guard vmac.name == nil else {
                        analyzer.reportGivenAlready("use_vmac NAME", at: word.span)
                        continue
                    }
                    vmac.name = analyzer.interface(word)
                }
            }
            draft.virtualInterface.vmac = vmac
        },
        .flag("use_vmac_addr", "virtual MAC address on the other interfaces of addresses") { draft, _ in
            draft.virtualInterface.usesVMACForAddresses = true
        },
        .flag("vmac_xmit_base", "adverts leave by the interface below") { $0.transmitsFromBase = $1 },
        .custom(
            "use_ipvlan", "[[name] NAME] [ADDRESS[/LENGTH]] [bridge|private|vepa] [group GROUP]", default: "off",
            "interface with an address of its own"
        ) { draft, statement, analyzer in
            guard draft.virtualInterface.ipvlan == nil else {
                analyzer.reportGivenAlready("use_ipvlan", at: analyzer.tree.span(statement))
                return
            }
            var ipvlan = IPVLANInterface()
            var index = 0
            while let word = analyzer.tree.argument(index, of: statement) {
                index += 1
                let text = analyzer.tree.string(word)
                switch text {
                case "bridge": ipvlan.mode = .bridge
                case "private": ipvlan.mode = .isolated
                case "vepa": ipvlan.mode = .vepa
                case "name":
                    guard analyzer.value(index, of: word, in: statement, "an interface name") != nil else { return }
                case "group":
                    guard let group = analyzer.value(index, of: word, in: statement, "an interface group") else {
                        return
                    }
                    ipvlan.group = analyzer.tree.string(group)
                    index += 1
                default:
                    if let prefix = Prefix(text) {
                        ipvlan.address = prefix
                        draft.remember(prefix.address.family, at: word.span)
                    } else {
                        ipvlan.name = analyzer.interface(word)
                    }
                }
            }
            draft.virtualInterface.ipvlan = ipvlan
        },
        .interface("vrf", "routing domain of a unicast instance without interface") { draft, word in
            draft.vrf = word.span
            draft.virtualInterface.vrf = word.value
            draft.otherInterfaces.append(word)
        }.keepingFirst.withoutEffect(
            "the instance is in the host's routing domain: name the interface of the VRF in 'interface'"),
    ]
}

extension Analyzer {
    /// The value of an option without which keepalived ends.
    fileprivate mutating func value(_ index: Int, of option: Word, in statement: Int, _ expected: String) -> Word? {
        guard let value = tree.argument(index, of: statement) else {
            reportMissingValue(tree.string(option), expected: expected, at: option.span, isFatal: true)
            return nil
        }
        return value
    }

    /// Six octets of hexadecimal digits, or five: the last is the virtual router id then.
    fileprivate mutating func macAddress(_ word: Word) -> (MACAddress, usesRouterID: Bool)? {
        let text = tree.string(word)
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 6, parts.last?.isEmpty == true { parts.removeLast() }
        let octets = parts.compactMap { (1...2).contains($0.utf8.count) ? UInt8($0, radix: 16) : nil }
        let usesRouterID = octets.count == 5
        guard octets.count == parts.count, let address = MACAddress(bytes: usesRouterID ? octets + [0] : octets) else {
            ignore(.malformed(text, expected: "a MAC address"), at: word.span, consequence: "it is ignored")
            return nil
        }
        guard octets[0] & 1 == 0, !(octets.starts(with: [0, 0, 0x5E, 0]) && (1...2).contains(octets[4])) else {
            sink.report(
                .addressOptionIgnored(text, "a virtual MAC address is neither of a group nor one of RFC 9568's own"),
                at: word.span)
            return nil
        }
        return (address, usesRouterID)
    }
}
