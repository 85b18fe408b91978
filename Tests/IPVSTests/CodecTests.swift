import Addressing
import IPVS
import Netlink
import Testing

/// Requests compared byte by byte with what `linux/ip_vs.h` says; attribute numbers are written out so that a wrong
/// constant shows.
@Suite("IPVS requests on the wire")
struct CodecTests {
    private let family = GenericFamily(id: 0x1C, version: 1)
    private let http = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80)

    /// The identity of `http` as attributes.
    private let httpIdentity: [UInt8] = [
        // AF (1): AF_INET
        6, 0, 1, 0, 2, 0, 0, 0,
        // PROTOCOL (2): TCP
        6, 0, 2, 0, 6, 0, 0, 0,
        // ADDR (3): 16 bytes, the IPv4 address in front
        20, 0, 3, 0, 10, 1, 80, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        // PORT (4): 80 in network order
        6, 0, 4, 0, 0, 80, 0, 0,
    ]

    @Test("a service is added with scheduler, flags and their mask, timeout and netmask")
    func addService() {
        let service = VirtualService(
            id: http, scheduler: "wrr", persistence: .init(timeout: 300, granularity: 24), onePacketScheduling: false)
        let request = Command.addService(service).request(family)
        let body: [UInt8] =
            httpIdentity + [
                // SCHED_NAME (6): "wrr"
                8, 0, 6, 0, 0x77, 0x72, 0x72, 0,
                // FLAGS (7): persistent, mask all ones
                12, 0, 7, 0, 1, 0, 0, 0, 255, 255, 255, 255,
                // TIMEOUT (8): 300
                8, 0, 8, 0, 0x2C, 1, 0, 0,
                // NETMASK (9): 255.255.255.0 in network order
                8, 0, 9, 0, 255, 255, 255, 0,
            ]
        #expect(request.type == 0x1C)
        // NEW_SERVICE (1), version 1; SERVICE (1) nested
        #expect(request.payload == [1, 1, 0, 0, UInt8(body.count + 4), 0, 1, 0x80] + body)
    }

    @Test("an IPv6 service carries its prefix length where IPv4 has a mask, and its engine")
    func addIPv6Service() {
        let service = VirtualService(
            id: .endpoint(.udp, .v6(IPv6Address(high: 0x2001_0db8 << 32, low: 1)), 5060), scheduler: "sh",
            schedulerFlags: [.flag1, .flag2], persistence: .init(timeout: 1, granularity: 64, engine: "sip"),
            onePacketScheduling: true)
        let payload = Command.editService(service).request(family).payload
        let body: [UInt8] = [
            // AF (1): AF_INET6; PROTOCOL (2): UDP
            6, 0, 1, 0, 10, 0, 0, 0, 6, 0, 2, 0, 17, 0, 0, 0,
            // ADDR (3): 2001:db8::1
            20, 0, 3, 0, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            // PORT (4): 5060
            6, 0, 4, 0, 0x13, 0xC4, 0, 0,
            // SCHED_NAME (6): "sh"; PE_NAME (11): "sip"
            7, 0, 6, 0, 0x73, 0x68, 0, 0, 8, 0, 11, 0, 0x73, 0x69, 0x70, 0,
            // FLAGS (7): persistent, one-packet, flag-1, flag-2
            12, 0, 7, 0, 0x1D, 0, 0, 0, 255, 255, 255, 255,
            // TIMEOUT (8): 1; NETMASK (9): 64
            8, 0, 8, 0, 1, 0, 0, 0, 8, 0, 9, 0, 64, 0, 0, 0,
        ]
        // SET_SERVICE (2)
        #expect(payload == [2, 1, 0, 0, UInt8(body.count + 4), 0, 1, 0x80] + body)
    }

    @Test("a mark is known by its number and its family alone")
    func firewallMark() {
        let payload = Command.deleteService(.firewallMark(7, .ipv6)).request(family).payload
        #expect(
            payload == [
                // DEL_SERVICE (3), SERVICE (1) nested: AF (1), FWMARK (5)
                3, 1, 0, 0, 20, 0, 1, 0x80, 6, 0, 1, 0, 10, 0, 0, 0, 8, 0, 5, 0, 7, 0, 0, 0,
            ])
    }

    @Test("a destination is added with every attribute, a tunnel's too")
    func addDestination() {
        let destination = Destination(
            id: .init(address: .v4(IPv4Address(10, 1, 80, 93)), port: 8080),
            forwarding: .tunneling(.gue(port: 6080, checksum: .remote)), weight: 3, upperThreshold: 100,
            lowerThreshold: 50)
        let payload = Command.addDestination(http, destination).request(family).payload
        let body: [UInt8] = [
            // ADDR_FAMILY (11)
            6, 0, 11, 0, 2, 0, 0, 0,
            // ADDR (1)
            20, 0, 1, 0, 10, 1, 80, 93, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            // PORT (2): 8080
            6, 0, 2, 0, 0x1F, 0x90, 0, 0,
            // FWD_METHOD (3): tunnel; WEIGHT (4)
            8, 0, 3, 0, 2, 0, 0, 0, 8, 0, 4, 0, 3, 0, 0, 0,
            // U_THRESH (5), L_THRESH (6)
            8, 0, 5, 0, 100, 0, 0, 0, 8, 0, 6, 0, 50, 0, 0, 0,
            // TUN_TYPE (13): GUE; TUN_PORT (14): 6080 in network order; TUN_FLAGS (15): remote checksum
            5, 0, 13, 0, 1, 0, 0, 0, 6, 0, 14, 0, 0x17, 0xC0, 0, 0, 6, 0, 15, 0, 2, 0, 0, 0,
        ]
        let expected: [UInt8] =
            // NEW_DEST (5); SERVICE (1) nested; DEST (2) nested
            [5, 1, 0, 0, UInt8(httpIdentity.count + 4), 0, 1, 0x80] + httpIdentity
            + [UInt8(body.count + 4), 0, 2, 0x80] + body
        #expect(payload == expected)
    }

    @Test(
        "each forwarding method has its number",
        arguments: [
            (.masquerading, 0), (.localNode, 1), (.tunneling(.ipip), 2), (.directRouting, 3), (.bypass, 4),
        ] as [(ForwardingMethod, UInt8)])
    func forwarding(method: ForwardingMethod, number: UInt8) {
        let destination = Destination(id: .init(address: .v4(IPv4Address(10, 0, 0, 1)), port: 1), forwarding: method)
        let payload = Command.editDestination(.firewallMark(1, .ipv4), destination).request(family).payload
        // Behind generic header, service (20), destination header (4), family (8), address (20) and port (8).
        #expect(Array(payload[64..<72]) == [8, 0, 3, 0, number, 0, 0, 0])
        #expect(payload[0] == 6)
    }

    @Test("a destination is deleted by family, address and port")
    func deleteDestination() {
        let id = Destination.ID(address: .v6(IPv6Address(high: 0, low: 1)), port: 443)
        let payload = Command.deleteDestination(.firewallMark(1, .ipv4), id).request(family).payload
        #expect(payload[0] == 7)
        #expect(
            Array(payload[24...]) == [
                40, 0, 2, 0x80, 6, 0, 11, 0, 10, 0, 0, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                6, 0, 2, 0, 0x01, 0xBB, 0, 0,
            ])
    }

    @Test("flush and zero of everything carry no attribute")
    func wholeTable() {
        #expect(Command.flush.request(family).payload == [17, 1, 0, 0])
        #expect(Command.zero(nil).request(family).payload == [16, 1, 0, 0])
        #expect(
            Command.zero(.firewallMark(1, .ipv4)).request(family).payload == [
                16, 1, 0, 0, 20, 0, 1, 0x80, 6, 0, 1, 0, 2, 0, 0, 0, 8, 0, 5, 0, 1, 0, 0, 0,
            ])
    }

    @Test("timeouts are three numbers in seconds")
    func timeouts() {
        #expect(
            Command.setTimeouts(Timeouts(tcp: 900, udp: 300)).request(family).payload == [
                12, 1, 0, 0, 8, 0, 4, 0, 0x84, 3, 0, 0, 8, 0, 5, 0, 0, 0, 0, 0, 8, 0, 6, 0, 0x2C, 1, 0, 0,
            ])
    }

    @Test("a daemon's port goes in host order, and what is not set is left out")
    func daemons() {
        let full = SyncDaemon(
            role: .backup, interface: "mc0", syncID: 255, maximumLength: 1400, group: .v4(IPv4Address(224, 0, 1, 1)),
            port: 9999, ttl: 3)
        #expect(
            Command.startDaemon(full).request(family).payload == [
                9, 1, 0, 0, 60, 0, 3, 0x80,
                // STATE (1): backup; MCAST_IFN (2): "mc0"; SYNC_ID (3)
                8, 0, 1, 0, 2, 0, 0, 0, 8, 0, 2, 0, 0x6D, 0x63, 0x30, 0, 8, 0, 3, 0, 255, 0, 0, 0,
                // SYNC_MAXLEN (4); MCAST_GROUP (5); MCAST_PORT (7): 9999 in host order; MCAST_TTL (8)
                6, 0, 4, 0, 0x78, 5, 0, 0, 8, 0, 5, 0, 224, 0, 1, 1, 6, 0, 7, 0, 0x0F, 0x27, 0, 0, 5, 0, 8, 0, 3, 0,
                0, 0,
            ])
        let short = SyncDaemon(role: .master, interface: "mc0")
        #expect(Command.startDaemon(short).request(family).payload.count == 32)
        #expect(
            Command.stopDaemon(.master).request(family).payload == [
                10, 1, 0, 0, 12, 0, 3, 0x80, 8, 0, 1, 0, 1, 0, 0, 0,
            ])
    }
}
