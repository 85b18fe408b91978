import CLinux

/// One step of an nftables rule: loads something into a register, compares it, or decides. A rule ends at the first
/// comparison that fails.
public enum NFTablesExpression: Sendable, Hashable {
    /// A place for 16 bytes (`NFT_REG_*`).
    public enum Register: UInt32, Sendable, Hashable {
        /// The first.
        case first = 1
        /// The one behind it: a key of several parts spans both.
        case second = 2
    }

    /// Where offsets count from (`enum nft_payload_bases`).
    public enum Base: UInt32, Sendable, Hashable {
        /// The IP header.
        case network = 1
        /// The header behind it.
        case transport = 2
    }

    /// What is known of a packet beside its bytes (`enum nft_meta_keys`).
    public enum Meta: UInt32, Sendable, Hashable {
        /// Index of the interface that it came in by.
        case inputInterface = 4
        /// Index of the interface that it leaves by.
        case outputInterface = 5
        /// Name of the interface that it came in by, 16 bytes.
        case inputInterfaceName = 6
        /// Name of the interface that it leaves by, 16 bytes.
        case outputInterfaceName = 7
        /// Protocol of the transport header.
        case transportProtocol = 16
    }

    /// What becomes of the packet (`NF_*`).
    public enum Verdict: UInt32, Sendable, Hashable {
        /// It is gone.
        case drop = 0
        /// This chain lets it pass.
        case accept = 1
    }

    /// Loads bytes of the packet.
    case payload(Base, offset: UInt32, length: UInt32, into: Register)
    /// Loads something about the packet.
    case meta(Meta, into: Register)
    /// Goes on if the register begins with these bytes.
    case equals(Register, [UInt8])
    /// Goes on if what is loaded from the first register on is an element of the set.
    case lookup(set: String, from: Register)
    /// Counts packets and bytes that come so far.
    case counter
    /// Decides.
    case verdict(Verdict)
}

extension NFTablesExpression {
    /// Appends `NFTA_LIST_ELEM` with the expression's name and attributes.
    func write(to writer: inout MessageWriter) {
        writer.nested(UInt16(truncatingIfNeeded: NFTA_LIST_ELEM.rawValue)) { writer in
            writer.attribute(UInt16(truncatingIfNeeded: NFTA_EXPR_NAME.rawValue), string: name)
            writer.nested(UInt16(truncatingIfNeeded: NFTA_EXPR_DATA.rawValue)) { writeAttributes(to: &$0) }
        }
    }

    private var name: String {
        switch self {
        case .payload: "payload"
        case .meta: "meta"
        case .equals: "cmp"
        case .lookup: "lookup"
        case .counter: "counter"
        case .verdict: "immediate"
        }
    }

    private func writeAttributes(to writer: inout MessageWriter) {
        switch self {
        case .payload(let base, let offset, let length, let register):
            writer.networkAttribute(NFTA_PAYLOAD_DREG.rawValue, register.rawValue)
            writer.networkAttribute(NFTA_PAYLOAD_BASE.rawValue, base.rawValue)
            writer.networkAttribute(NFTA_PAYLOAD_OFFSET.rawValue, offset)
            writer.networkAttribute(NFTA_PAYLOAD_LEN.rawValue, length)
        case .meta(let meta, let register):
            writer.networkAttribute(NFTA_META_DREG.rawValue, register.rawValue)
            writer.networkAttribute(NFTA_META_KEY.rawValue, meta.rawValue)
        case .equals(let register, let bytes):
            writer.networkAttribute(NFTA_CMP_SREG.rawValue, register.rawValue)
            writer.networkAttribute(NFTA_CMP_OP.rawValue, NFT_CMP_EQ.rawValue)
            writer.nested(UInt16(truncatingIfNeeded: NFTA_CMP_DATA.rawValue)) {
                $0.attribute(UInt16(truncatingIfNeeded: NFTA_DATA_VALUE.rawValue), bytes: bytes)
            }
        case .lookup(let set, let register):
            writer.attribute(UInt16(truncatingIfNeeded: NFTA_LOOKUP_SET.rawValue), string: set)
            writer.networkAttribute(NFTA_LOOKUP_SREG.rawValue, register.rawValue)
        case .counter: break
        case .verdict(let verdict):
            writer.networkAttribute(NFTA_IMMEDIATE_DREG.rawValue, NFT_REG_VERDICT.rawValue)
            writer.nested(UInt16(truncatingIfNeeded: NFTA_IMMEDIATE_DATA.rawValue)) { writer in
                writer.nested(UInt16(truncatingIfNeeded: NFTA_DATA_VERDICT.rawValue)) {
                    $0.networkAttribute(NFTA_VERDICT_CODE.rawValue, verdict.rawValue)
                }
            }
        }
    }
}
