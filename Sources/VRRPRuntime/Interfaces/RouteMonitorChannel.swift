import LinuxSystem
import NIOCore
import Netlink

/// Reads the kernel's reports about links and addresses on an event loop.
final class RouteMonitorChannel {
    private let channel: ReportChannel<[RouteEvent]>

    /// What is reported.
    enum Subject {
        /// Links and addresses.
        case interfaces
        /// Routes and rules of this daemon that are removed, and routes that others replace.
        case ownRouting
    }

    /// Opens the socket in the calling thread's namespace.
    ///
    /// - Parameters:
    ///   - subject: What is reported.
    ///   - receive: Called on the loop with the events of one datagram.
    ///   - lost: Called on the loop, once, when reports were lost: open another one and dump everything.
    init(
        eventLoop: any EventLoop, watching subject: Subject = .interfaces,
        receive: @escaping @Sendable ([RouteEvent]) -> Void,
        lost: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let monitor: CInt
        switch subject {
        case .interfaces: monitor = try RouteMonitor.open([.links, .ipv4Addresses, .ipv6Addresses]).release()
        case .ownRouting:
            monitor = try RouteMonitor.open(
                [.ipv4Routes, .ipv6Routes, .ipv4Rules, .ipv6Rules], removalsOf: Route.keepalivedOwner
            ).release()
        }
        channel = ReportChannel(
            monitor, capacity: 65_536, on: eventLoop, decode: { try RouteEvent.decode($0) }, receive: receive,
            lost: lost)
    }

    /// Closes the socket; nothing is reported any more.
    func close() { channel.close() }
}
