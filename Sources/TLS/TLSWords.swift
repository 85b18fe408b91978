import COpenSSL

/// What OpenSSL says, in words for an operator.
enum TLSWords {
    /// What OpenSSL calls an end of the connection without close_notify.
    static let unannouncedEnd = "unexpected eof while reading"

    /// OpenSSL's text for the first error of this thread that was not asked for yet; that and all others are forgotten.
    ///
    /// The texts are the same in all versions. The numbers are not: several libraries within it have their own.
    static var lastText: String {
        let error = ERR_get_error()
        defer { ERR_clear_error() }
        guard let text = ERR_reason_error_string(error) else {
            return error == 0 ? "no reason is known" : "error \(error)"
        }
        return String(cString: text)
    }

    /// The last error in words.
    static var lastError: String { words(lastText) }

    /// The texts that servers and files in trouble cause, in words; others as they are.
    static func words(_ text: String) -> String {
        switch text {
        case unannouncedEnd: "the connection ended"
        case "wrong version number": "the answer is not TLS"
        case "http request", "https proxy request": "the answer is HTTP without TLS"
        case "bad length", "bad record type", "data length too long", "encrypted length too long",
            "excessive message size", "length mismatch", "packet length too long",
            "unexpected message", "unexpected record":
            "the answer is broken TLS"
        case "unsupported protocol", "tlsv1 alert protocol version": "no common version of TLS"
        case "sslv3 alert handshake failure", "ssl/tls alert handshake failure": "the server refuses the handshake"
        case "tlsv1 unrecognized name": "the server does not know the name"
        case "tlsv13 alert certificate required": "the server requires a client certificate"
        case "no start line", "unsupported": "it holds none"
        case "bad decrypt": "the password does not open it"
        case "bad password read", "interrupted or cancelled", "problems getting password": "it needs a password"
        case "key values mismatch": "it does not belong to the certificate"
        default: text
        }
    }
}
