public import Addressing
import LinuxSystem
public import NIOCore
import Netlink

// Sound: made and used on one event loop only; the closures of the channel merely carry it there.
/// Which addresses this host has, for those that act on it without taking part in elections.
public final class HostAddressMonitor: @unchecked Sendable {
    private let eventLoop: any EventLoop
    private let changed: @Sendable (Set<IPAddress>) -> Void
    private var channel: RouteMonitorChannel?
    private var interfaces = InterfaceTable()
    private var isStopped = false
    /// The addresses as last heard.
    public private(set) var addresses: Set<IPAddress> = []

    /// Reads the addresses and listens for changes from then on. To be called on the loop.
    ///
    /// - Parameters:
    ///   - eventLoop: the loop that the monitor belongs to.
    ///   - changed: called on the loop when the host has other addresses than before.
    /// - Throws: when the kernel does not tell them.
    public init(
        eventLoop: any EventLoop, changed: @escaping @Sendable (Set<IPAddress>) -> Void
    ) throws(VRRPRuntimeError) {
        self.eventLoop = eventLoop
        self.changed = changed
        try read()
        addresses = interfaces.allAddresses
    }

    /// Reports nothing any more.
    public func stop() {
        isStopped = true
        channel?.close()
        channel = nil
    }

    private func read() throws(VRRPRuntimeError) {
        channel?.close()
        channel = nil
        let client: RouteClient
        do throws(SystemError) {
            // Before the dump, so that nothing between the two is missed.
            channel = try RouteMonitorChannel(
                eventLoop: eventLoop, receive: { [weak self] in self?.heard($0) },
                lost: { [weak self] in self?.resynchronize() })
            client = try RouteClient.open(timeout: .seconds(1))
        } catch {
            throw .system(error)
        }
        do throws(NetlinkError) {
            interfaces = InterfaceTable(links: [], addresses: try client.addresses())
        } catch {
            throw .netlink(error)
        }
    }

    private func heard(_ events: [RouteEvent]) {
        guard !isStopped else { return }
        for event in events { interfaces.apply(event) }
        tell()
    }

    /// Reports were lost: everything is read anew, until that succeeds.
    private func resynchronize() {
        guard !isStopped else { return }
        do throws(VRRPRuntimeError) {
            try read()
            tell()
        } catch {
            _ = eventLoop.scheduleTask(in: .seconds(1)) { [weak self] in self?.resynchronize() }
        }
    }

    private func tell() {
        let current = interfaces.allAddresses
        guard current != addresses else { return }
        addresses = current
        changed(current)
    }
}
