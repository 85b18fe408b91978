import Addressing

extension GlobalKeywords {
    private static let oneProcess = "Martlet is one process"

    static let processes: [Keyword<GlobalDraft>] =
        [
            .flag("process_names", "name the processes keepalived_vrrp, keepalived_lvs and keepalived_bfd") {
                draft, _ in
                draft.model.processes.vrrp.name = "keepalived_vrrp"
                draft.model.processes.checker.name = "keepalived_lvs"
                draft.model.processes.bfd.name = "keepalived_bfd"
            }.withoutEffect(oneProcess),
            processName("process_name") { $0.name = $1 },
            processName("vrrp_process_name") { $0.vrrp.name = $1 },
            processName("checker_process_name") { $0.checker.name = $1 },
            .formerly("lvs_process_name", processName("checker_process_name") { $0.checker.name = $1 }),
            processName("bfd_process_name") { $0.bfd.name = $1 },
            .clamped("vrrp_rt_priority", 1...99, default: "0", "SCHED_RR priority of the VRRP thread; 0 is off") {
                $0.model.processes.vrrp.realTimePriority = Int($1.value)
            },
            .clamped("bfd_rt_priority", 1...99, default: "0", "SCHED_RR priority of the BFD thread; 0 is off") {
                $0.model.processes.bfd.realTimePriority = Int($1.value)
            },
            umask,
            .integer(
                "random_seed", UInt32(0)...UInt32.max, default: "the time", "seed of `${_RANDOM}`, from this line on"
            ) {
                $0.model.processes.randomSeed = $1.value
            },
            .custom(
                "max_auto_priority", "[-1…99]", default: "0, which is off; 99 without a value",
                "raise the SCHED_RR priority of the VRRP thread after late wake-ups"
            ) { draft, statement, analyzer in
                analyzer.expectNoMore(than: 1, of: statement)
                guard let word = analyzer.tree.argument(0, of: statement) else {
                    draft.model.processes.maximumAutomaticPriority = 99
                    return
                }
                guard let value = analyzer.integer(word, in: Int8(-1)...99) else { return }
                draft.model.processes.maximumAutomaticPriority = value
            },
            .integer(
                "min_auto_priority_delay", UInt32(1)...10_000_000, default: "1000000",
                "microseconds of lateness that raise it"
            ) { $0.model.processes.automaticPriorityDelay = $1.value },
        ]
        + limits("vrrp", hasRealTimePriority: true, isScheduled: true) { change, processes in change(&processes.vrrp) }
        + limits("checker") { change, processes in change(&processes.checker) }
        + limits("bfd", hasRealTimePriority: true) { change, processes in change(&processes.bfd) }

    private static func processName(
        _ name: String, assign: @escaping @Sendable (inout ProcessSettings, String) -> Void
    ) -> Keyword<GlobalDraft> {
        Keyword<GlobalDraft>.text(name, "NAME", "name of the process, at most 15 bytes", limit: 15) {
            assign(&$0.model.processes, $1.value)
        }.withoutEffect(oneProcess)
    }

    /// The keywords that each process has; only the thread of VRRP is scheduled as they say.
    private static func limits(
        _ process: String, hasRealTimePriority: Bool = false, isScheduled: Bool = false,
        _ apply: @escaping @Sendable ((inout ProcessLimits) -> Void, inout ProcessSettings) -> Void
    ) -> [Keyword<GlobalDraft>] {
        func scheduled(_ keyword: Keyword<GlobalDraft>, _ reason: String) -> Keyword<GlobalDraft> {
            isScheduled ? keyword : keyword.withoutEffect(reason)
        }
        let time = scheduled(
            .clamped(
                "\(process)_rlimit_rttime", 2...Int64(UInt32.max), default: "10000",
                "microseconds of processor time without a pause under SCHED_RR, after which the log says so"
            ) { draft, value in
                apply({ $0.realTimeLimit = UInt32(clamping: value.value) }, &draft.model.processes)
            }, "only the time of the VRRP thread is watched")
        let keywords: [Keyword<GlobalDraft>] = [
            scheduled(
                .integer("\(process)_priority", Int8(-20)...19, default: "0", "nice value of the thread") {
                    draft, value in
                    apply({ $0.niceness = value.value }, &draft.model.processes)
                }, "the nice value is that of the process: set it in the service's unit"),
            scheduled(
                .flag("\(process)_no_swap", "lock the memory of the process") { draft, _ in
                    apply({ $0.isLockedInMemory = true }, &draft.model.processes)
                }, "memory is locked with `vrrp_no_swap`"),
            time, .formerly("\(process)_rlimit_rtime", time),
            scheduled(
                .custom("\(process)_cpu_affinity", "PROCESSOR…", default: "all", "processors to run on") {
                    draft, statement, analyzer in
                    guard analyzer.required(of: statement, expected: "numbers of processors") != nil else { return }
                    var processors: [UInt16] = []
                    for index in 0..<analyzer.tree.argumentCount(statement) {
                        guard let word = analyzer.tree.argument(index, of: statement),
                            let number = analyzer.integer(word, in: UInt16(0)...8191)
                        else { return }
                        processors.append(number)
                    }
                    apply({ $0.processors = processors }, &draft.model.processes)
                }, "threads run on any processor: set it in the service's unit"),
        ]
        guard !hasRealTimePriority else { return keywords }
        let priority = Keyword<GlobalDraft>.clamped(
            "\(process)_rt_priority", 1...99, default: "0", "SCHED_RR priority; 0 is off"
        ) { draft, value in
            apply({ $0.realTimePriority = Int(value.value) }, &draft.model.processes)
        }.withoutEffect("only the threads of VRRP and BFD may have one")
        return keywords + [priority]
    }

    private static let umaskBits: [String: UInt16] = [
        "IRUSR": 0o400, "IWUSR": 0o200, "IXUSR": 0o100, "IRWXU": 0o700, "IRGRP": 0o040, "IWGRP": 0o020,
        "IXGRP": 0o010, "IRWXG": 0o070, "IROTH": 0o004, "IWOTH": 0o002, "IXOTH": 0o001, "IRWXO": 0o007,
    ]

    private static let umask = Keyword<GlobalDraft>.custom(
        "umask", "OCTAL|IRUSR|…", default: "0177", "permissions that created files do not have"
    ) { draft, statement, analyzer in
        guard let word = analyzer.required(of: statement, expected: "an octal number or names such as IWGRP|IWOTH")
        else { return }
        let text = (0..<analyzer.tree.argumentCount(statement)).compactMap { analyzer.tree.argument($0, of: statement) }
            .map { analyzer.tree.string($0) }.joined()
        var mask: UInt16?
        if let first = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            analyzer.expectNoMore(than: 1, of: statement)
            // As in C: 0 begins octal, 0x hexadecimal.
            let radix = text.hasPrefix("0x") ? 16 : text.hasPrefix("0") ? 8 : 10
            mask = UInt16(text.dropFirst(radix == 16 ? 2 : 0), radix: radix)
        } else {
            let bits = text.split(separator: "|", omittingEmptySubsequences: false).map { umaskBits[String($0)] }
            mask = bits.reduce(0) { result, bit in result.flatMap { mask in bit.map { mask | $0 } } }
        }
        guard let mask, mask <= 0o777 else {
            analyzer.ignore(
                .malformed(text, expected: "an octal number up to 0777 or names such as IWGRP|IWOTH"), at: word.span)
            return
        }
        draft.model.processes.umask = mask
    }.withoutEffect("Martlet creates no files that others could read")
}
