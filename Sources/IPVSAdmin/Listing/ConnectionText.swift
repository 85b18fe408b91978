import Addressing
import IPVS

/// Writes what `-c` prints, from `/proc/net/ip_vs_conn` as it is read: its entries in their order, without sorting.
///
/// A busy director has millions of connections, so the file goes through in chunks of any size.
public struct ConnectionListing {
    private let showsEngines: Bool
    private let filter: ListingFilter
    /// Nil is text; else whether an entry has been written already.
    private var jsonEntries: Bool?
    private let names: (any NameResolver)?
    private var rest: [UInt8] = []
    private var isTitlePassed = false

    /// Creates a listing; `names` is not asked when the options say numeric.
    public init(options: ListingOptions, names: any NameResolver = NumericNames()) {
        showsEngines = options.format == .persistentConnections
        filter = options.filter
        jsonEntries = options.isJSON ? false : nil
        self.names = options.isNumeric ? nil : names
    }

    /// The two lines above the entries, or the beginning of the JSON object.
    public var title: [UInt8] {
        if jsonEntries != nil { return Array("{\"schema\":1,\"connections\":[".utf8) }
        // The widths of the last two columns are swapped between title and lines, as ipvsadm has them.
        var title = "IPVS connection entries\npro expire state       source             virtual            destination"
        title += showsEngines ? "        pe name          pe_data\n" : "\n"
        return Array(title.utf8)
    }

    /// Takes in the next part of the file and returns the lines that it completes. Entries that cannot be read are
    /// left out; the file changes while it is read.
    public mutating func lines(for chunk: some Sequence<UInt8>) -> [UInt8] {
        rest += chunk
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        defer { rest.removeSubrange(...end) }
        return format(rest[...end])
    }

    /// The last line of the file, when it does not end in a line feed, and what stands below the entries.
    public mutating func finish() -> [UInt8] {
        defer { rest = [] }
        return format(rest[...]) + (jsonEntries == nil ? [] : Array("]}\n".utf8))
    }

    private mutating func format(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var text = TextBuffer()
        var entries: [ConnectionEntry] = []
        for line in content.split(separator: UInt8(ascii: "\n")) {
            guard isTitlePassed else {
                isTitlePassed = true
                continue
            }
            guard let entry = ConnectionEntry(line: Substring(decoding: line, as: UTF8.self)), filter.takes(entry)
            else { continue }
            entries.append(entry)
        }
        if let names, jsonEntries == nil {
            names.prepare(entries.flatMap { [$0.client.address, $0.virtual.address, $0.destination.address] })
        }
        for entry in entries {
            if let hasEntries = jsonEntries {
                text.append(hasEntries ? ",\n" : "\n")
                text.append(json: entry)
                jsonEntries = true
            } else {
                append(entry, to: &text)
            }
        }
        return text.bytes
    }

    private func append(_ entry: ConnectionEntry, to text: inout TextBuffer) {
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
        if showsEngines, let engine = entry.engine {
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
