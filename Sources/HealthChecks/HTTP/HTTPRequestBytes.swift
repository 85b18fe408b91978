import Addressing

extension HTTPExchange {
    /// The bytes that ask for a page, as keepalived sends them: access logs and filters of servers know this client.
    public func requestBytes(for page: HTTPPage, on connection: ConnectionTarget) -> [UInt8] {
        // Bytes appended to bytes: this is done for every page that is asked for.
        let host = page.virtualHost ?? connection.authority
        var bytes: [UInt8] = []
        bytes.reserveCapacity(page.path.utf8.count + host.utf8.count + 96)
        bytes += "GET ".utf8
        bytes += page.path.utf8
        bytes += (version == .http11 ? " HTTP/1.1" : " HTTP/1.0").utf8
        bytes += "\r\nUser-Agent: KeepAliveClient\r\n".utf8
        if version != .http10 { bytes += "Connection: close\r\n".utf8 }
        bytes += "Host: ".utf8
        bytes += host.utf8
        bytes += "\r\n\r\n".utf8
        return bytes
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
