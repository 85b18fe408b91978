import Addressing
import CLinux
import Netlink
import TestKit
import Testing

@Suite("nftables over netlink")
struct NFTablesCodecTests {
    private let table = NFTable(family: .ipv4, name: "t")
    /// `NFTA_*_TABLE` with the name.
    private let named: [UInt8] = [6, 0, 1, 0, 0x74, 0, 0, 0]

    @Test("tables are made and deleted by family and name")
    func tables() {
        let make = NFTablesCommand.addTable(table).request
        #expect(make.type == 0x0A00)
        #expect(make.flags == .create)
        // struct nfgenmsg: family, version 0, resource 0
        #expect(make.payload == [2, 0, 0, 0] + named)
        let commented = NFTablesCommand.addTable(table, comment: "me").request
        // NFTA_TABLE_USERDATA: a comment of three bytes
        #expect(commented.payload == [2, 0, 0, 0] + named + [9, 0, 6, 0, 0, 3, 0x6D, 0x65, 0, 0, 0, 0])
        let delete = NFTablesCommand.deleteTable(NFTable(family: .ipv6, name: "t")).request
        #expect(delete.type == 0x0A02)
        #expect(delete.flags == [])
        #expect(delete.payload == [10, 0, 0, 0] + named)
    }

    @Test("a set of two parts has the types in six bits each, and the length of both")
    func sets() {
        let set = NFTSet(name: "s", key: [.address(.ipv6), .interfaceIndex])
        let request = NFTablesCommand.addSet(table, set).request
        #expect(request.type == 0x0A09)
        #expect(
            request.payload == [2, 0, 0, 0] + named + [
                // NFTA_SET_NAME
                6, 0, 2, 0, 0x73, 0, 0, 0,
                // NFTA_SET_FLAGS
                8, 0, 3, 0, 0, 0, 0, 0,
                // NFTA_SET_KEY_TYPE: 8 << 6 | 20
                8, 0, 4, 0, 0, 0, 2, 0x14,
                // NFTA_SET_KEY_LEN
                8, 0, 5, 0, 0, 0, 0, 20,
                // NFTA_SET_ID
                8, 0, 10, 0, 0, 0, 0, 1,
            ])
    }

    @Test("a chain has hook, priority, policy and type")
    func chains() {
        let request = NFTablesCommand.addChain(table, NFTChain(name: "c", hook: .input, priority: -1)).request
        #expect(request.type == 0x0A03)
        #expect(
            request.payload == [2, 0, 0, 0] + named + [
                // NFTA_CHAIN_NAME
                6, 0, 3, 0, 0x63, 0, 0, 0,
                // NFTA_CHAIN_HOOK: NFTA_HOOK_HOOKNUM input, NFTA_HOOK_PRIORITY -1
                20, 0, 4, 0x80, 8, 0, 1, 0, 0, 0, 0, 1, 8, 0, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                // NFTA_CHAIN_POLICY accept
                8, 0, 5, 0, 0, 0, 0, 1,
                // NFTA_CHAIN_TYPE "filter"
                11, 0, 7, 0, 0x66, 0x69, 0x6C, 0x74, 0x65, 0x72, 0, 0,
            ])
    }

    @Test("a rule is a list of named expressions")
    func rules() {
        let request = NFTablesCommand.addRule(
            table, chain: "c",
            [.payload(.network, offset: 16, length: 4, into: .first), .lookup(set: "s", from: .first), .verdict(.drop)]
        ).request
        #expect(request.type == 0x0A06)
        #expect(request.flags == [.create, .append])
        let payload: [UInt8] = [
            52, 0, 1, 0x80, 12, 0, 1, 0, 0x70, 0x61, 0x79, 0x6C, 0x6F, 0x61, 0x64, 0,
            36, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 1, 8, 0, 2, 0, 0, 0, 0, 1, 8, 0, 3, 0, 0, 0, 0, 16, 8, 0, 4, 0, 0, 0,
            0,
            4,
        ]
        let lookup: [UInt8] = [
            36, 0, 1, 0x80, 11, 0, 1, 0, 0x6C, 0x6F, 0x6F, 0x6B, 0x75, 0x70, 0, 0,
            20, 0, 2, 0x80, 6, 0, 1, 0, 0x73, 0, 0, 0, 8, 0, 2, 0, 0, 0, 0, 1,
        ]
        let verdict: [UInt8] = [
            48, 0, 1, 0x80, 14, 0, 1, 0, 0x69, 0x6D, 0x6D, 0x65, 0x64, 0x69, 0x61, 0x74, 0x65, 0, 0, 0,
            28, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 0, 16, 0, 2, 0x80, 12, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 0,
        ]
        #expect(
            request.payload == [2, 0, 0, 0] + named + [6, 0, 2, 0, 0x63, 0, 0, 0] + [140, 0, 4, 0x80] + payload + lookup
                + verdict)
    }

    @Test("elements are added to a set and taken out")
    func elements() {
        let add = NFTablesCommand.addElements(table, set: "s", [[10, 0, 0, 1], [10, 0, 0, 2]]).request
        #expect(add.type == 0x0A0C)
        #expect(add.flags == .create)
        let expected: [UInt8] =
            [2, 0, 0, 0] + named + [
                6, 0, 2, 0, 0x73, 0, 0, 0, 36, 0, 3, 0x80,
                16, 0, 1, 0x80, 12, 0, 1, 0x80, 8, 0, 1, 0, 10, 0, 0, 1,
                16, 0, 1, 0x80, 12, 0, 1, 0x80, 8, 0, 1, 0, 10, 0, 0, 2,
            ]
        #expect(add.payload == expected)
        let delete = NFTablesCommand.deleteElements(table, set: "s", [[10, 0, 0, 1], [10, 0, 0, 2]]).request
        #expect(delete.type == 0x0A0E)
        #expect(delete.flags == [])
        #expect(delete.payload == expected)
    }

    @Test("a transaction stands between a first and a last message, and a refusal of one is that of all")
    func transaction() throws {
        let transport = AnsweringTransport()
        let client = NFTablesClient(session: NetlinkSession(transport: transport, timeout: .milliseconds(100)))
        try client.commit([.addTable(table), .deleteTable(table)])
        var types: [UInt16] = []
        var acknowledged: [Bool] = []
        try transport.sent.span.bytes.forEachMessage { header, _ in
            types.append(header.type)
            acknowledged.append(header.flags.contains(.acknowledge))
        }
        #expect(types == [0x10, 0x0A00, 0x0A02, 0x11])
        #expect(acknowledged == [false, true, true, false])
        #expect(!transport.wasReset)

        transport.refusedType = 0x0A02
        let refusal = #expect(throws: NetlinkError.self) {
            try client.commit([.addTable(table), .deleteTable(table), .addTable(table)])
        }
        #expect(refusal?.errorNumber == .noSuchEntry)
        #expect(transport.wasReset)

        // A kernel without nftables, or without the right, answers to the first message.
        transport.refusedType = 0x10
        #expect(throws: NetlinkError.self) { try client.commit([.addTable(table)]) }
    }

    @Test("a kernel that leaves an answer out is a timeout, not a hang")
    func silence() {
        let transport = AnsweringTransport()
        transport.silentType = 0x0A02
        let client = NFTablesClient(session: NetlinkSession(transport: transport, timeout: .milliseconds(1)))
        let error = #expect(throws: NetlinkError.self) { try client.commit([.addTable(table), .deleteTable(table)]) }
        #expect(error?.code == .timedOut)
    }

    @Test("the numbers of hooks, registers and keys are the kernel's")
    func numbers() {
        #expect(NFTablesExpression.Register.first.rawValue == NFT_REG_1.rawValue)
        #expect(NFTablesExpression.Register.second.rawValue == NFT_REG_2.rawValue)
        #expect(NFTablesExpression.Base.network.rawValue == NFT_PAYLOAD_NETWORK_HEADER.rawValue)
        #expect(NFTablesExpression.Base.transport.rawValue == NFT_PAYLOAD_TRANSPORT_HEADER.rawValue)
        #expect(NFTablesExpression.Meta.inputInterface.rawValue == NFT_META_IIF.rawValue)
        #expect(NFTablesExpression.Meta.outputInterface.rawValue == NFT_META_OIF.rawValue)
        #expect(NFTablesExpression.Meta.inputInterfaceName.rawValue == NFT_META_IIFNAME.rawValue)
        #expect(NFTablesExpression.Meta.outputInterfaceName.rawValue == NFT_META_OIFNAME.rawValue)
        #expect(NFTablesExpression.Meta.transportProtocol.rawValue == NFT_META_L4PROTO.rawValue)
    }
}

/// Acknowledges what asks for it.
private final class AnsweringTransport: NetlinkTransport {
    var sent: [UInt8] = []
    var refusedType: UInt16?
    var silentType: UInt16?
    var wasReset = false
    private var answers: [[UInt8]] = []
    let acknowledgementCapacity = 16

    func send(_ messages: [UInt8]) throws(NetlinkError) {
        sent = messages
        var answers: [[UInt8]] = []
        try messages.span.bytes.forEachMessage { header, _ in
            let isRefused = header.type == refusedType
            guard isRefused || header.flags.contains(.acknowledge), header.type != silentType else { return }
            var writer = MessageWriter()
            writer.message(type: ControlMessageType.error, flags: .capped, sequence: header.sequence) { writer in
                writer.append(isRefused ? Int32(-2) : Int32(0))
                writer.append(bytes: [UInt8](repeating: 0, count: 16))
            }
            answers.append(writer.bytes)
        }
        self.answers = answers
    }

    func receive(timeout: Duration) throws(NetlinkError) -> [UInt8] {
        guard !answers.isEmpty else { throw NetlinkError(.timedOut) }
        return answers.removeFirst()
    }

    func reset() throws(NetlinkError) {
        answers = []
        wasReset = true
    }
}
