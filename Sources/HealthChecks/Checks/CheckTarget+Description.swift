extension CheckTarget: CustomStringConvertible {
    /// What is asked of whom, in a few words, and what else tells two probes apart:
    /// `TCP [10.1.80.93]:80`, `HTTP [10.1.80.93]:80 /index.html (host shop.example)`.
    public var description: String {
        switch self {
        case .tcp(let target): "TCP \(target)"
        case .http(let target, let exchange):
            "\(exchange.tls == nil ? "HTTP" : "HTTPS") \(target) "
                + exchange.pages.map(\.description).joined(separator: " ")
        case .script(let script): "\(script)"
        case .session(let name): "BFD session \(name)"
        case .smtp(let target, let name): "SMTP \(target) as \(name)"
        case .dns(let target, let question): "DNS \(target) \(question)"
        case .udp(let target, let exchange):
            "UDP \(target)\(exchange.payload.isEmpty ? "" : " \(shortened(hexadecimal(exchange.payload)))")"
                + (exchange.requiresReply ? " with a reply" : "")
        case .ping(let target): "ping \(target)"
        case .file(let file): "file \(file.path) weight \(file.weight)\(file.isReversed ? " reversed" : "")"
        }
    }
}

extension HTTPPage: CustomStringConvertible {
    /// The path, and what is asked and expected besides the usual.
    public var description: String {
        var details: [String] = []
        if let virtualHost { details.append("host \(virtualHost)") }
        if let serverName, serverName != virtualHost { details.append("SNI \(serverName)") }
        if statusCodes != [200...299] {
            let codes = statusCodes.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            details.append("status \(codes.joined(separator: " "))")
        }
        if let digest { details.append("digest \(hexadecimal(digest))") }
        if let pattern {
            details.append("\(pattern.mustNotMatch ? "without" : "with") '\(shortened(pattern.text))'")
        }
        if requiresCloseNotify { details.append("tls_compliant") }
        return details.isEmpty ? path : "\(path) (\(details.joined(separator: ", ")))"
    }
}

extension ScriptTarget: CustomStringConvertible {
    /// The command, who runs it where that is somebody else, and how its status is read.
    public var description: String {
        var text = "script \(words.joined(separator: " "))"
        if let identity { text += " as \(identity.user):\(identity.group)" }
        return isDynamic ? text + " dynamic" : text
    }
}

/// A line must not become as long as a pattern may be.
private func shortened(_ text: String) -> String { text.count > 40 ? text.prefix(39) + "…" : text }

extension ConnectionTarget: CustomStringConvertible {
    /// The peer, with what else tells two connections apart: `[10.1.80.93]:80 from 10.1.80.2 on eth1`.
    public var description: String {
        var text = "[\(address)]:\(port)"
        if bindAddress != nil || bindPort != nil {
            text += " from \(bindAddress.map { "\($0)" } ?? "")\(bindPort.map { ":\($0)" } ?? "")"
        }
        if let bindInterface { text += " on \(bindInterface)" }
        if firewallMark != 0 { text += " mark \(firewallMark)" }
        return text
    }
}
