import COpenSSL
import Glibc

/// The client's side of one TLS connection on a connected socket that does not block. The descriptor is the caller's.
///
/// Each call does what can be done now and says what it waits for.
public final class TLSConnection {
    /// What came of a call.
    public enum Outcome {
        /// It is done: so many bytes, 0 for the handshake.
        case done(Int)
        /// The socket has to become readable first.
        case wantsToRead
        /// The socket has to become writable first.
        case wantsToWrite
        /// The peer has ended the connection; whether it has said so inside TLS (close_notify).
        case ended(announced: Bool)
        /// The system has lost the connection; the number of its reason.
        case lost(errno: Int32)
        /// What came is not what TLS wants; the reason in words.
        case failed(String)
    }

    private let ssl: OpaquePointer
    private var isUsable = true

    /// Takes a socket on.
    ///
    /// - Parameter serverName: told to the server in the handshake (RFC 6066, section 3).
    /// - Throws: when memory is short, or the name is none that can be told.
    public init(_ context: TLSContext, descriptor: Int32, serverName: String?) throws(TLSContextError) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else {
            throw TLSContextError(subject: "TLS", reason: TLSWords.lastError)
        }
        self.ssl = ssl
        guard SSL_set_fd(ssl, descriptor) == 1 else {
            throw TLSContextError(subject: "TLS", reason: TLSWords.lastError)
        }
        if let serverName, copenssl_set_server_name(ssl, serverName) != 1 {
            throw TLSContextError(subject: "TLS to \(serverName)", reason: "a server cannot have this name")
        }
    }

    deinit { SSL_free(ssl) }

    /// Goes on with the handshake.
    public func connect() -> Outcome {
        ERR_clear_error()
        let result = SSL_connect(ssl)
        return result == 1 ? .done(0) : outcome(result)
    }

    /// Sends the beginning of these bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        ERR_clear_error()
        let result = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        return result > 0 ? .done(Int(result)) : outcome(result)
    }

    /// Reads what there is, as far as the buffer goes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        ERR_clear_error()
        let result = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        return result > 0 ? .done(Int(result)) : outcome(result)
    }

    /// Says that this side has nothing more to say; nobody waits for the answer.
    public func end() {
        // After an error OpenSSL wants no further call.
        guard isUsable, SSL_is_init_finished(ssl) == 1 else { return }
        isUsable = false
        ERR_clear_error()
        SSL_shutdown(ssl)
    }

    private func outcome(_ result: Int32) -> Outcome {
        let number = errno
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantsToRead
        case SSL_ERROR_WANT_WRITE: return .wantsToWrite
        case SSL_ERROR_ZERO_RETURN: return .ended(announced: true)
        case SSL_ERROR_SYSCALL:
            isUsable = false
            // Older versions tell so of an end without a word.
            return number == 0 || result == 0 ? .ended(announced: false) : .lost(errno: number)
        default:
            isUsable = false
            let text = TLSWords.lastText
            return text == TLSWords.unannouncedEnd ? .ended(announced: false) : .failed(TLSWords.words(text))
        }
    }
}
