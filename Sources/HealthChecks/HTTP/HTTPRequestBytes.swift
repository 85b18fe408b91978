import Addressing

extension HTTPExchange {
    /// The bytes that ask for a page, as keepalived sends them: access logs and filters of servers know this client.
    public func requestBytes(for page: HTTPPage, on connection: ConnectionTarget) -> [UInt8] {
        var text = "GET \(page.path) HTTP/1.\(version == .http11 ? 1 : 0)\r\nUser-Agent: KeepAliveClient\r\n"
        if version != .http10 { text += "Connection: close\r\n" }
        text += "Host: \(page.virtualHost ?? connection.authority)\r\n\r\n"
        return Array(text.utf8)
    }
}

extension ConnectionTarget {
    /// Address and port as in a URL: `10.1.80.93:80`, `[2001:db8::1]:80`.
    var authority: String {
        switch address {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
