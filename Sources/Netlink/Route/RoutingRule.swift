public import Addressing
import CLinux

/// A routing policy rule: which packets look where for their route (`RTM_NEWRULE`).
public struct RoutingRule: Sendable, Hashable {
    /// What becomes of a packet that matches (`FR_ACT_*`).
    public enum Action: Sendable, Hashable {
        /// Its route is looked up in this table.
        case table(UInt32)
        /// Its route is looked up in the table of its layer 3 domain.
        case routingDomain
        /// The search goes on at the rule with this priority.
        case jump(UInt32)
        /// The search goes on at the next rule.
        case nothing
        /// It is dropped.
        case blackhole
        /// It is refused as unreachable.
        case unreachable
        /// It is refused as prohibited.
        case prohibit
    }

    /// The family of the packets.
    public var family: AddressFamily
    /// The place among the rules, lower first.
    public var priority: UInt32
    /// What becomes of a packet.
    public var action: Action
    /// Whether the packets that do not match are meant.
    public var isInverted = false
    /// Where packets come from; nil is anywhere.
    public var source: Prefix?
    /// Where packets go to; nil is anywhere.
    public var destination: Prefix?
    /// The type of service of packets; 0 is any.
    public var typeOfService: UInt8 = 0
    /// The firewall mark of packets; nil is any.
    public var mark: UInt32?
    /// The bits of the mark that count; nil is all.
    public var markMask: UInt32?
    /// Realms for accounting: that of the source above bit 16, that of the destination below; 0 is none.
    public var realms: UInt32 = 0
    /// Routes to prefixes of at most this length do not count.
    public var suppressedPrefixLength: UInt32?
    /// Routes by interfaces of this group do not count.
    public var suppressedInterfaceGroup: UInt32?
    /// The interface that packets come in by.
    public var inputInterface: String?
    /// The interface that the sender's socket is bound to.
    public var outputInterface: String?
    /// The id of the tunnel that packets came through.
    public var tunnelID: UInt64?
    /// The users whose sockets send.
    public var users: ClosedRange<UInt32>?
    /// Who made the rule (`RTPROT_*`); 0 is nobody known.
    public var owner: UInt8 = 0
    /// The protocol inside IP; nil is any.
    public var transport: UInt8?
    /// Source ports; nil is any.
    public var sourcePorts: ClosedRange<UInt16>?
    /// Destination ports; nil is any.
    public var destinationPorts: ClosedRange<UInt16>?

    /// A rule for every packet of a family.
    public init(family: AddressFamily, priority: UInt32, action: Action) {
        self.family = family
        self.priority = priority
        self.action = action
    }
}

extension RoutingRule {
    static let messageByteCount = 12

