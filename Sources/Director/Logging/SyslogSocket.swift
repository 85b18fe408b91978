import Glibc
import Logging
import NIOConcurrencyHelpers

/// Sends lines to the local syslog daemon as RFC 3164 datagrams. libc's `syslog` keeps one identity per process;
/// admins filter on the identity of keepalived's three.
final class SyslogSocket: Sendable {
    private let descriptor = NIOLockedValueBox<Int32>(-1)

    deinit {
        let open = descriptor.withLockedValue { $0 }
        if open >= 0 { close(open) }
    }

    func send(_ line: LogLine, facility: Int) {
        let priority = facility * 8 + severity(of: line.level)
        let date = LogTimestamp.syslogDate(of: line)
        let datagram = Array("<\(priority)>\(date) \(line.source.rawValue)[\(getpid())]: \(line.text)".utf8)
        descriptor.withLockedValue { descriptor in
            // The daemon may have been restarted since: one new connection, then the line is given up.
            for _ in 0..<2 {
                if descriptor < 0 { descriptor = Self.connectToDaemon() }
                guard descriptor >= 0 else { return }
                let sent = datagram.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if sent >= 0 { return }
                close(descriptor)
                descriptor = -1
            }
        }
    }

    private func severity(of level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    private static func connectToDaemon() -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/dev/log".utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }
}
