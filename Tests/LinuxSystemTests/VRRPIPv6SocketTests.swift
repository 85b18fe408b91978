import Addressing
import Glibc
import LinuxSystem
import TestKit
import Testing

/// Two hosts and a cable, seen through real IPv6 sockets.
@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct VRRPIPv6SocketTests {
    let left: IPv6Address
    let right: IPv6Address
    let group: IPv6Address
    let leftHost: NetworkNamespace
    let rightHost: NetworkNamespace

    init() throws {
        left = try #require(IPv6Address("fe80::1"))
        right = try #require(IPv6Address("fe80::2"))
        group = try #require(IPv6Address("ff02::12"))
        leftHost = try NetworkNamespace()
        rightHost = try NetworkNamespace()
        try leftHost.connect("left0", to: rightHost, "right0")
        try leftHost.shell("ip address add fe80::1/64 dev left0 nodad")
        try rightHost.shell("ip address add fe80::2/64 dev right0 nodad")
    }

    /// Both sockets of a receiver, in a host.
    struct Heard {
        let receiver: VRRPIPv6Receiver
        let bell: Listener
    }

    func receiver(in host: NetworkNamespace, on interface: String?, group: IPv6Address?) throws -> Heard {
        try host.run {
            let reference = try interface.map { try InterfaceReference(name: $0) }
            let (receiver, bell) = try VRRPIPv6Receiver.open(on: reference, group: group)
            return Heard(receiver: receiver, bell: Listener(FileDescriptor(owning: bell)))
        }
    }

    func packet(to destination: IPv6Address, hopLimit: UInt8, payload: [UInt8]) -> [UInt8] {
        [0x6C, 0, 0, 0, 0, UInt8(payload.count), 112, hopLimit] + left.bytes + destination.bytes + payload
    }

    func send(_ payload: [UInt8], to destination: IPv6Address, hopLimit: UInt8 = 255) throws {
        let packet = packet(to: destination, hopLimit: hopLimit, payload: payload)
        try leftHost.run {
            try VRRPSender(on: InterfaceReference(name: "left0"), family: .ipv6).send(packet, to: .v6(destination))
        }
    }

    @Test("an advert to the group arrives with source, destination and hop limit, and not at its sender")
    func multicast() throws {
        let heard = try receiver(in: rightHost, on: "right0", group: group)
        let own = try receiver(in: leftHost, on: "left0", group: group)
        try send(Array("advert".utf8), to: group, hopLimit: 64)
        #expect(heard.bell.receive() != nil)
        let datagram = try #require(heard.receiver.next())
        #expect(
            datagram
                == IPDatagram(source: .v6(left), destination: .v6(group), ttl: 64, payload: Array("advert".utf8)))
        #expect(heard.receiver.next() == nil)
        #expect(own.receiver.next() == nil)
    }

    @Test("a unicast advert arrives at the socket without a group only", arguments: ["right0", nil])
    func unicast(interface: String?) throws {
        let heard = try receiver(in: rightHost, on: interface, group: nil)
        let multicast = try receiver(in: rightHost, on: "right0", group: group)
        try send(Array("advert".utf8), to: right)
        #expect(heard.bell.receive() != nil)
        #expect(heard.receiver.next()?.destination == .v6(right))
        #expect(multicast.receiver.next() == nil)
    }

    @Test("a neighbour advertisement overrides what the segment knew", arguments: [false, true])
    func neighborAdvertisement(isRouter: Bool) throws {
        let vip = try #require(IPv6Address("2001:db8::90"))
        let owner = try #require(MACAddress(bytes: [2, 0, 0, 0xAB, 0xCD, 0xEF]))
        try rightHost.shell(
            "ip address add 2001:db8::2/64 dev right0 nodad; ip neighbour add 2001:db8::90 lladdr 02:00:00:00:00:01 dev right0 nud stale"
        )
        let capture = try PacketCapture(in: rightHost, etherType: 0x86DD)
        try leftHost.run {
            try NeighborAdvertisementSender().announce(
                vip, at: owner, isRouter: isRouter, on: InterfaceReference(name: "left0"))
        }
        let frame = try #require(capture.next { $0.count > 54 && $0[54] == 136 })
        #expect(Array(frame.prefix(6)) == [0x33, 0x33, 0, 0, 0, 1])
        #expect(frame[21] == 255)
        #expect(Array(frame[22..<38]) == vip.bytes)
        #expect(frame[58] == (isRouter ? 0xA0 : 0x20))
        // The kernel of the other host has verified the checksum and believed it.
        let neighbor = try rightHost.shell("ip neighbour show 2001:db8::90")
        #expect(neighbor.contains("02:00:00:ab:cd:ef"), "\(neighbor)")
        #expect(neighbor.contains("router") == isRouter, "\(neighbor)")
    }
}
