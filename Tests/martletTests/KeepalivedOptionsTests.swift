import Testing

@testable import martlet

@Suite struct KeepalivedOptionsTests {
    @Test("the command line of a distribution's unit is understood")
    func everyday() throws {
        let options = try KeepalivedOptionsParser.parse(["-D", "-d", "-S", "0", "-f", "/etc/k.conf"])
        #expect(options.detail == 1)
        #expect(options.syslogFacility == 16)
        #expect(options.configurationPath == "/etc/k.conf")
        #expect(options.withoutEffect.isEmpty)
        #expect(!options.staysInForeground)
        #expect(options.runsVRRP && options.runsCheckers)
    }

    @Test(
        "a value stands in the same word, the next one, or behind an equals sign",
        arguments: [
            ["-p/run/a.pid"], ["-p", "/run/a.pid"], ["--pid=/run/a.pid"], ["--pid", "/run/a.pid"], ["-np/run/a.pid"],
        ])
    func values(arguments: [String]) throws {
        #expect(try KeepalivedOptionsParser.parse(arguments).pidFile == "/run/a.pid")
    }

    @Test("a long name may be shortened to an unambiguous beginning")
    func abbreviated() throws {
        #expect(try KeepalivedOptionsParser.parse(["--dont-f"]).staysInForeground)
        #expect(throws: KeepalivedOptionsError.unknownOption("--dont-release")) {
            try KeepalivedOptionsParser.parse(["--dont-release"])
        }
    }

    @Test("-P and -C choose a part, both together choose both")
    func parts() throws {
        let elections = try KeepalivedOptionsParser.parse(["-P"])
        #expect(elections.runsVRRP && !elections.runsCheckers)
        let checkers = try KeepalivedOptionsParser.parse(["-C"])
        #expect(!checkers.runsVRRP && checkers.runsCheckers)
        let both = try KeepalivedOptionsParser.parse(["-PC"])
        #expect(both.runsVRRP && both.runsCheckers)
    }

    @Test(
        "a wrong command line is refused with the word that is wrong",
        arguments: [
            (["-Q"], KeepalivedOptionsError.unknownOption("-Q")),
            (["-f"], .missingArgument("-f")),
            (["--use-file"], .missingArgument("--use-file")),
            (["--vrrp=1"], .surplusArgument(option: "--vrrp", argument: "1")),
            (["-S", "9"], .badValue(option: "-S", value: "9", expected: "0...7, local0...local7, daemon or user")),
        ])
    func refused(arguments: [String], error: KeepalivedOptionsError) {
        #expect(throws: error) { try KeepalivedOptionsParser.parse(arguments) }
    }

    @Test("-t takes its log file only in the same word")
    func configurationTest() throws {
        #expect(try KeepalivedOptionsParser.parse(["-t"]).mode == .test(log: nil))
        #expect(try KeepalivedOptionsParser.parse(["--config-test=/tmp/l"]).mode == .test(log: "/tmp/l"))
        #expect(try KeepalivedOptionsParser.parse(["-t", "-f", "x"]).configurationPath == "x")
        for word in ["-t/tmp/l", "-t=/tmp/l", "-nt/tmp/l"] {
            #expect(try KeepalivedOptionsParser.parse([word]).mode == .test(log: "/tmp/l"))
        }
        #expect(try KeepalivedOptionsParser.parse(["-t", "/tmp/l"]).surplusWords == ["/tmp/l"])
    }

    @Test("every option of keepalived is taken, with and without effect")
    func complete() throws {
        let values: Set = [
            "-f", "-S", "-p", "-r", "-c", "-b", "-i", "-s", "-u", "-A", "--signum", "--config-fd", "--use-file",
            "--log-facility", "--pid", "--vrrp_pid", "--checkers_pid", "--bfd_pid", "--config-id", "--namespace",
            "--umask", "--snmp-agent-socket",
        ]
        for option in [
            "-f", "-n", "-l", "-D", "-S", "-g", "-G", "-d", "-t", "-P", "-C", "-B", "-p", "-r", "-c", "-b", "-X", "-V",
            "-I", "-R", "-a", "-i", "-s", "-e", "-u", "-x", "-A", "-m", "-M", "-v", "-h", "-T", "-L", "--use-file",
            "--dont-fork", "--log-console", "--log-detail", "--log-facility", "--log-file", "--flush-log-file",
            "--no-syslog", "--dump-conf", "--config-test", "--vrrp", "--check", "--no_bfd", "--all", "--pid",
            "--vrrp_pid", "--checkers_pid", "--bfd_pid", "--release-vips", "--dont-release-vrrp",
            "--dont-release-ipvs", "--dont-respawn", "--address-monitoring", "--config-id", "--namespace",
            "--all-config", "--umask", "--snmp", "--snmp-agent-socket", "--core-dump", "--core-dump-pattern",
            "--signum", "--ignore-sigint", "--config-fd", "--debug", "--perf", "--no-mem-check", "--version", "--help",
            "--genhash",
        ] {
            let words = values.contains(option) ? [option, "1"] : [option]
            #expect(throws: Never.self, "\(option)") { try KeepalivedOptionsParser.parse(words) }
        }
        #expect(try KeepalivedOptionsParser.parse(["-a", "-e", "-m"]).withoutEffect == ["-a", "-m"])
        #expect(try KeepalivedOptionsParser.parse(["-T", "-s", "10.0.0.1", "-Z"]).mode == .pageDigest)
    }

    @Test("words that are no options are kept for a warning, as keepalived does")
    func surplusWords() throws {
        let options = try KeepalivedOptionsParser.parse(["start", "-n"])
        #expect(options.surplusWords == ["start"])
        #expect(options.staysInForeground)
    }
}
