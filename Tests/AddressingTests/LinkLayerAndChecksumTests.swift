import Addressing
import Testing

@Suite struct MACAddressTests {
    @Test("six octets are written as lower-case pairs")
    func description() throws {
        #expect(
            try #require(MACAddress(bytes: [0x00, 0x00, 0x5E, 0x00, 0x01, 0x33])).description == "00:00:5e:00:01:33")
        #expect(MACAddress.broadcast.description == "ff:ff:ff:ff:ff:ff")
    }

    @Test("five or seven octets are no address")
    func counts() {
        #expect(MACAddress(bytes: [1, 2, 3, 4, 5]) == nil)
        #expect(MACAddress(bytes: [1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(MACAddress(bytes: [] as [UInt8]) == nil)
    }

    @Test("equal octets are equal addresses with equal hashes")
    func equality() throws {
        let first = try #require(MACAddress(bytes: [2, 0, 0, 0, 0, 1]))
        let second = try #require(MACAddress(bytes: [2, 0, 0, 0, 0, 2]))
        #expect(first == MACAddress(octets: [2, 0, 0, 0, 0, 1]))
        #expect(first != second)
        #expect(Set([first, second, first]).count == 2)
        #expect(first.bytes == [2, 0, 0, 0, 0, 1])
    }
}

@Suite struct InternetChecksumTests {
    @Test("the sum of the example in RFC 1071 section 3")
    func example() {
        var sum = InternetChecksum()
        sum.add([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7])
        #expect(sum.value == ~0xDDF2)
    }

    @Test("an IPv4 header without its checksum gives the checksum, with it 0")
    func header() {
        let header: [UInt8] = [
            0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x00, 0x00, 0xC0, 0xA8, 0x00, 0x01, 0xC0, 0xA8,
            0x00, 0xC7,
        ]
        var sum = InternetChecksum()
        sum.add(header)
        #expect(sum.value == 0xB861)
        sum.add(0xB861)
        #expect(sum.value == 0)
    }

    @Test("nothing sums to all ones; an odd last byte is the high half of a word")
    func edges() {
        #expect(InternetChecksum().value == 0xFFFF)
        var odd = InternetChecksum()
        odd.add([0x12, 0x34, 0x56])
        var padded = InternetChecksum()
        padded.add([0x12, 0x34, 0x56, 0x00])
        #expect(odd.value == padded.value)
    }

    @Test("carries fold as often as they come up")
    func carries() {
        var sum = InternetChecksum()
        sum.add([UInt8](repeating: 0xFF, count: 200_000))
        #expect(sum.value == 0)
    }
}
