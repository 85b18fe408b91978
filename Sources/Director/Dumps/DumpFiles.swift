import Glibc
import KeepalivedConfig
import LinuxSystem
import NIOCore
import NIOPosix
import VRRPRuntime

/// The files that signals ask for: which they are, what is in them, and where they are written.
enum DumpFile: Sendable {
    /// SIGUSR1: `keepalived.data`.
    case state
    /// SIGUSR1 too: `keepalived_check.data`.
    case checkers
    /// SIGUSR1 too: `keepalived_parent.data`.
    case parent
    /// SIGUSR2: `keepalived.stats`.
    case statistics
    /// keepalived's JSON signal: `keepalived.json`.
    case json

    /// What is written, in keepalived's words.
    var words: String {
        switch self {
        case .state: "VRRP data"
        case .checkers: "checker data"
        case .parent: "parent data"
        case .statistics: "VRRP stats"
        case .json: "VRRP as json"
        }
    }

    /// Writes it, away from every loop: neither making it nor a slow disk holds anything up.
    ///
    /// The file is replaced as a whole, readable for its owner alone, and never through a link that somebody has put in its
    /// place.
    /// - Returns: the failure, or nil.
    func write(_ facts: DumpFacts, on eventLoop: any EventLoop) async -> SystemError? {
        let file = self
        let failure = try? await NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: eventLoop) {
            () -> SystemError? in
            guard let text = file.text(facts) else { return nil }
            do throws(SystemError) {
                try SmallFile.replace(file.path(facts.configuration), with: text.utf8, mode: 0o600)
                return nil
            } catch {
                return error
            }
        }.get()
        return failure ?? nil
    }

    private func text(_ facts: DumpFacts) -> String? {
        switch self {
        case .state: StateDump.text(facts)
        case .checkers: CheckDump.text(facts)
        case .parent: StateDump.globalText(facts)
        case .statistics: StatisticsReport.text(facts.elections?.status.routers ?? [])
        case .json: VRRPJSON.text(facts)
        }
    }

    /// Where it goes: where the file says, else into `$TMPDIR` or `/tmp`; with `data_use_instance` the names of namespace
    /// and instance stand before the extension.
    func path(_ configuration: Configuration) -> String {
        let dumps = configuration.global.dumps
        let (configured, name) =
            switch self {
            case .state, .checkers, .parent: (dumps.stateFile, "keepalived.data")
            case .statistics: (dumps.statisticsFile, "keepalived.stats")
            case .json: (dumps.jsonFile, "keepalived.json")
            }
        let path = configured ?? Self.temporaryPath(name)
        let names = [configuration.root.networkNamespace, configuration.root.instanceName].compactMap { $0 }
        var suffix: String
        switch self {
        case .checkers: suffix = "_check"
        case .parent: suffix = "_parent"
        case .state, .statistics, .json: suffix = ""
        }
        if dumps.namesInstance, !names.isEmpty { suffix += "." + names.joined(separator: "_") }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path + suffix }
        return path[..<dot] + suffix + path[dot...]
    }

    /// A file of this name in `$TMPDIR`, or in `/tmp`, as keepalived does it.
    private static func temporaryPath(_ name: String) -> String {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        return (folder.isEmpty ? "/tmp" : folder) + "/" + name
    }
}
