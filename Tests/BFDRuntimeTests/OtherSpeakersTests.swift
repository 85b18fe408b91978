import Addressing
import BFD
import Glibc
import TestKit
import Testing

@testable import BFDRuntime

/// Another program's BFD on the right host.
private struct OtherSpeaker {
    enum Program: String, CaseIterable, CustomTestStringConvertible {
        case bird, keepalived

        var testDescription: String { rawValue }

        static let installed = allCases.filter { access("/usr/sbin/\($0.rawValue)", X_OK) == 0 }
    }

    let program: Program
    let family: AddressFamily
    let host: NetworkNamespace
    let folder: TemporaryFolder

    /// 50 ms and three packets, as ``Segment/session(_:_:name:_:)``.
    func start() throws {
        let (left, right) = (try Segment.address(family, 91), try Segment.address(family, 92))
        switch program {
        case .bird:
            try host.shell(
                """
                cat > \(folder.path)/bird.conf <<'END'
                router id 10.1.80.92;
                protocol device {}
                protocol bfd {
                interface "enp0s3" { min rx interval 50 ms; min tx interval 50 ms; idle tx interval 1 s; multiplier 10; };
                neighbor \(left) dev "enp0s3" local \(right);
                }
                END
                chrt -f 10 bird -c \(folder.path)/bird.conf -s \(folder.path)/control -P \(folder.path)/pid
                """)
        case .keepalived:
            // Its IPv6 packets have a hop limit of 64 unless it is told otherwise.
            try host.shell(
                """
                cat > \(folder.path)/keepalived.conf <<'END'
                bfd_instance B {
                neighbor_ip \(left)
                source_ip \(right)
                min_rx 50
                min_tx 50
                multiplier 10
                \(family == .ipv4 ? "ttl" : "hoplimit") 255
                }
                END
                chrt -f 10 keepalived --no-syslog -f \(folder.path)/keepalived.conf -p \(folder.path)/pid -r \(folder.path)/vrrp.pid \
                -c \(folder.path)/checkers.pid -b \(folder.path)/bfd.pid > /dev/null 2>&1
                """)
        }
    }

    /// The process that speaks BFD.
    private var processFile: String { folder.path + (program == .bird ? "/pid" : "/bfd.pid") }

    func signal(_ signal: String) throws { try host.shell("kill -\(signal) $(cat \(processFile))") }

    /// Ends it and waits until it has ended.
    func stop() throws {
        try host.shell(
            """
            pid=$(cat \(folder.path)/pid)
            kill $pid
            while kill -0 $pid 2> /dev/null; do sleep 0.02; done
            """)
    }

    /// Ends it without a word, whatever became of the test.
    func kill() { _ = try? host.shell("kill -9 $(cat \(folder.path)/*pid) 2> /dev/null") }
}

@Suite(
    "BFD with other programs", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"),
    .timeLimit(.minutes(2)))
struct OtherSpeakersTests {
    let segment: Segment
    let folder: TemporaryFolder

    init() throws {
        segment = try Segment()
        folder = try TemporaryFolder()
    }

    fileprivate static let cases = OtherSpeaker.Program.installed.flatMap { program in
        AddressFamily.allCases.map { (program, $0) }
    }

    @Test(
        "a session comes up, goes down within the detection time when the other side is cut off, stops or ends, and comes up again",
        arguments: cases)
    fileprivate func lifecycle(program: OtherSpeaker.Program, family: AddressFamily) async throws {
        let other = OtherSpeaker(program: program, family: family, host: segment.right, folder: folder)
        let left = try Speaker(in: segment.left, [try Segment.session(91, family)])
        try other.start()
        defer { other.kill() }
        #expect(await left.verdict()?.isUp == true)
        try await left.reaches {
            $0.status.detectionTime == .milliseconds(500) && $0.status.transmitInterval == .milliseconds(50)
        }
        #expect(await left.session()?.status.statistics.refused == 0)

        try other.signal("STOP")
        let silentSince = ContinuousClock.now
        #expect(await left.verdict()?.isUp == false)
        // How long it takes to the millisecond is tested on the state machine, which knows no load.
        #expect(ContinuousClock.now - silentSince < .seconds(30))
        #expect(await left.session()?.status.diagnostic == .detectionTimeExpired)
        try other.signal("CONT")
        #expect(await left.verdict()?.isUp == true)

        try segment.left.shell("ip link set enp0s3 down")
        #expect(await left.verdict()?.isUp == false)
        try segment.left.shell("ip link set enp0s3 up")
        if family == .ipv6 { try segment.left.shell("ip address replace 2001:db8:80::91/64 dev enp0s3 nodad") }
        #expect(await left.verdict()?.isUp == true)

        try other.stop()
        #expect(await left.verdict()?.isUp == false)
        try other.start()
        #expect(await left.verdict()?.isUp == true)
        await left.runtime.stop()
    }

