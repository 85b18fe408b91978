public import Addressing
import CLinux

/// A table of nftables by family and name.
public struct NFTable: Sendable, Hashable {
    /// `ip` or `ip6`.
    public var family: AddressFamily
    /// The name, at most 255 bytes.
    public var name: String

    /// Creates an identity.
    public init(family: AddressFamily, name: String) {
        self.family = family
        self.name = name
    }
}

extension NFTable: CustomStringConvertible {
    /// As `nft` names it: `ip keepalived`.
    public var description: String { "\(family == .ipv4 ? "ip" : "ip6") \(name)" }
}

/// A named set of keys of one length.
public struct NFTSet: Sendable, Hashable {
    /// What a key consists of. The numbers are those of the `nft` program, which prints elements by them.
    public enum KeyPart: Sendable, Hashable {
        /// `ipv4_addr` or `ipv6_addr`.
        case address(AddressFamily)
        /// `iface_index`.
        case interfaceIndex
        /// `ifname`, 16 bytes.
        case interfaceName

        var type: UInt32 {
            switch self {
            case .address(.ipv4): 7
            case .address(.ipv6): 8
            case .interfaceIndex: 20
            case .interfaceName: 41
            }
        }

        var length: UInt32 {
            switch self {
            case .address(let family): UInt32(family.byteCount)
            case .interfaceIndex: 4
            case .interfaceName: 16
            }
        }
    }

    /// The name.
    public var name: String
    /// The parts of a key, in their order.
    public var key: [KeyPart]

    /// Creates a set without elements.
    public init(name: String, key: [KeyPart]) {
        self.name = name
        self.key = key
    }
}

/// A chain that packets come to by themselves, and which lets everything pass that no rule of it drops.
public struct NFTChain: Sendable, Hashable {
    /// Where packets come by (`enum nf_inet_hooks`).
    public enum Hook: UInt32, Sendable, Hashable {
        /// Packets for this host.
        case input = 1
        /// Packets from this host.
        case output = 3
    }

    /// The name.
    public var name: String
    /// Where packets come by.
    public var hook: Hook
    /// Chains of one hook are passed in the order of this number, the lowest first; 0 is that of a host's own filter.
    public var priority: Int32

    /// Creates a chain.
    public init(name: String, hook: Hook, priority: Int32) {
        self.name = name
        self.hook = hook
        self.priority = priority
    }
}

/// One change of nftables. Several make a transaction.
public enum NFTablesCommand: Sendable, Hashable {
    /// Makes a table; nothing happens where it is there. The comment, at most 127 bytes, is what `nft list` shows; before
    /// Linux 5.10 there are none.
    case addTable(NFTable, comment: String? = nil)
    /// Deletes a table with everything in it; ENOENT where it is not there.
    case deleteTable(NFTable)
    /// Makes a set; nothing happens where it is there with the same key.
    case addSet(NFTable, NFTSet)
    /// Makes a chain.
    case addChain(NFTable, NFTChain)
    /// Appends a rule to a chain.
    case addRule(NFTable, chain: String, [NFTablesExpression])
    /// Adds elements to a set; nothing happens to those that are in it.
    case addElements(NFTable, set: String, [[UInt8]])
    /// Takes elements out of a set; ENOENT where one of them is not in it.
    case deleteElements(NFTable, set: String, [[UInt8]])
}

