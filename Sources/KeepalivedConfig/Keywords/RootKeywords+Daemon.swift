import Addressing

extension RootKeywords {
    static let daemon: [Keyword<FileDraft>] = [
        .text("net_namespace", "NAME", "network namespace", limit: 255) {
            $0.root.networkNamespace = $1.value
        }.keepingFirst,
        .optionalText(
            "net_namespace_ipvs", "NAME", default: "that of everything else; without a name the one it was started in",
            "network namespace of IPVS", limit: 255
        ) { draft, word, _ in
            guard draft.root.ipvsNamespace == .same else { return }
            draft.root.ipvsNamespace = word.map { .named($0.value) } ?? .initial
        },
        .flag("namespace_with_ipsets", "sets in a namespace on old kernels") { draft, _ in
            draft.root.allowsSetsInNamespace = true
        }.withoutEffect("this version makes no sets"),
        .flag("use_pid_dir", "pid files in a directory of their own") { draft, _ in
            draft.root.usesPIDDirectory = true
        },
        .text("instance", "NAME", "name among several daemons of a host", limit: 255) { draft, word in
            draft.root.instanceName = word.value
            draft.root.usesPIDDirectory = true
        }.keepingFirst,
        .interval("child_wait_time", .seconds(0)...Intervals.day, default: "5", "patience at a stop") {
            $0.root.childWaitTime = $1.value
        }.withoutEffect("Martlet is one process"),
        .flag("linkbeat_use_polling", "poll every link") { draft, _ in
            draft.root.pollsAllLinks = true
        },
        .list("linkbeat_interfaces", "INTERFACE [MII|ETHTOOL|IOCTL]", "poll these links") {
            draft, line, analyzer in
            guard let word = analyzer.tree.keyword(line), let interface = analyzer.interface(word) else { return }
            analyzer.expectNoMore(than: 1, of: line)
            var link = PolledLink(interface: interface)
            if let method = analyzer.tree.argument(0, of: line) {
                let choices: [(name: String, value: PolledLink.Method)] = [
                    ("MII", .mii), ("ETHTOOL", .ethtool), ("IOCTL", .ioctl),
                ]
                guard let value = analyzer.choice(method, choices) else { return }
                link.method = value
            }
            draft.root.polledLinks.append(link)
            draft.interfaces.append(Located(interface, word.span))
        },
        .list(
            "interface_up_down_delays", "INTERFACE DOWN [UP] (seconds, 0…255)", "how long a link must be down or up"
        ) { draft, line, analyzer in
            guard let word = analyzer.tree.keyword(line), let interface = analyzer.interface(word),
                let first = analyzer.required(0, of: line, expected: "a number of seconds"),
                let down = analyzer.interval(first, in: .seconds(0)...Interval.seconds(255))
            else { return }
            analyzer.expectNoMore(than: 2, of: line)
            var up = down
            if let second = analyzer.tree.argument(1, of: line) {
                guard let value = analyzer.interval(second, in: .seconds(0)...Interval.seconds(255)) else { return }
                up = value
            }
            draft.linkDelays.append(Located(LinkDelay(interface: interface, down: down, up: up), first.span))
            draft.interfaces.append(Located(interface, word.span))
        },
    ]
}
