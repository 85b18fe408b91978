import Addressing
import Glibc
import LinuxSystem
import TestKit
import Testing

/// Two hosts and a cable, seen through real sockets.
@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct VRRPSocketTests {
    static let group = IPv4Address(224, 0, 0, 18)
    static let left = IPv4Address(10, 9, 0, 1)
    static let right = IPv4Address(10, 9, 0, 2)

    let leftHost: NetworkNamespace
    let rightHost: NetworkNamespace

    init() throws {
        leftHost = try NetworkNamespace()
        rightHost = try NetworkNamespace()
        try leftHost.connect("left0", to: rightHost, "right0")
        try leftHost.shell("ip address add \(Self.left)/24 dev left0")
        try rightHost.shell("ip address add \(Self.right)/24 dev right0")
    }

    /// An IPv4 packet of protocol 112; the kernel fills in the checksum.
    static func packet(from source: IPv4Address, to destination: IPv4Address, payload: [UInt8]) -> [UInt8] {
        [0x45, 0xC0, 0, UInt8(20 + payload.count), 0x12, 0x34, 0, 0, 255, 112, 0, 0] + source.bytes + destination.bytes
            + payload
    }

    /// Opens a receiver in a host; sockets stay in the namespace they were opened in.
    static func receiver(in host: NetworkNamespace, on interface: String?, group: IPv4Address?) throws -> Listener {
        try host.run {
            let reference = try interface.map { try InterfaceReference(name: $0) }
            return Listener(try VRRPReceiver.open(on: reference, group: group))
        }
    }

    @Test("an advert to the group arrives with its IP header as it was written, and not at its sender")
    func multicast() throws {
        let heard = try Self.receiver(in: rightHost, on: "right0", group: Self.group)
        let own = try Self.receiver(in: leftHost, on: "left0", group: Self.group)
        let unicast = try Self.receiver(in: rightHost, on: "right0", group: nil)
        let sent = Self.packet(from: Self.left, to: Self.group, payload: Array("advert".utf8))
        try leftHost.run {
            try VRRPSender(on: InterfaceReference(name: "left0")).send(sent, to: .v4(Self.group))
        }
        var packet = try #require(heard.receive())
        #expect(packet[8] == 255)
        packet.replaceSubrange(10..<12, with: [0, 0])
        #expect(packet == sent)
        #expect(own.receive(within: 0) == nil)
        #expect(unicast.receive(within: 0) == nil)
    }

    @Test("a unicast advert arrives at the socket without a group only", arguments: ["right0", nil])
    func unicast(interface: String?) throws {
        let heard = try Self.receiver(in: rightHost, on: interface, group: nil)
        let multicast = try Self.receiver(in: rightHost, on: "right0", group: Self.group)
        let sent = Self.packet(from: Self.left, to: Self.right, payload: Array("advert".utf8))
        try leftHost.run {
            try VRRPSender(on: interface.map { _ in try InterfaceReference(name: "left0") }).send(
                sent, to: .v4(Self.right))
        }
        let packet = try #require(heard.receive())
        #expect(packet.suffix(6) == sent.suffix(6))
        #expect(multicast.receive(within: 0) == nil)
    }

    @Test("adverts go out although no route leads to the group, and an interface that is down is an error")
    func noRoute() throws {
        try leftHost.shell("ip address flush dev left0")
        let heard = try Self.receiver(in: rightHost, on: "right0", group: Self.group)
        let sent = Self.packet(from: Self.left, to: Self.group, payload: [1])
        let sender = try leftHost.run { try VRRPSender(on: InterfaceReference(name: "left0")) }
        try sender.send(sent, to: .v4(Self.group))
        #expect(heard.receive() != nil)

        try leftHost.shell("ip link set left0 down")
        #expect(throws: SystemError.self) { try sender.send(sent, to: .v4(Self.group)) }
    }

    @Test("a gratuitous ARP is a broadcast request whose sender and target are the address")
    func gratuitousARP() throws {
        let capture = try PacketCapture(in: rightHost, etherType: PacketCapture.arp)
        let owner = try #require(MACAddress(bytes: [2, 0, 0, 0xAB, 0xCD, 0xEF]))
        try leftHost.run {
            try GratuitousARPSender().announce(
                IPv4Address(10, 9, 0, 100), at: owner, on: InterfaceReference(name: "left0"))
        }
        let frame = try #require(capture.next())
        #expect(Array(frame.prefix(6)) == [UInt8](repeating: 0xFF, count: 6))
        #expect(Array(frame[12..<14]) == [0x08, 0x06])
        let message: [UInt8] =
            [0, 1, 8, 0, 6, 4, 0, 1] + owner.bytes + [10, 9, 0, 100] + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
            + [10, 9, 0, 100]
        #expect(Array(frame[14..<42]) == message)
    }

    @Test("a socket on an interface that is gone names it")
    func missingInterface() throws {
        let reference = InterfaceReference(name: "gone0", index: InterfaceIndex(rawValue: 4711))
        do throws(SystemError) {
            _ = try VRRPSender(on: reference)
            Issue.record("a sender on a missing interface was made")
        } catch {
            #expect(error.errno == .noSuchDevice)
            #expect(error.purpose == "open a VRRP socket on gone0")
        }
    }
}

/// A socket that a test waits on.
final class Listener: Sendable {
    private let socket: FileDescriptor

    init(_ socket: consuming FileDescriptor) { self.socket = socket }

    /// The next packet; nil when none comes within the milliseconds.
    func receive(within milliseconds: Int32 = 5000) -> [UInt8]? {
        var wait = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = recv(socket.rawValue, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer.prefix(count))
    }
}

@Suite struct RealTimeSchedulingTests {
    @Test("the priority belongs to the thread that asked, and only there", .enabled(if: NetworkNamespace.isAvailable))
    func adopt() throws {
        let policies = try NetworkNamespace().run {
            let before = sched_getscheduler(0)
            try RealTimeScheduling.adopt(priority: 1)
            return [before, sched_getscheduler(0) & 0xFF]
        }
        #expect(policies == [SCHED_OTHER, SCHED_RR])
        #expect(sched_getscheduler(0) == SCHED_OTHER)
    }
}
