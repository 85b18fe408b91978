import COpenSSL
import Glibc

/// What TLS connections of a client have in common: what the client shows of itself.
///
/// Versions and algorithms are those that the system's OpenSSL allows. The server's certificate is not verified: a
/// check asks whether the server answers. The names of its certificate are those that clients know, and the check knows
/// an address.
public final class TLSContext {
    let pointer: OpaquePointer

    /// Loads OpenSSL, which otherwise happens when it is needed first, where its absence ends the process.
    ///
    /// - Throws: why it cannot be loaded, and what to install.
    public static func loadLibrary() throws(TLSContextError) {
        guard let reason = copenssl_load() else { return }
        throw TLSContextError(subject: "TLS", reason: String(cString: reason))
    }

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - certificateFile: the client's certificate and those that lead to its authority, PEM.
    ///   - keyFile: the certificate's key, PEM.
    ///   - password: opens the key.
    /// - Throws: what is wrong with a file.
    public init(
        certificateFile: String? = nil, keyFile: String? = nil, password: String? = nil
    ) throws(TLSContextError) {
        Self.ignoreBrokenPipes
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw TLSContextError(subject: "TLS", reason: TLSWords.lastError)
        }
        self.pointer = pointer
        SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        copenssl_set_client_modes(pointer)
        if let certificateFile, SSL_CTX_use_certificate_chain_file(pointer, certificateFile) != 1 {
            throw TLSContextError(
                subject: "certificate \(certificateFile)", reason: Self.reason(certificateFile), path: certificateFile)
        }
        if let keyFile { try readKey(keyFile, password: password) }
    }

    deinit { SSL_CTX_free(pointer) }

    /// OpenSSL writes to a peer that has gone without a word, and says so by its result; the signal would end the process.
    private static let ignoreBrokenPipes: Void = {
        var action = sigaction()
        sigaction(SIGPIPE, nil, &action)
        if action.__sigaction_handler.sa_handler == nil { signal(SIGPIPE, SIG_IGN) }
    }()

    private func readKey(_ file: String, password: String?) throws(TLSContextError) {
        // Without an answer to the question for the password, OpenSSL would ask the terminal.
        SSL_CTX_set_default_passwd_cb(pointer) { buffer, size, _, password in
            guard let buffer, let password else { return -1 }
            let length = strlen(password.assumingMemoryBound(to: CChar.self))
            guard length <= Int(size) else { return -1 }
            memcpy(buffer, password, length)
            return Int32(length)
        }
        defer { SSL_CTX_set_default_passwd_cb_userdata(pointer, nil) }
        var characters = (password ?? "").utf8CString
        let isRead = characters.withUnsafeMutableBytes { bytes in
            if password != nil { SSL_CTX_set_default_passwd_cb_userdata(pointer, bytes.baseAddress) }
            return SSL_CTX_use_PrivateKey_file(pointer, file, SSL_FILETYPE_PEM) == 1
        }
        guard isRead else { throw TLSContextError(subject: "key \(file)", reason: Self.reason(file), path: file) }
    }

    /// The file's own trouble is told by the system; what OpenSSL says then is where in OpenSSL it was noticed.
    private static func reason(_ file: String) -> String {
        guard access(file, R_OK) == 0 else { return String(cString: strerror(errno)) }
        return TLSWords.lastError
    }
}

/// Why no TLS connection can be made.
public struct TLSContextError: Error, Hashable {
    /// What cannot be used: `certificate /etc/keepalived/client.pem`.
    public var subject: String
    /// Why not, in words.
    public var reason: String
    /// The file that it is about.
    public var path: String?
}

extension TLSContextError: CustomStringConvertible {
    /// Subject and reason.
    public var description: String { "\(subject): \(reason)" }
}
