import Addressing
import Netlink

extension VirtualService.ID {
    /// Appends the attributes by which the kernel finds a service.
    func write(to writer: inout MessageWriter) {
        writer.attribute(ServiceAttribute.family, UInt16(family.rawValue))
        switch self {
        case .endpoint(let transport, let address, let port):
            writer.attribute(ServiceAttribute.transport, UInt16(transport.rawValue))
            writer.unionAddress(ServiceAttribute.address, address)
            writer.attribute(ServiceAttribute.port, port.rawValue.bigEndian)
        case .firewallMark(let mark, _):
            writer.attribute(ServiceAttribute.firewallMark, mark)
        }
    }
}

extension VirtualService {
    /// Appends every attribute of a service; the kernel wants all but the engine when it adds or edits one.
    func write(to writer: inout MessageWriter) {
        id.write(to: &writer)
        writer.attribute(ServiceAttribute.scheduler, string: scheduler)
        if let engine = persistence == nil ? idleEngine : persistence?.engine {
            writer.attribute(ServiceAttribute.persistenceEngine, string: engine)
        }
        // `struct ip_vs_flags`: the bits, then the mask of the bits that are to change.
        writer.append(UInt16(12))
        writer.append(ServiceAttribute.flags)
        writer.append(flags)
        writer.append(UInt32.max)
        writer.attribute(ServiceAttribute.timeout, persistence?.timeout ?? 0)
        writer.attribute(ServiceAttribute.netmask, netmask)
    }

    private var flags: UInt32 {
        (persistence == nil ? 0 : ServiceFlag.persistent) | (onePacketScheduling ? ServiceFlag.onePacket : 0)
            | schedulerFlags.rawValue & ServiceFlag.scheduler
    }

    /// An IPv4 mask in network order, or the IPv6 prefix length as a number.
    private var netmask: UInt32 {
        if id.family == .ipv4, let mask = persistence?.irregularMask { return mask.rawValue.bigEndian }
        let granularity = persistence?.granularity ?? UInt8(id.family.bitWidth)
        guard id.family == .ipv4 else { return UInt32(granularity) }
        return granularity == 0 ? 0 : (UInt32.max << UInt32(32 - min(granularity, 32))).bigEndian
    }
}

extension ServiceSnapshot {
    /// Decodes the message of a service; nil when it carries none or one of a kind that this module does not know.
    static func decode(
        _ payload: borrowing RawSpan, readsCounters: Bool = true
    ) throws(NetlinkError) -> ServiceSnapshot? {
        var snapshot: ServiceSnapshot?
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value throws(NetlinkError) in
            if type == CommandAttribute.service { snapshot = try decode(attributes: value, readsCounters) }
        }
        return snapshot
    }

    private static func decode(
        attributes: borrowing RawSpan, _ readsCounters: Bool
    ) throws(NetlinkError) -> ServiceSnapshot? {
        var familyNumber: UInt16?
        var transportNumber: UInt16?
        var address: AddressBits?
        var port = Port.any
        var mark: UInt32 = 0
        var scheduler = ""
        var engine: String?
        var flags: UInt32 = 0
        var timeout: UInt32 = 0
        var netmask: UInt32 = .max
        var statistics: Statistics?
        try attributes.forEachAttribute { type, value throws(NetlinkError) in
            switch type {
            case ServiceAttribute.family: familyNumber = try value.integer()
            case ServiceAttribute.transport: transportNumber = try value.integer()
            case ServiceAttribute.address: address = try AddressBits(value)
            case ServiceAttribute.port: port = Port(rawValue: UInt16(bigEndian: try value.integer()))
            case ServiceAttribute.firewallMark: mark = try value.integer()
            case ServiceAttribute.scheduler: scheduler = value.text
            case ServiceAttribute.persistenceEngine: engine = value.text
            case ServiceAttribute.flags: flags = try value.integer()
            case ServiceAttribute.timeout: timeout = try value.integer()
            case ServiceAttribute.netmask: netmask = try value.integer()
            case ServiceAttribute.statistics64:
                if readsCounters { statistics = try Statistics(attributes: value) }
            default: break
            }
        }
        // Kernels send both since 4.1; the narrow ones are as much to read again.
        if readsCounters, statistics == nil {
            statistics = try Statistics(ServiceAttribute.statistics, of: attributes)
        }
        guard let familyNumber else { throw NetlinkError(.missingAttribute, message: "IPVS_SVC_ATTR_AF") }
        guard let family = UInt8(exactly: familyNumber).flatMap(AddressFamily.init(rawValue:)) else { return nil }
        let id: VirtualService.ID
        if mark != 0 {
            id = .firewallMark(mark, family)
        } else {
            guard let transportNumber, let address else {
                throw NetlinkError(.missingAttribute, message: "IPVS_SVC_ATTR_PROTOCOL or IPVS_SVC_ATTR_ADDR")
            }
            guard let transport = UInt8(exactly: transportNumber).flatMap(TransportProtocol.init(rawValue:)) else {
                return nil
            }
            id = .endpoint(transport, address.address(family), port)
        }
        engine = engine?.isEmpty == true ? nil : engine
        let persistence =
            flags & ServiceFlag.persistent == 0 ? nil : persistence(family, timeout, netmask: netmask, engine)
        return ServiceSnapshot(
            service: VirtualService(
                id: id, scheduler: scheduler,
                schedulerFlags: SchedulerFlags(rawValue: flags & ServiceFlag.scheduler), persistence: persistence,
                onePacketScheduling: flags & ServiceFlag.onePacket != 0,
                idleEngine: persistence == nil ? engine : nil),
            statistics: statistics ?? Statistics())
    }

    private static func persistence(
        _ family: AddressFamily, _ timeout: UInt32, netmask: UInt32, _ engine: String?
    ) -> VirtualService.Persistence {
        guard family == .ipv4 else {
            return .init(timeout: timeout, granularity: UInt8(clamping: min(netmask, 128)), engine: engine)
        }
        let mask = UInt32(bigEndian: netmask)
        let leadingOnes = (~mask).leadingZeroBitCount
        let isPrefix = leadingOnes == mask.nonzeroBitCount
        return .init(
            timeout: timeout, granularity: UInt8(leadingOnes), engine: engine,
            irregularMask: isPrefix ? nil : IPv4Address(rawValue: mask))
    }
}
