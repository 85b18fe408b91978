import Glibc

/// Dates as mail headers have them.
enum MailDate {
    /// Now, in local time: `Sat, 21 Nov 2026 23:05:00 +0000`.
    static var now: String { text(of: time(nil)) }

    /// A time in seconds since 1970.
    static func text(of seconds: time_t) -> String {
        var seconds = seconds
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "Thu, 1 Jan 1970 00:00:00 +0000" }
        let offset = abs(parts.tm_gmtoff) / 60
        return "\(days[Int(parts.tm_wday) % 7]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon) % 12])"
            + " \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
            + " \(parts.tm_gmtoff < 0 ? "-" : "+")\(two(Int32(offset / 60)))\(two(Int32(offset % 60)))"
    }

    // Never in the language of a locale (RFC 5322, section 3.3).
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
