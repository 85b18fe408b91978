import Addressing
import ArgumentParser
import ControlPlane
import Glibc
import Timing
import VRRP
import VRRPRuntime

struct VRRPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vrrp", abstract: "Look at VRRP on the segments of this host.", subcommands: [ScanCommand.self])
}

struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "List the adverts that are heard on a segment, and virtual router ids that are free.",
        discussion: """
            Sends nothing, needs no configuration and disturbs no router. Needs the right to open packet sockets.
            """)

    @Option(name: [.customShort("i"), .long], help: "Listen on this interface; may be given more than once.")
    var interface: [String] = []

    @Option(help: "Listen for so long; three intervals of the slowest router are enough.")
    var seconds: Double = 4

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds is more than 0 and at most 3600.") }
    }

    func run() throws {
        let segments: [SegmentScan.Segment]
        do throws(VRRPRuntimeError) {
            segments = try SegmentScan.listen(
                on: interface.isEmpty ? nil : interface, for: .nanoseconds(Int64(seconds * 1e9)))
        } catch {
            Terminal.writeError("martlet: \(error)")
            throw ExitCode.failure
        }
        let reports = segments.map { ScanReport($0, seconds: seconds) }
        if json {
            let text = try ControlCodec.encodeIndented(ScanReport.List(segments: reports))
            Terminal.writeLine(text)
        } else {
            Terminal.writeLine(reports.map(\.text).joined(separator: "\n"))
        }
    }
}

/// What a scan found on one segment.
struct ScanReport: Encodable {
    struct List: Encodable {
        var segments: [ScanReport]
    }

    struct Speaker: Encodable {
        var virtualRouterID: Int
        var version: Int
        var source: String
        var hardwareAddress: String?
        var isThisHost: Bool
        var destination: String
        var priority: Int
        /// Seconds.
        var interval: Double
        var addresses: [String]
        var authentication: String
        var adverts: Int
    }

    var interface: String
    var speakers: [Speaker]
    /// Ids with more than one sender: two masters, or two pairs with one id.
    var contested: [Int]
    var freeVirtualRouterIDs: [Int]
    private var seconds: Double

    private enum CodingKeys: CodingKey { case interface, speakers, contested, freeVirtualRouterIDs }

    init(_ segment: SegmentScan.Segment, seconds: Double) {
        self.seconds = seconds
        interface = segment.interface
        speakers = segment.survey.list.map { speaker in
            let advert = speaker.advert
            return Speaker(
                virtualRouterID: Int(advert.virtualRouterID), version: Int(advert.version), source: "\(advert.source)",
                hardwareAddress: speaker.hardwareAddress.map { "\($0)" }, isThisHost: speaker.isOwn,
                destination: "\(advert.destination)", priority: Int(advert.priority),
                interval: Double(advert.interval.wholeNanoseconds) / 1e9, addresses: advert.addresses.map { "\($0)" },
                authentication: "\(advert.authentication)", adverts: speaker.count)
        }
        contested = Set(
            segment.survey.contested(family: .ipv4) + segment.survey.contested(family: .ipv6)
        ).sorted().map(Int.init)
        freeVirtualRouterIDs = segment.survey.freeIDs.map(Int.init)
    }

    var text: String {
        guard !speakers.isEmpty else { return "\(interface): no advert in \(seconds) s\n" + hint }
        var columns = Columns()
        columns.add(["  vrid", "version", "source", "MAC", "priority", "interval", "auth", "addresses"])
        for speaker in speakers {
            columns.add([
                "  \(speaker.virtualRouterID)", "\(speaker.version)",
                speaker.source + (speaker.isThisHost ? " (this host)" : ""), speaker.hardwareAddress ?? "-",
                speaker.priority == 0 ? "0 (resigned)" : "\(speaker.priority)", "\(speaker.interval) s",
                speaker.authentication, speaker.addresses.joined(separator: ", "),
            ])
        }
        var text = "\(interface):\n" + columns.text
        for id in contested {
            text += "\n  vrid \(id) has more than one sender: two masters, or two pairs with one id"
        }
        return text + "\n" + hint
    }

    private var hint: String {
        let some = freeVirtualRouterIDs.prefix(8).map(String.init).joined(separator: ", ")
        return "  free ids: \(some.isEmpty ? "none" : some)\(freeVirtualRouterIDs.count > 8 ? ", …" : "")"
            + " (not heard in \(seconds) s)"
    }
}
