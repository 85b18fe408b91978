import Addressing
import Netlink
import TestKit
import Testing

@Suite("Sessions")
struct NetlinkSessionTests {
    private let kernel = FakeKernel()

    private func commands(_ count: Int) -> [RouteCommand] {
        (0..<count).map { number in
            .addAddress(
                InterfaceAddress(
                    interfaceIndex: 1, prefix: Prefix(host: .v4(IPv4Address(rawValue: 0x0A00_0001 + UInt32(number))))))
        }
    }

    @Test("a batch far larger than the receive buffer loses no answer")
    func largeBatch() throws {
        let socket = kernel.socket(.route)
        socket.acknowledgementCapacity = 16
        let client = RouteClient(session: NetlinkSession(transport: socket))
        #expect(client.apply(commands(1_000) + commands(3)).map(\.index) == [1_000, 1_001, 1_002])
        #expect(kernel.routes.addresses.count == 1_000)
        #expect(socket.sent.count == 63)
        #expect(socket.resets == 0)
    }

    @Test("a lost answer is a timeout for the commands that it would have settled, and the next exchange is clean")
    func lostAnswer() throws {
        let socket = kernel.socket(.route)
        let client = RouteClient(session: NetlinkSession(transport: socket))
        socket.answersToDrop = 1
        let failures = client.apply(commands(3))
        #expect(failures.map(\.index) == [0, 1, 2])
        #expect(failures.map(\.error.code) == [.timedOut, .timedOut, .timedOut])
        #expect(socket.resets == 1)
        #expect(try client.addresses().count == 3)
    }

    @Test("an overrun fails what is outstanding and resets the socket")
    func overrun() throws {
        let socket = kernel.socket(.route)
        let client = RouteClient(session: NetlinkSession(transport: socket))
        for _ in 0..<128 { socket.inject([]) }
        let failures = client.apply(commands(2))
        #expect(failures.map(\.error.code) == [.overrun, .overrun])
        #expect(socket.resets == 1)
        #expect(client.apply(commands(2)).map(\.error.errorNumber) == [.exists, .exists])
    }

    @Test("answers to somebody else are passed over")
    func strays() throws {
        let socket = kernel.socket(.route)
        let client = RouteClient(session: NetlinkSession(transport: socket))
        var writer = MessageWriter()
        writer.message(type: ControlMessageType.error, flags: .capped, sequence: 4_711) { $0.append(Int32(-1)) }
        socket.inject(writer.bytes)
        #expect(try client.links().map(\.name) == ["lo"])
        socket.inject(writer.bytes)
        #expect(client.apply(commands(1)) == [])
    }

    @Test("something that keeps sending does not keep a call waiting for ever")
    func flood() throws {
        let session = NetlinkSession(transport: FloodingTransport())
        let error = #expect(throws: NetlinkError.self) { try session.perform(commands(1)[0].request) }
        #expect(error?.code == .timedOut)
        #expect(session.perform(batch: [commands(1)[0].request]).map { $0?.code } == [.timedOut])
    }

    @Test("a dump under which the table changed is repeated, but not without end")
    func interruptedDump() throws {
        let client = kernel.routeClient()
        kernel.dumpsToInterrupt = NetlinkSession.dumpAttempts - 1
        #expect(try client.links().map(\.name) == ["lo"])
        kernel.dumpsToInterrupt = NetlinkSession.dumpAttempts
        let error = #expect(throws: NetlinkError.self) { try client.links() }
        #expect(error?.code == .dumpInterrupted)
    }

    @Test("a family that is not registered is told apart from other errors")
    func unknownFamily() throws {
        kernel.hasIPVS = false
        let session = NetlinkSession(transport: kernel.socket(.generic))
        let error = #expect(throws: NetlinkError.self) {
            try GenericFamily.resolve("IPVS", version: 1, over: session)
        }
        #expect(error?.code == .unknownFamily)
        kernel.hasIPVS = true
        #expect(try GenericFamily.resolve("IPVS", version: 1, over: session).id == FakeKernel.ipvsFamilyID)
    }

    @Test("a malformed answer is an error and resets the socket")
    func malformedAnswer() throws {
        let socket = kernel.socket(.route)
        let client = RouteClient(session: NetlinkSession(transport: socket))
        socket.inject([1, 2, 3])
        let error = #expect(throws: NetlinkError.self) { try client.links() }
        #expect(error?.code == .malformed)
        #expect(socket.resets == 1)
        #expect(try client.links().count == 1)
    }
}

/// Answers everything with the same message for nobody.
private final class FloodingTransport: NetlinkTransport {
    let acknowledgementCapacity = 8

    func send(_ messages: [UInt8]) throws(NetlinkError) {}
    func reset() throws(NetlinkError) {}

    func receive(timeout: Duration) throws(NetlinkError) -> [UInt8] {
        var writer = MessageWriter()
        writer.message(type: ControlMessageType.noOperation, flags: [], sequence: 0) { _ in }
        return writer.bytes
    }
}
