import CLinux
import Glibc

/// What the kernel reports of a process, threads left aside.
public enum ProcessEvent: Sendable, Hashable {
    /// The kernel has answered the wish to listen; false is a refusal.
    case accepted(Bool)
    /// A process has begun as a copy of another one.
    case started(Int32, copyOf: Int32)
    /// A process runs another program, or has another name.
    case changed(Int32)
    /// A process has ended.
    case ended(Int32)
}

/// Reports of processes that start and end, by the kernel's process connector (`linux/cn_proc.h`).
///
/// The kernel serves the first namespaces of processes and networks alone; elsewhere nothing ever comes, not even
/// ``ProcessEvent/accepted(_:)``.
public enum ProcessEvents {
    /// Some thousand events before the kernel drops any.
    private static let receiveBufferBytes: Int32 = 1 << 20

    /// Opens a non-blocking socket that yields one datagram per read. A read that fails with `ENOBUFS` means that
    /// reports were lost.
    public static func open() throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try systemCall("socket(NETLINK_CONNECTOR)", "watch processes") {
                clinux_open_process_events(receiveBufferBytes)
            })
    }

    /// What one datagram says.
    public static func events(in datagram: [UInt8]) -> [ProcessEvent] {
        var events: [ProcessEvent] = []
        datagram.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            var offset = 0
            var event = clinux_process_event()
            while true {
                let next = clinux_read_process_event(start, bytes.count, offset, &event)
                guard next > offset else { return }
                offset = next
                switch event.kind {
                case CLINUX_PROCESS_ACCEPTED: events.append(.accepted(event.error == 0))
                case CLINUX_PROCESS_FORKED: events.append(.started(event.process, copyOf: event.parent))
                case CLINUX_PROCESS_EXECUTED, CLINUX_PROCESS_RENAMED: events.append(.changed(event.process))
                case CLINUX_PROCESS_ENDED: events.append(.ended(event.process))
                default: break
                }
            }
        }
        return events
    }
}
