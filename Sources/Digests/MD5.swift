import COpenSSL

/// The MD5 of bytes that come in pieces (RFC 1321). It tells whether a page has changed, and proves nothing more.
public struct MD5 {
    private final class Context {
        let pointer: OpaquePointer

        init?() {
            guard let pointer = EVP_MD_CTX_new() else { return nil }
            self.pointer = pointer
        }

        deinit { EVP_MD_CTX_free(pointer) }
    }

    private var context: Context

    /// The digest of no bytes so far; nil on a host whose OpenSSL is set to approved algorithms only (FIPS), of which
    /// MD5 is none.
    public init?() {
        guard let context = Context(), EVP_DigestInit_ex(context.pointer, EVP_md5(), nil) == 1 else { return nil }
        self.context = context
    }

    /// Takes in further bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&context), let copy = Self.copy(of: context) { context = copy }
        EVP_DigestUpdate(context.pointer, bytes.baseAddress, bytes.count)
    }

    /// The digest of all bytes so far, 16 bytes; more may follow.
    public var value: [UInt8] {
        guard let copy = Self.copy(of: context) else { return [] }
        var digest = [UInt8](repeating: 0, count: 16)
        return EVP_DigestFinal_ex(copy.pointer, &digest, nil) == 1 ? digest : []
    }

    private static func copy(of context: Context) -> Context? {
        guard let copy = Context(), EVP_MD_CTX_copy_ex(copy.pointer, context.pointer) == 1 else { return nil }
        return copy
    }
}
