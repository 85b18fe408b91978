import Addressing
import IPVS

extension ListingFormatter {
    /// What `-c` prints, from the content of `/proc/net/ip_vs_conn`: its lines in their order, without sorting.
    ///
    /// Lines that cannot be read are left out; the file changes while it is read.
    public func connections(procFile content: some Sequence<UInt8>) -> [UInt8] {
        let content = String(decoding: Array(content), as: UTF8.self)
        let showsEngines = options.format == .persistentConnections
        var text = TextBuffer()
        text.append("IPVS connection entries\n")
        // The widths of the last two columns are swapped between title and lines, as ipvsadm has them.
        text.append("pro expire state       source             virtual            destination")
        text.append(showsEngines ? "        pe name          pe_data\n" : "\n")
        for line in content.split(separator: "\n", omittingEmptySubsequences: false).dropFirst() {
            guard let entry = ConnectionEntry(line: line) else { continue }
            append(entry, showsEngine: showsEngines, to: &text)
        }
        return text.bytes
    }

    private func append(_ entry: ConnectionEntry, showsEngine: Bool, to text: inout TextBuffer) {
        let transport = TransportProtocol.allCases.first { $0.listingName == entry.transportName }
        text.column(3, String(entry.transportName))
        text.append(" ")
        text.column(6) { text in
            let (minutes, seconds) = entry.expiry.quotientAndRemainder(dividingBy: 60)
            if minutes < 10 { text.append("0") }
            text.append(decimal: UInt64(minutes))
            text.append(seconds < 10 ? ":0" : ":")
            text.append(decimal: UInt64(seconds))
        }
        text.append(" ")
        text.column(11, String(entry.state))
        text.append(" ")
        text.column(18) { append(entry.client, transport, to: &$0) }
        text.append(" ")
        text.column(18) { append(entry.virtual, transport, to: &$0) }
        text.append(" ")
        if showsEngine, let engine = entry.engine {
            text.column(16) { append(entry.destination, transport, to: &$0) }
            text.append(" ")
            text.column(18, String(engine.name))
            text.append(" \(engine.data)")
        } else {
            append(entry.destination, transport, to: &text)
        }
        text.endLine()
    }

    private func append(
        _ endpoint: ConnectionEntry.Destination, _ transport: TransportProtocol?, to text: inout TextBuffer
    ) {
        text.append(endpoint: endpoint.address, port: endpoint.port, transport: transport, names: names)
    }
}
