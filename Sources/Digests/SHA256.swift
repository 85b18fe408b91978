import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The digest of these bytes, 32 bytes.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = COpenSSL.SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