extension NFTablesCommand {
    /// The request on the wire.
    public var request: NetlinkRequest {
        switch self {
        case .addTable(let table, let comment):
            Self.request(NFT_MSG_NEWTABLE, table, flags: .create) { writer in
                writer.attribute(UInt16(truncatingIfNeeded: NFTA_TABLE_NAME.rawValue), string: table.name)
                guard let comment else { return }
                writer.attribute(
                    UInt16(truncatingIfNeeded: NFTA_TABLE_USERDATA.rawValue), bytes: NFTComment.encoded(comment))
            }
        case .deleteTable(let table):
            Self.request(NFT_MSG_DELTABLE, table) { writer in
                writer.attribute(UInt16(truncatingIfNeeded: NFTA_TABLE_NAME.rawValue), string: table.name)
            }
        case .addSet(let table, let set):
            Self.request(NFT_MSG_NEWSET, table, flags: .create) { set.write(table: table.name, to: &$0) }
        case .addChain(let table, let chain):
            Self.request(NFT_MSG_NEWCHAIN, table, flags: .create) { chain.write(table: table.name, to: &$0) }
        case .addRule(let table, let chain, let expressions):
            Self.request(NFT_MSG_NEWRULE, table, flags: [.create, .append]) { writer in
                writer.attribute(UInt16(truncatingIfNeeded: NFTA_RULE_TABLE.rawValue), string: table.name)
                writer.attribute(UInt16(truncatingIfNeeded: NFTA_RULE_CHAIN.rawValue), string: chain)
                writer.nested(UInt16(truncatingIfNeeded: NFTA_RULE_EXPRESSIONS.rawValue)) { writer in
                    for expression in expressions { expression.write(to: &writer) }
                }
            }
        case .addElements(let table, let set, let keys):
            Self.request(NFT_MSG_NEWSETELEM, table, flags: .create) {
                Self.writeElements(keys, of: set, table: table.name, to: &$0)
            }
        case .deleteElements(let table, let set, let keys):
            Self.request(NFT_MSG_DELSETELEM, table) {
                Self.writeElements(keys, of: set, table: table.name, to: &$0)
            }
        }
    }

    private static func request(
        _ message: nf_tables_msg_types, _ table: NFTable, flags: MessageFlags = [],
        _ body: (inout MessageWriter) -> Void
    ) -> NetlinkRequest {
        NetlinkRequest(
            type: NetfilterMessage.type(message.rawValue, of: NetfilterMessage.tables), flags: flags
        ) { writer in
            NetfilterMessage.writeHeader(family: table.family.rawValue, to: &writer)
            body(&writer)
        }
    }

    private static func writeElements(
        _ keys: [[UInt8]], of set: String, table: String, to writer: inout MessageWriter
    ) {
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_LIST_TABLE.rawValue), string: table)
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_LIST_SET.rawValue), string: set)
        writer.nested(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_LIST_ELEMENTS.rawValue)) { writer in
            for key in keys {
                writer.nested(UInt16(truncatingIfNeeded: NFTA_LIST_ELEM.rawValue)) { writer in
                    writer.nested(UInt16(truncatingIfNeeded: NFTA_SET_ELEM_KEY.rawValue)) {
                        $0.attribute(UInt16(truncatingIfNeeded: NFTA_DATA_VALUE.rawValue), bytes: key)
                    }
                }
            }
        }
    }
}

extension NFTSet {
    fileprivate func write(table: String, to writer: inout MessageWriter) {
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_TABLE.rawValue), string: table)
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_SET_NAME.rawValue), string: name)
        writer.networkAttribute(NFTA_SET_FLAGS.rawValue, UInt32(0))
        // The types of a key of several parts stand in six bits each.
        writer.networkAttribute(NFTA_SET_KEY_TYPE.rawValue, key.reduce(UInt32(0)) { $0 << 6 | $1.type })
        writer.networkAttribute(NFTA_SET_KEY_LEN.rawValue, key.reduce(UInt32(0)) { $0 + $1.length })
        // The kernel insists on a number for every set, though nothing in the transaction refers to it.
        writer.networkAttribute(NFTA_SET_ID.rawValue, UInt32(1))
    }
}

extension NFTChain {
    fileprivate func write(table: String, to writer: inout MessageWriter) {
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_CHAIN_TABLE.rawValue), string: table)
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_CHAIN_NAME.rawValue), string: name)
        writer.nested(UInt16(truncatingIfNeeded: NFTA_CHAIN_HOOK.rawValue)) { writer in
            writer.networkAttribute(NFTA_HOOK_HOOKNUM.rawValue, hook.rawValue)
            writer.networkAttribute(NFTA_HOOK_PRIORITY.rawValue, priority)
        }
        // NF_ACCEPT of linux/netfilter.h, which cannot be included beside the C library's headers.
        writer.networkAttribute(NFTA_CHAIN_POLICY.rawValue, UInt32(1))
        writer.attribute(UInt16(truncatingIfNeeded: NFTA_CHAIN_TYPE.rawValue), string: "filter")
    }
}
