/// Moves netlink datagrams: a socket in production, a fake kernel in tests.
///
/// A transport belongs to one thread or loop at a time; nothing in it waits longer than it is told to.
public protocol NetlinkTransport: AnyObject {
    /// How many acknowledgements the receive buffer holds for certain; a batch never has more outstanding.
    var acknowledgementCapacity: Int { get }

    /// Sends whole messages to the kernel in one datagram.
    func send(_ messages: [UInt8]) throws(NetlinkError)

    /// Receives one datagram; throws ``NetlinkError/Code/timedOut`` when none comes within `timeout` and
    /// ``NetlinkError/Code/overrun`` when datagrams were lost.
    func receive(timeout: Duration) throws(NetlinkError) -> [UInt8]

    /// Throws away whatever is outstanding, in practice by opening the socket anew.
    func reset() throws(NetlinkError)
}
