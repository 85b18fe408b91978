/// Keywords about checking that several blocks share.
enum CheckSettingKeywords {
    static let noSNMP = "there is no SNMP agent in this version"

    /// Of virtual servers, real servers and checkers.
    ///
    /// - Parameters:
    ///   - retry: the default of `retry`.
    ///   - delay: the default of `delay_before_retry`.
    ///   - loop: the default of `delay_loop`.
    static func shared<Target: HasCheckSettings>(
        lowestRetry: UInt32, retry: String, delay: String, loop: String
    ) -> [Keyword<Target>] {
        [
            .integer(
                "retry", lowestRetry...UInt32.max, default: retry, isLenient: lowestRetry == 0,
                "further tries before a server counts as down"
            ) {
                $0.settings.retry = $1.value
            },
            .interval(
                "delay_before_retry", .seconds(0)...Intervals.year, default: delay, "from a failed try to the next"
            ) {
                $0.settings.delayBeforeRetry = $1.value
            },
            .interval(
                "warmup", .seconds(0)...Intervals.year, default: "`delay_loop`",
                "longest random delay of the first check"
            ) {
                $0.settings.warmup = $1.value
            },
            .interval(
                "delay_loop", Intervals.microsecond...Intervals.year, default: loop, "from one check to the next"
            ) {
                $0.settings.delayLoop = $1.value
            },
        ]
    }

    /// Of everything that makes connections.
    static func timeout<Target: HasCheckSettings>(inherited: String) -> Keyword<Target> {
        .interval("connect_timeout", Intervals.microsecond...Intervals.day, default: inherited, "limit of a connection")
        {
            $0.settings.connectTimeout = $1.value
        }
    }
}
