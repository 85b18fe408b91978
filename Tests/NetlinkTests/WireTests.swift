import Netlink
import TestKit
import Testing

@Suite("Netlink on the wire")
struct WireTests {
    @Test("a message with plain and nested attributes is laid out and padded as linux/netlink.h says")
    func writing() {
        var writer = MessageWriter()
        writer.message(type: 0x1C, flags: [.request, .acknowledge], sequence: 0x0102_0304) { writer in
            GenericHeader(command: 5, version: 1).write(to: &writer)
            writer.nested(1) { writer in
                writer.attribute(2, UInt16(0xABCD))
                writer.attribute(3, string: "wrr")
                writer.attribute(4, bytes: [9])
            }
        }
        let expected: [UInt8] = [
            // Header: length 48, type 0x1c, flags REQUEST | ACK, sequence, port 0
            0x30, 0, 0, 0, 0x1C, 0, 0x05, 0, 4, 3, 2, 1, 0, 0, 0, 0,
            // Generic header: command 5, version 1, reserved
            5, 1, 0, 0,
            // Nested attribute 1 of 28 bytes, with NLA_F_NESTED
            0x1C, 0, 0x01, 0x80,
            // Attribute 2 of 6 bytes and its padding
            6, 0, 2, 0, 0xCD, 0xAB, 0, 0,
            // Attribute 3 of 8 bytes: "wrr" and NUL
            8, 0, 3, 0, 0x77, 0x72, 0x72, 0,
            // Attribute 4 of 5 bytes and its padding
            5, 0, 4, 0, 9, 0, 0, 0,
        ]
        #expect(writer.bytes == expected)
    }

    @Test("a value too long for an attribute is cut, and the lengths stay true")
    func cutting() throws {
        var writer = MessageWriter()
        writer.attribute(7, string: String(repeating: "x", count: 100_000))
        writer.attribute(8, UInt8(1))
        var types: [UInt16] = []
        try writer.bytes.span.bytes.forEachAttribute { type, _ in types.append(type) }
        #expect(types == [7, 8])
    }

    @Test("messages and attributes read back as they were written")
    func reading() throws {
        var writer = MessageWriter()
        for sequence in UInt32(1)...3 {
            writer.message(type: 20, flags: .multipart, sequence: sequence) { writer in
                writer.nested(1) { $0.attribute(2, sequence) }
                writer.attribute(3, string: "eth\(sequence)")
            }
        }
        var seen: [String] = []
        try writer.bytes.span.bytes.forEachMessage { header, payload throws(NetlinkError) in
            try payload.forEachAttribute { type, value throws(NetlinkError) in
                if type == 1 {
                    try value.forEachAttribute { _, value throws(NetlinkError) in
                        seen.append("\(header.sequence): \(try value.integer(UInt32.self))")
                    }
                } else {
                    seen.append(value.text)
                }
            }
        }
        #expect(seen == ["1: 1", "eth1", "2: 2", "eth2", "3: 3", "eth3"])
    }

    @Test(
        "bytes that are no message are refused",
        arguments: [
            ("a header that is cut off", [0x10, 0, 0]),
            ("a length below the header's", [0x0F, 0, 0, 0] + [UInt8](repeating: 0, count: 12)),
            ("a length beyond the datagram", [0x11, 0, 0, 0] + [UInt8](repeating: 0, count: 12)),
            ("a length of four billion", [0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 12)),
        ] as [(String, [UInt8])])
    func malformedMessages(name: String, bytes: [UInt8]) {
        let error = #expect(throws: NetlinkError.self, "\(name)") {
            try bytes.span.bytes.forEachMessage { _, _ in }
        }
        #expect(error?.code == .malformed)
    }

    @Test(
        "bytes that are no attribute are refused",
        arguments: [
            ("a length below the header's", [3, 0, 1, 0]),
            ("a length beyond the message", [9, 0, 1, 0, 0, 0, 0, 0]),
        ] as [(String, [UInt8])])
    func malformedAttributes(name: String, bytes: [UInt8]) {
        let error = #expect(throws: NetlinkError.self, "\(name)") {
            try bytes.span.bytes.forEachAttribute { _, _ in }
        }
        #expect(error?.code == .malformed)
    }

    @Test("an integer outside the bytes is refused at every offset")
    func integers() {
        let bytes: [UInt8] = [1, 2, 3]
        for offset in [-1, 2, 3, Int.max] {
            #expect(throws: NetlinkError.self) { _ = try bytes.span.bytes.integer(UInt16.self, at: offset) }
        }
    }

    @Test("random and cut-off bytes are refused or read, and never trap", arguments: [UInt64(1), 2, 3])
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var writer = MessageWriter()
        writer.message(type: 16, flags: [], sequence: 1) { writer in
            Self.writeLinkHeader(to: &writer)
            writer.attribute(3, string: "eth0")
            writer.nested(18) { $0.attribute(1, string: "veth") }
        }
        let valid = writer.bytes
        var reads = 0
        for _ in 0..<20_000 {
            var bytes = Array(valid.prefix(.random(in: 0...valid.count, using: &random)))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if (try? RouteEvent.decode(bytes)) != nil { reads += 1 }
        }
        #expect(reads > 0, "seed \(seed)")
    }

    private static func writeLinkHeader(to writer: inout MessageWriter) {
        writer.append(UInt32(0))
        writer.append(UInt32(2))
        writer.append(UInt32(0x1003))
        writer.append(UInt32(0))
    }
}

@Suite("Acknowledgements")
struct AcknowledgementTests {
    @Test("an error number of 0 is success")
    func success() throws {
        let bytes: [UInt8] = [0, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        let error = try Acknowledgement(payload: bytes.span.bytes, flags: .capped).error
        #expect(error == nil)
    }

    @Test("the kernel's explanation is found behind a capped and behind a repeated request", arguments: [true, false])
    func explanation(capped: Bool) throws {
        var writer = MessageWriter()
        writer.append(Int32(-22))
        writer.message(type: 20, flags: .request, sequence: 1) { $0.append(UInt64(0xFFFF_FFFF)) }
        if capped {
            writer = MessageWriter()
            writer.append(Int32(-22))
            writer.append(UInt32(24))
            writer.append(bytes: [UInt8](repeating: 0, count: 12))
        }
        writer.attribute(1, string: "Invalid prefix length")
        let flags: MessageFlags = capped ? [.capped, .acknowledgementAttributes] : .acknowledgementAttributes
        let error = try Acknowledgement(payload: writer.bytes.span.bytes, flags: flags).error
        #expect(error == NetlinkError(.kernel(.invalidArgument), message: "Invalid prefix length"))
        #expect(error?.description == "Invalid argument: Invalid prefix length")
    }

    @Test("a payload without an error number, or with attributes beyond its end, is malformed")
    func malformed() {
        let cases: [([UInt8], MessageFlags)] = [
            ([0, 0], []), ([0xEA, 0xFF, 0xFF, 0xFF], .acknowledgementAttributes),
            ([0xEA, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .acknowledgementAttributes),
        ]
        for (bytes, flags) in cases {
            let error = #expect(throws: NetlinkError.self) {
                _ = try Acknowledgement(payload: bytes.span.bytes, flags: flags)
            }
            #expect(error?.code == .malformed)
        }
    }

    @Test("the smallest error number does not overflow")
    func smallestNumber() throws {
        let bytes: [UInt8] = [0, 0, 0, 0x80]
        let error = try Acknowledgement(payload: bytes.span.bytes, flags: .capped).error
        #expect(error?.errorNumber == ErrorNumber(rawValue: .max))
    }
}