    /// Decodes the payload of a rule message; nil for a family other than IPv4 and IPv6 and for an action that is not
    /// known here.
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> RoutingRule? {
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)) else { return nil }
        let destinationLength: UInt8 = try payload.integer(at: 1)
        let sourceLength: UInt8 = try payload.integer(at: 2)
        let actionNumber: UInt8 = try payload.integer(at: 7)
        let flags: UInt32 = try payload.integer(at: 8)
        var rule = RoutingRule(family: family, priority: 0, action: .nothing)
        rule.typeOfService = try payload.integer(at: 3)
        rule.isInverted = flags & invertFlag != 0
        var table = UInt32(try payload.integer(UInt8.self, at: 4))
        var target: UInt32 = 0
        var usesRoutingDomain = false
        try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
            switch Int(type) {
            case FRA_DST: rule.destination = Prefix(try value.address(family), length: destinationLength)
            case FRA_SRC: rule.source = Prefix(try value.address(family), length: sourceLength)
            case FRA_IIFNAME: rule.inputInterface = value.text
            case FRA_OIFNAME: rule.outputInterface = value.text
            case FRA_GOTO: target = try value.integer()
            case FRA_PRIORITY: rule.priority = try value.integer()
            case FRA_FWMARK: rule.mark = try value.integer()
            case FRA_FWMASK: rule.markMask = try value.integer()
            case FRA_FLOW: rule.realms = try value.integer()
            case FRA_TUN_ID: rule.tunnelID = UInt64(bigEndian: try value.integer())
            case FRA_SUPPRESS_IFGROUP: rule.suppressedInterfaceGroup = try suppression(value)
            case FRA_SUPPRESS_PREFIXLEN: rule.suppressedPrefixLength = try suppression(value)
            case FRA_TABLE: table = try value.integer()
            case FRA_L3MDEV: usesRoutingDomain = try value.integer(UInt8.self) != 0
            case FRA_UID_RANGE: rule.users = try range(value)
            case FRA_PROTOCOL: rule.owner = try value.integer()
            case FRA_IP_PROTO: rule.transport = try value.integer()
            case FRA_SPORT_RANGE: rule.sourcePorts = try range(value)
            case FRA_DPORT_RANGE: rule.destinationPorts = try range(value)
            default: break
            }
        }
        // The kernel says a mask of all bits where none was given, and none for a mark that does not count.
        if rule.mark == nil || rule.markMask == .max { rule.markMask = nil }
        switch Int(actionNumber) {
        case FR_ACT_TO_TBL: rule.action = usesRoutingDomain ? .routingDomain : .table(table)
        case FR_ACT_GOTO: rule.action = .jump(target)
        case FR_ACT_NOP: rule.action = .nothing
        case FR_ACT_BLACKHOLE: rule.action = .blackhole
        case FR_ACT_UNREACHABLE: rule.action = .unreachable
        case FR_ACT_PROHIBIT: rule.action = .prohibit
        default: return nil
        }
        return rule
    }

    /// Appends `struct fib_rule_hdr` and every attribute. A deletion says the same: the kernel compares what is there.
    func write(to writer: inout MessageWriter) {
        let table: UInt32 = if case .table(let table) = action { table } else { 0 }
        writer.append(family.rawValue)
        writer.append(destination?.length ?? 0)
        writer.append(source?.length ?? 0)
        writer.append(typeOfService)
        writer.append(UInt8(exactly: table) ?? 0)
        writer.append(UInt16(0))
        writer.append(actionNumber)
        writer.append(isInverted ? Self.invertFlag : UInt32(0))
        writer.attribute(UInt16(FRA_PRIORITY), priority)
        if let destination, destination.length > 0 {
            writer.attribute(UInt16(FRA_DST), bytes: destination.address.bytes)
        }
        if let source, source.length > 0 { writer.attribute(UInt16(FRA_SRC), bytes: source.address.bytes) }
        if let inputInterface { writer.attribute(UInt16(FRA_IIFNAME), string: inputInterface) }
        if let outputInterface { writer.attribute(UInt16(FRA_OIFNAME), string: outputInterface) }
        if let mark { writer.attribute(UInt16(FRA_FWMARK), mark) }
        if let markMask { writer.attribute(UInt16(FRA_FWMASK), markMask) }
        if realms != 0 { writer.attribute(UInt16(FRA_FLOW), realms) }
        if let tunnelID { writer.attribute(UInt16(FRA_TUN_ID), tunnelID.bigEndian) }
        if let suppressedInterfaceGroup {
            writer.attribute(UInt16(FRA_SUPPRESS_IFGROUP), suppressedInterfaceGroup)
        }
        if let suppressedPrefixLength { writer.attribute(UInt16(FRA_SUPPRESS_PREFIXLEN), suppressedPrefixLength) }
        if let users { writer.attribute(UInt16(FRA_UID_RANGE), range: users) }
        if owner != 0 { writer.attribute(UInt16(FRA_PROTOCOL), owner) }
        if let transport { writer.attribute(UInt16(FRA_IP_PROTO), transport) }
        if let sourcePorts { writer.attribute(UInt16(FRA_SPORT_RANGE), range: sourcePorts) }
        if let destinationPorts { writer.attribute(UInt16(FRA_DPORT_RANGE), range: destinationPorts) }
        switch action {
        case .table(let table): writer.attribute(UInt16(FRA_TABLE), table)
        case .routingDomain: writer.attribute(UInt16(FRA_L3MDEV), UInt8(1))
        case .jump(let target): writer.attribute(UInt16(FRA_GOTO), target)
        case .nothing, .blackhole, .unreachable, .prohibit: break
        }
    }

    private var actionNumber: UInt8 {
        let number =
            switch action {
            case .table, .routingDomain: FR_ACT_TO_TBL
            case .jump: FR_ACT_GOTO
            case .nothing: FR_ACT_NOP
            case .blackhole: FR_ACT_BLACKHOLE
            case .unreachable: FR_ACT_UNREACHABLE
            case .prohibit: FR_ACT_PROHIBIT
            }
        return UInt8(truncatingIfNeeded: number)
    }

    /// Where nothing is suppressed the kernel says −1.
    private static func suppression(_ value: borrowing RawSpan) throws(NetlinkError) -> UInt32? {
        let number: UInt32 = try value.integer()
        return number == .max ? nil : number
    }

    /// Two numbers one behind the other; nil where they are no range.
    private static func range<Number: FixedWidthInteger & BitwiseCopyable>(
        _ value: borrowing RawSpan
    ) throws(NetlinkError) -> ClosedRange<Number>? {
        let first: Number = try value.integer()
        let last: Number = try value.integer(at: MemoryLayout<Number>.size)
        return first <= last ? first...last : nil
    }

    private static let invertFlag = UInt32(truncatingIfNeeded: FIB_RULE_INVERT)
}

extension MessageWriter {
    /// Appends an attribute with two numbers one behind the other.
    fileprivate mutating func attribute(_ type: UInt16, range: ClosedRange<some FixedWidthInteger>) {
        var pair = MessageWriter(reservingCapacity: 8)
        pair.append(range.lowerBound)
        pair.append(range.upperBound)
        attribute(type, bytes: pair.bytes)
    }
}
