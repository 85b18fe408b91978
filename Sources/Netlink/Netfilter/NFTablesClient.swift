public import Addressing
import CLinux

/// Changes nftables of the network namespace that the session's socket belongs to.
public final class NFTablesClient {
    private let session: NetlinkSession

    /// Creates a client on a session over a `NETLINK_NETFILTER` transport.
    public init(session: NetlinkSession) { self.session = session }

    /// Carries out the commands together or, when one of them is refused, none of them.
    public func commit(_ commands: [NFTablesCommand]) throws(NetlinkError) {
        try session.transact(commands.map(\.request), subsystem: NetfilterMessage.tables)
    }

    /// The names of all tables of a family.
    public func tables(_ family: AddressFamily) throws(NetlinkError) -> [String] {
        try commentedTables(family).map(\.name)
    }

    /// The names of all tables of a family, and what their makers have written to them.
    public func commentedTables(
        _ family: AddressFamily
    ) throws(NetlinkError) -> [(name: String, comment: String?)] {
        let request = NetlinkRequest(
            type: NetfilterMessage.type(NFT_MSG_GETTABLE.rawValue, of: NetfilterMessage.tables)
        ) { NetfilterMessage.writeHeader(family: family.rawValue, to: &$0) }
        let answer = NetfilterMessage.type(NFT_MSG_NEWTABLE.rawValue, of: NetfilterMessage.tables)
        return try session.dump(request) { header, payload throws(NetlinkError) in
            guard header.type == answer else { return nil }
            var name: String?
            var comment: String?
            try payload.forEachAttribute(from: NetfilterMessage.headerByteCount) { type, value in
                switch UInt32(type) {
                case NFTA_TABLE_NAME.rawValue: name = value.text
                case NFTA_TABLE_USERDATA.rawValue: comment = NFTComment.decoded(value.array)
                default: break
                }
            }
            return name.map { ($0, comment) }
        }
    }

    /// The keys of a set, in no particular order; ENOENT where the set is not there.
    public func elements(of set: String, in table: NFTable) throws(NetlinkError) -> [[UInt8]] {
        let request = NetlinkRequest(
            type: NetfilterMessage.type(NFT_MSG_GETSETELEM.rawValue, of: NetfilterMessage.tables)
        ) { writer in
            NetfilterMessage.writeHeader(family: table.family.rawValue, to: &writer)
            writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_LIST_TABLE.rawValue), string: table.name)
            writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_LIST_SET.rawValue), string: set)
        }
        let answer = NetfilterMessage.type(NFT_MSG_NEWSETELEM.rawValue, of: NetfilterMessage.tables)
        let parts = try session.dump(request) { header, payload throws(NetlinkError) -> [[UInt8]]? in
            guard header.type == answer else { return nil }
            var keys: [[UInt8]] = []
            try payload.forEachAttribute(from: NetfilterMessage.headerByteCount) { type, value throws(NetlinkError) in
                guard UInt32(type) == NFTA_SET_ELEM_LIST_ELEMENTS.rawValue else { return }
                try value.forEachAttribute { _, element throws(NetlinkError) in
                    try element.forEachAttribute { type, value throws(NetlinkError) in
                        guard UInt32(type) == NFTA_SET_ELEM_KEY.rawValue else { return }
                        try value.forEachAttribute { type, value in
                            if UInt32(type) == NFTA_DATA_VALUE.rawValue { keys.append(value.array) }
                        }
                    }
                }
            }
            return keys
        }
        return parts.flatMap { $0 }
    }
}
