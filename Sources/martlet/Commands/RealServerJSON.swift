import Addressing
import ControlPlane
import RealServer

/// What `martlet realserver verify --json` prints.
struct VerificationReport: Encodable {
    struct Entry: Encodable {
        var kind: String
        var severity: String
        var subject: String
        var actual: String
        var wanted: String
        var consequence: String
    }

    var addresses: [RealServerEntry]
    var findings: [Entry]
    var inOrder: Bool

    init(addresses: [RealServerAddress], findings: [Finding]) {
        self.addresses = addresses.map { RealServerEntry($0) }
        self.findings = findings.map {
            Entry(
                kind: $0.kind.rawValue, severity: $0.severity.rawValue, subject: $0.subject, actual: $0.actual,
                wanted: $0.wanted, consequence: $0.consequence)
        }
        inOrder = !findings.contains { $0.severity == .wrong }
    }
}

/// What `martlet realserver status --json` prints.
struct RealServerStatusReport: Encodable {
    struct Item: Encodable {
        var subject: String
        var actual: String
        var wanted: String
        /// Not there where the calling user may not look.
        var inOrder: Bool?
    }

    var applied: [RealServerEntry]
    var items: [Item]
    var inOrder: Bool

    init(_ report: RealServerReport) {
        applied = report.applied.map { RealServerEntry($0.address, persistence: $0.persistence) }
        items = report.items.map {
            Item(
                subject: $0.subject, actual: $0.actual, wanted: $0.wanted,
                inOrder: $0.outcome == .unknown ? nil : $0.outcome != .wrong)
        }
        inOrder = report.isInOrder
    }
}

/// An address in these reports.
struct RealServerEntry: Encodable {
    var address: String
    var interface: String
    var method: String
    var ports: [String]
    var persistence: String?

    init(_ address: RealServerAddress, persistence: String? = nil) {
        self.address = "\(address.address)"
        interface = address.interface
        method =
            address.tunnel.map { tunnel in
                let more = tunnel.hasChecksum ? " csum" : tunnel.port.map { " port \($0)" } ?? ""
                return "TUN \(tunnel.kind.rawValue)\(more)"
            } ?? "DR"
        ports = address.ports.map(\.description)
        self.persistence = persistence
    }
}

enum RealServerJSON {
    static func write(_ value: some Encodable) {
        // The values hold nothing that JSON cannot say.
        guard let bytes = try? ControlCodec.encode(value) else { return }
        Terminal.writeLine(String(decoding: bytes, as: UTF8.self))
    }
}

extension RealServerReport.Applied {
    /// `10.1.80.90 on lo, DR, ports 80/tcp, after a reboot by systemd-networkd`.
    var line: String {
        let entry = RealServerEntry(address, persistence: persistence)
        var parts = ["\(entry.address) on \(entry.interface)", entry.method]
        if !entry.ports.isEmpty { parts.append("ports " + entry.ports.joined(separator: " ")) }
        let keeper = persistence.map { $0 == "systemd" ? "systemd's martlet-realserver.service" : $0 }
        parts.append(keeper.map { "after a reboot by \($0)" } ?? "until the next reboot")
        return parts.joined(separator: ", ")
    }
}
