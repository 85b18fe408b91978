import Addressing
import IPVS
import IPVSAdmin
import Testing

private func lines(_ text: String, chunk: Int = 1 << 20) -> [[String]] {
    var reader = RestoreReader()
    var lines: [RestoreReader.Line] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        lines += reader.lines(for: rest.prefix(chunk))
        rest = rest.dropFirst(chunk)
    }
    return (lines + reader.finish()).map { ["\($0.number)"] + $0.words }
}

private func transaction(on rules: String = "", _ text: String) -> RestoreTransaction {
    var before = RestoreTransaction(actual: Table())
    var reader = RestoreReader()
    for line in reader.lines(for: Array((rules + "\n").utf8)) {
        before.take(line, program: "ipvsadm", names: NumericNames())
    }
    var transaction = RestoreTransaction(actual: before.desired)
    reader = RestoreReader()
    for line in reader.lines(for: Array((text + "\n").utf8)) {
        transaction.take(line, program: "ipvsadm", names: NumericNames())
    }
    return transaction
}

@Suite struct RestoreTests {
    @Test("lines and words of the input, whatever its pieces are", arguments: [1, 2, 3, 7, 1000])
    func reads(chunk: Int) {
        let text = "-A -t 1.2.3.4:5\r\n\n  \t\n# a comment\nipvsadm\nipvsadm -a\t-t  1.2.3.4:5 -r 1.1.1.1 # why\n-C"
        #expect(
            lines(text, chunk: chunk) == [
                ["1", "-A", "-t", "1.2.3.4:5"], ["6", "-a", "-t", "1.2.3.4:5", "-r", "1.1.1.1"], ["7", "-C"],
            ])
        #expect(lines("-Z  ", chunk: chunk) == [["1", "-Z"]])
        #expect(lines("", chunk: chunk) == [])
    }

    @Test(
        "a zero byte in a word is told, with the line's number; in a comment it is nobody's business",
        arguments: [1, 7, 99])
    func zeroBytes(chunk: Int) {
        let text = "-C # \0\n-A -t 10.0.0.1:80\0junk -s rr\n-A -t 10.0.0.2:80\n\0\0\0"
        var reader = RestoreReader()
        var found: [RestoreReader.Line] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            found += reader.lines(for: rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
        found += reader.finish()
        #expect(found.map(\.hasZeroByte) == [false, true, false, true])
        var transaction = RestoreTransaction(actual: Table())
        for line in found { transaction.take(line, program: "ipvsadm", names: NumericNames()) }
        #expect(transaction.isDamaged)
        let message = "there is a zero byte in this line: the input is damaged, or no text"
        #expect(transaction.problems.map(\.description) == ["line 2: \(message)", "line 4: \(message)"])
    }

    @Test("every wrong line of a transaction is named, by its number")
    func problems() {
        let found = transaction(
            on: "-A -t 10.0.0.1:80",
            """
            -A -t 10.0.0.1:80
            -a -t 10.0.0.1:80 -r 10.0.0.2
            -a -t 10.0.0.1:80 -r 10.0.0.2
            -w
            -a -t 10.0.0.9:80 -r 10.0.0.2
            -e -t 10.0.0.1:80 -r 10.0.0.3
            -a -t 10.0.0.1:80 -r 10.0.0.4 -y 5
            -D -t 10.0.0.9:80
            -L -n
            -Z -t 10.0.0.9:80
            -E -t 10.0.0.1:80 -p x
            """)
        #expect(
            found.problems.map(\.description) == [
                "line 1: Service already exists", "line 3: Destination already exists",
                "line 4: Try `ipvsadm -h' or 'ipvsadm --help' for more information.", "line 5: Service not defined",
                "line 6: No such destination", "line 7: Numerical result out of range", "line 8: No such service",
                "line 9: a transaction holds changes only, no listing and no -S", "line 10: No such service",
                "line 11: invalid timeout value `x' specified",
            ])
    }

    @Test("a table that is cleared and filled again keeps what stays: only the difference is sent, what deletes last")
    func difference() {
        let change = transaction(
            on: """
                -A -t 10.0.0.1:80 -s rr
                -a -t 10.0.0.1:80 -r 10.0.0.2
                -a -t 10.0.0.1:80 -r 10.0.0.3
                -A -t 10.0.0.5:80 -s rr
                """,
            """
            -C
            -A -t 10.0.0.1:80 -s rr
            -a -t 10.0.0.1:80 -r 10.0.0.2 -w 5
            -a -t 10.0.0.1:80 -r 10.0.0.4
            --set 1 2 3
            """)
        #expect(change.problems.isEmpty)
        let formatter = SaveFormatter()
        #expect(
            (change.commands + change.settings).map { text(formatter.line($0)) } == [
                "-a -t 10.0.0.1:80 -r 10.0.0.4:80 -g -w 1\n", "-e -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 5\n",
                "-d -t 10.0.0.1:80 -r 10.0.0.3:80\n", "-D -t 10.0.0.5:80\n", "--set 1 2 3\n",
            ])
        #expect(change.commands.map { change.line(of: $0) } == [4, 3, nil, nil])
        // What the kernel has refused half-way leads back to where it was.
        var halfway = change.actual
        for command in change.commands.prefix(2) { halfway.apply(command) }
        var undone = halfway
        for command in change.undoing(from: halfway) { undone.apply(command) }
        #expect(undone == change.actual)
    }

    @Test("a plan in words restores to the same: every command has a line")
    func planLines() throws {
        let commands: [Command] = [
            .flush, .zero(nil), .zero(endpoint(.udp, "10.0.0.1", 53)), .deleteService(.firewallMark(.max, .ipv6)),
            .setTimeouts(Timeouts(tcp: 1, tcpFin: 2, udp: 3)), .stopDaemon(.backup),
            .startDaemon(
                SyncDaemon(
                    role: .master, interface: "mc0", syncID: 9, maximumLength: 1400, group: address("ff02::5"),
                    port: 99, ttl: 7)),
            .editService(VirtualService(id: .firewallMark(3, .ipv4), scheduler: "sh", schedulerFlags: .flag3)),
            .editDestination(
                endpoint(.tcp, "2001:db8::1", 80),
                Destination(
                    id: .init(address: address("10.0.0.1"), port: 80),
                    forwarding: .tunneling(.gue(port: 5, checksum: .remote)), weight: 0, upperThreshold: 8,
                    lowerThreshold: 4)),
            .deleteDestination(endpoint(.sctp, "10.0.0.1", 1), .init(address: address("10.0.0.1"), port: 2)),
        ]
        for command in commands {
            var reader = RestoreReader()
            let line = try #require(reader.lines(for: SaveFormatter().line(command)).first)
            #expect(try AdminCommand(arguments: line.words) == .change(command))
        }
    }
}
