import COpenSSL

/// Keyed hashes (RFC 2104) that prove who made a message.
public enum HMAC {
    /// HMAC with SHA-256: 32 bytes, or none where OpenSSL refuses, which is equal to no code that anybody sends.
    public static func sha256(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        code(of: message, key: key, EVP_sha256(), length: 32)
    }

    /// HMAC with MD5, which RFC 2403 asks for: 16 bytes, or none where OpenSSL refuses.
    public static func md5(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        code(of: message, key: key, EVP_md5(), length: 16)
    }

    private static func code(
        of message: [UInt8], key: [UInt8], _ digest: OpaquePointer?, length expected: Int
    ) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: expected)
        var length: UInt32 = 0
        guard
            COpenSSL.HMAC(digest, key, Int32(clamping: key.count), message, message.count, &code, &length) != nil,
            length == expected
        else { return [] }
        return code
    }
}
