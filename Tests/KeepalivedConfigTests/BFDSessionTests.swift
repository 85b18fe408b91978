import Addressing
import Testing

@testable import KeepalivedConfig

@Suite("What refers to BFD sessions")
struct BFDSessionTests {
    private func load(_ text: String) throws -> (configuration: Configuration, codes: [String]) {
        let result = ConfigurationLoader.load(text: text)
        return (try #require(result.configuration, "\(result.diagnostics)"), result.diagnostics.map { "\($0.code)" })
    }

    private func block(_ name: String, _ lines: String) -> String { "bfd_instance \(name) {\n\(lines)\n}\n" }

    private func router(_ lines: String, _ name: String = "VI_1") -> String {
        """
        vrrp_instance \(name) {
        interface eth0
        virtual_router_id \(name == "VI_1" ? 51 : 52)
        priority 100
        \(lines)
        virtual_ipaddress {
        10.1.80.\(name == "VI_1" ? 90 : 89)
        }
        }

        """
    }

    @Test("an instance tracks a session with its own weight or that of the line")
    func weights() throws {
        let sessions =
            block("A", "neighbor_ip 10.1.80.1\nweight -20 reverse") + block("B", "neighbor_ip 10.1.80.2")
        let (configuration, codes) = try load(
            sessions + router("track_bfd {\nA\nB weight 5\n}")
                + router("track_bfd {\nA weight 7 noreverse\n}", "VI_2"))
        #expect(codes == [])
        #expect(
            configuration.instances.map(\.trackedBFDs) == [
                [NamedTracker(name: "A", weight: -20, isReversed: true), NamedTracker(name: "B", weight: 5)],
                [NamedTracker(name: "A", weight: 7)],
            ])
    }

    @Test(
        "a session of this name does not exist, serves checkers alone, or comes later: it is not tracked, with a word")
    func unknown() throws {
        let session = block("BFD_1", "neighbor_ip 10.1.80.1")
        let track = router("track_bfd {\nBFD_1\n}")
        for (text, code) in [
            (router("track_bfd {\nBFD_2\n}") + session, "MR0311"), (track, "MR0311"),
            (block("BFD_1", "neighbor_ip 10.1.80.1\nchecker") + track, "MR0311"), (track + session, "MR0328"),
        ] {
            let (configuration, codes) = try load(text)
            #expect(configuration.instances.first?.trackedBFDs == [], "\(text)")
            #expect(codes == [code], "\(text)")
        }
    }

    @Test("two sessions whose packets could not be told apart are one")
    func sameEnds() throws {
        let first = block("A", "neighbor_ip 10.1.80.1")
        for (second, isKept) in [
            ("neighbor_ip 10.1.80.1", false), ("neighbor_ip 10.1.80.1\nsource_ip 10.1.80.2", false),
            ("neighbor_ip 10.1.80.1\nmultihop", true), ("neighbor_ip 10.1.80.2", true),
        ] {
            let (configuration, codes) = try load(first + block("B", second) + router(""))
            #expect(configuration.bfdInstances.map(\.name) == (isKept ? ["A", "B"] : ["A"]), "\(second)")
            #expect(codes == (isKept ? [] : ["MR0426"]))
        }
        let apart =
            block("A", "neighbor_ip 10.1.80.1\nsource_ip 10.1.80.2")
            + block(
                "B", "neighbor_ip 10.1.80.1\nsource_ip 10.1.80.3")
        #expect(try load(apart + router("")).codes == [])
    }

    @Test("a dump says what an instance and a group track")
    func dump() throws {
        let text =
            block("A", "neighbor_ip 10.1.80.1\nweight 20") + router("track_bfd {\nA\n}") + router("", "VI_2")
            + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\nsync_group_tracking_weight\ntrack_bfd {\nA weight 3 reverse\n}\n}\n"
        let dump = ConfigurationDump.text(of: try load(text).configuration)
        #expect(dump.contains("A weight 20\n"))
        #expect(dump.contains("A weight 3 reverse\n"))
        #expect(try load(dump).configuration.instances == (try load(text).configuration.instances))
    }
}