    @Test("changed intervals go through a poll that the other side answers, and the session stays up", arguments: cases)
    fileprivate func changedIntervals(program: OtherSpeaker.Program, family: AddressFamily) async throws {
        let other = OtherSpeaker(program: program, family: family, host: segment.right, folder: folder)
        let left = try Speaker(in: segment.left, [try Segment.session(91, family)])
        try other.start()
        defer { other.kill() }
        #expect(await left.verdict()?.isUp == true)
        for interval in [UInt32(200_000), 50_000, 80_000] {
            left.runtime.replace(
                BFDRuntimeConfiguration(sessions: [
                    try Segment.session(91, family) {
                        $0.transmitInterval = interval
                        $0.receiveInterval = interval
                    }
                ]))
            // Faster is in force at once, slower when the other side has confirmed it.
            try await left.reaches {
                $0.status.transmitInterval == .microseconds(Int64(interval))
                    && $0.status.detectionTime == .microseconds(Int64(interval) * 10)
            }
        }
        #expect(await left.session()?.status.statistics.lost == 0)
        await left.runtime.stop()
    }

    @Test(
        "bird sees the session up, and down as soon as Martlet stops", .enabled(if: access("/usr/sbin/bird", X_OK) == 0)
    )
    func seenByBird() async throws {
        let other = OtherSpeaker(program: .bird, family: .ipv4, host: segment.right, folder: folder)
        let left = try Speaker(in: segment.left, [try Segment.session()])
        try other.start()
        defer { other.kill() }
        #expect(await left.verdict()?.isUp == true)
        func sessions() throws -> String {
            try segment.right.shell("birdc -s \(folder.path)/control show bfd sessions")
        }
        while try !sessions().contains("Up") { try await Task.sleep(for: .milliseconds(20)) }
        await left.runtime.stop()
        // Long before its detection time of 500 ms would be known to have passed: the neighbour was told.
        while try sessions().contains("Up") { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try sessions().contains("Down"))
    }

    @Test(
        "tcpdump reads every packet of a session without complaint",
        .enabled(if: access("/usr/bin/tcpdump", X_OK) == 0), arguments: AddressFamily.allCases)
    func decodedByTcpdump(family: AddressFamily) async throws {
        try segment.right.shell(
            "tcpdump -i enp0s3 -n -vv -K -U -c 60 udp port 3784 > \(folder.path)/packets 2> \(folder.path)/tcpdump & sleep 0.5"
        )
        let left = try Speaker(in: segment.left, [try Segment.session(91, family)])
        let right = try Speaker(in: segment.right, [try Segment.session(92, family)])
        #expect(await left.verdict()?.isUp == true)
        #expect(await right.verdict()?.isUp == true)
        while try !segment.right.shell("cat \(folder.path)/tcpdump").contains("60 packets captured") {
            try await Task.sleep(for: .milliseconds(50))
        }
        let text = try segment.right.shell("cat \(folder.path)/packets")
        #expect(text.contains("Control, State Up, Flags: [Poll], Diagnostic: No Diagnostic"))
        #expect(text.contains("Control, State Up, Flags: [Final], Diagnostic: No Diagnostic"))
        #expect(text.split(separator: "\n").filter { $0.contains("BFDv1") }.count == 60)
        for complaint in ["[|", "bad", "malformed", "invalid", "truncated"] { #expect(!text.contains(complaint)) }
        await left.runtime.stop()
        await right.runtime.stop()
    }
}
