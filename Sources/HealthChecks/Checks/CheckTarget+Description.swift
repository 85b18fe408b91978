extension CheckTarget: CustomStringConvertible {
    /// What is asked of whom, in a few words: `TCP [10.1.80.93]:80`, `HTTP [10.1.80.93]:80 /index.html`.
    public var description: String {
        switch self {
        case .tcp(let target): "TCP \(target)"
        case .http(let target, let exchange):
            "HTTP \(target) \(exchange.pages.map(\.path).joined(separator: " "))"
        case .script(let script): "script \(script.words.joined(separator: " "))"
        case .session(let name): "BFD session \(name)"
        case .smtp(let target, _): "SMTP \(target)"
        case .dns(let target, let question): "DNS \(target) \(question)"
        case .udp(let target, _): "UDP \(target)"
        case .ping(let target): "ping \(target)"
        case .file(let file): "file \(file.path)"
        }
    }
}

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
