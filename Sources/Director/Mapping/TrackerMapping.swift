import KeepalivedConfig
import LinuxSystem
import VRRP

extension ProcessTracker.Configuration {
    init(_ process: TrackProcess) {
        self.init(
            name: process.name,
            pattern: ProcessPattern(
                command: process.command, arguments: .init(process.match),
                comparesFullCommand: process.comparesFullCommand),
            quorum: Int(process.quorum), maximum: process.maximum.map(Int.init),
            startDelay: process.forkDelay.duration, endDelay: process.terminateDelay.duration)
    }
}

extension ProcessPattern.Arguments {
    init(_ match: TrackProcess.Match) {
        switch match {
        case .none: self = .any
        case .exact: self = .exact
        case .initial: self = .initial
        case .partial: self = .partial
        }
    }
}

extension LinkState.Method {
    init(_ method: PolledLink.Method) {
        switch method {
        case .mii: self = .mii
        case .ethtool: self = .ethtool
        case .ioctl: self = .ioctl
        }
    }
}

extension Configuration {
    /// The links that are polled, and how: those of `linkbeat_interfaces`, those of instances with
    /// `linkbeat_use_polling`, and with the keyword at the top level every one that instances need.
    var polledLinks: [String: LinkState.Method?] {
        var links: [String: LinkState.Method?] = [:]
        for instance in instances where root.pollsAllLinks || instance.pollsLink {
            if let interface = instance.interface { links[interface] = .some(nil) }
        }
        if root.pollsAllLinks {
            let tracked = instances.flatMap(\.trackedInterfaces) + syncGroups.flatMap(\.trackedInterfaces)
            for interface in tracked { links[interface.name] = .some(nil) }
        }
        for link in root.polledLinks { links[link.interface] = link.method.map(LinkState.Method.init) }
        return links
    }
}
