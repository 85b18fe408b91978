import Digests
import TestKit
import Testing

struct DigestTests {
    /// Test vectors of RFC 1321, appendix A.5.
    @Test(
        "MD5 gives what the RFC says",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
        ])
    func md5(text: String, digest: String) throws {
        #expect(try hexadecimal(#require(md5(of: [Array(text.utf8)]))) == digest)
    }

    @Test("the MD5 of pieces is that of the whole, wherever it is cut")
    func pieces() throws {
        var generator = SeededGenerator(seed: 7)
        let bytes = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let whole = try #require(md5(of: [bytes]))
        for _ in 0..<100 {
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            #expect(md5(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
    }

    @Test("a copy of a digest goes its own way, and asking for the value ends nothing")
    func copies() throws {
        var digest = try #require(MD5())
        Array("message ".utf8).withUnsafeBytes { digest.update($0) }
        var other = digest
        let before = digest.value
        Array("digest".utf8).withUnsafeBytes { digest.update($0) }
        #expect(other.value == before)
        #expect(hexadecimal(digest.value) == "f96b697d7cb7938d525a2f31aaf161d0")
        Array("digest".utf8).withUnsafeBytes { other.update($0) }
        #expect(other.value == digest.value)
    }

    /// Examples of FIPS 180-4 that NIST publishes with it.
    @Test(
        "SHA-256 gives what the standard says",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func sha256(text: String, digest: String) {
        #expect(hexadecimal(SHA256.digest(of: Array(text.utf8))) == digest)
    }

    private func md5(of pieces: [[UInt8]]) -> [UInt8]? {
        guard var digest = MD5() else { return nil }
        for piece in pieces { piece.withUnsafeBytes { digest.update($0) } }
        return digest.value
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
