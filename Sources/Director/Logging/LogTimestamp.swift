import Glibc
import Logging

/// Dates in front of log lines.
enum LogTimestamp {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func prefix(of line: LogLine, style: LogWriter.TimestampStyle) -> String {
        switch style {
        case .iso:
            let time = brokenDown(line.seconds, in: gmtime_r)
            let date = "\(Int(time.tm_year) + 1900)-\(two(time.tm_mon + 1))-\(two(time.tm_mday))"
            let milliseconds = String(1000 + line.microseconds / 1000).dropFirst()
            return "\(date)T\(clock(time)).\(milliseconds)Z \(line.level.rawValue) "
        case .keepalived:
            let time = brokenDown(line.seconds, in: localtime_r)
            return "\(day(time)) \(clock(time)) \(Int(time.tm_year) + 1900): "
        }
    }

    /// `Sun Nov 29 15:48:52.193347 2026`, as ctime(3) has it with a fraction.
    static func date(_ seconds: Int, fraction: String) -> String {
        let time = brokenDown(seconds, in: localtime_r)
        return "\(day(time)) \(clock(time)).\(fraction) \(Int(time.tm_year) + 1900)"
    }

    /// `Nov 21 16:20:00`, the traditional syslog date of RFC 3164 section 4.1.2.
    static func syslogDate(of line: LogLine) -> String {
        let time = brokenDown(line.seconds, in: localtime_r)
        return "\(month(time)) \(padded(time.tm_mday)) \(clock(time))"
    }

    private static func day(_ time: tm) -> String {
        let index = Int(time.tm_wday)
        let weekday = weekdays.indices.contains(index) ? weekdays[index] : "???"
        return "\(weekday) \(month(time)) \(padded(time.tm_mday))"
    }

    private static func month(_ time: tm) -> String {
        let index = Int(time.tm_mon)
        return months.indices.contains(index) ? months[index] : "???"
    }

    private static func clock(_ time: tm) -> String { "\(two(time.tm_hour)):\(two(time.tm_min)):\(two(time.tm_sec))" }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func padded(_ number: Int32) -> String { number < 10 ? " \(number)" : String(number) }

    private static func brokenDown(
        _ seconds: Int, in convert: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> tm {
        var moment: time_t = seconds
        var parts = tm()
        _ = convert(&moment, &parts)
        return parts
    }
}
