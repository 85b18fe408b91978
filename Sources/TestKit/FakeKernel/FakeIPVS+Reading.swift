import Addressing
import CLinux
import IPVS
import Netlink

/// A value read from a request, or the reason for which the kernel refuses it.
enum Checked<Value> {
    case valid(Value)
    case refused(ErrorNumber)

    func then(_ body: (Value) -> FakeResponse) -> FakeResponse {
        switch self {
        case .valid(let value): body(value)
        case .refused(let number): .refused(number)
        }
    }

    func then(_ body: (Value) -> Void) -> FakeResponse {
        then { value -> FakeResponse in
            body(value)
            return .done
        }
    }
}

extension FakeIPVS {
    /// The service that `NEW_SERVICE` or `SET_SERVICE` asks for; all four settings are mandatory.
    func wanted(_ request: IPVSRequest, _ id: VirtualService.ID) -> Checked<VirtualService> {
        guard let attributes = request.service, let scheduler = attributes[IPVS_SVC_ATTR_SCHED_NAME]?.cString,
            let flagBytes = attributes[IPVS_SVC_ATTR_FLAGS], flagBytes.count == 8,
            let flags = Array(flagBytes.prefix(4)).number(UInt32.self),
            let mask = Array(flagBytes.suffix(4)).number(UInt32.self),
            let timeout = attributes[IPVS_SVC_ATTR_TIMEOUT]?.number(UInt32.self),
            let netmask = attributes[IPVS_SVC_ATTR_NETMASK]?.number(UInt32.self)
        else { return .refused(.invalidArgument) }
        guard scheduler.utf8.count <= 15 else { return .refused(.outOfRange) }
        guard schedulers.contains(scheduler) else { return .refused(.noSuchEntry) }
        let engine = attributes[IPVS_SVC_ATTR_PE_NAME]?.cString
        if let engine, !engines.contains(engine) { return .refused(.noSuchEntry) }
        if id.family == .ipv6, !(1...128).contains(netmask) { return .refused(.invalidArgument) }
        let granularity = id.family == .ipv6 ? UInt8(netmask) : UInt8(UInt32(bigEndian: netmask).nonzeroBitCount)
        let bits = flags & mask
        return .valid(
            VirtualService(
                id: id, scheduler: scheduler, schedulerFlags: SchedulerFlags(rawValue: bits & 0x38),
                persistence: bits & 1 == 0
                    ? nil : .init(timeout: timeout, granularity: granularity, engine: engine),
                onePacketScheduling: bits & 4 != 0))
    }

    /// The destination that `NEW_DEST` or `SET_DEST` asks for.
    func wanted(
        _ request: IPVSRequest, _ id: Destination.ID, in service: VirtualService.ID
    ) -> Checked<Destination> {
        guard let attributes = request.destination,
            let method = attributes[IPVS_DEST_ATTR_FWD_METHOD]?.number(UInt32.self),
            let weight = attributes[IPVS_DEST_ATTR_WEIGHT]?.number(Int32.self),
            let upper = attributes[IPVS_DEST_ATTR_U_THRESH]?.number(UInt32.self),
            let lower = attributes[IPVS_DEST_ATTR_L_THRESH]?.number(UInt32.self)
        else { return .refused(.invalidArgument) }
        let type = attributes[IPVS_DEST_ATTR_TUN_TYPE]?.number(UInt8.self) ?? 0
        let port = UInt16(bigEndian: attributes[IPVS_DEST_ATTR_TUN_PORT]?.number(UInt16.self) ?? 0)
        let flags = attributes[IPVS_DEST_ATTR_TUN_FLAGS]?.number(UInt16.self) ?? 0
        let checksum = TunnelChecksum(rawValue: flags & 3) ?? .remote
        let forwarding: ForwardingMethod
        switch method & 7 {
        case 0: forwarding = .masquerading
        case 1: forwarding = .localNode
        case 2:
            switch type {
            case 1:
                guard port != 0 else { return .refused(.invalidArgument) }
                forwarding = .tunneling(.gue(port: Port(rawValue: port), checksum: checksum))
            case 2: forwarding = .tunneling(.gre(checksum: checksum))
            default: forwarding = .tunneling(.ipip)
            }
        case 3: forwarding = .directRouting
        default: forwarding = .bypass
        }
        if id.address.family != service.family, method & 7 != 2 { return .refused(.invalidArgument) }
        guard !id.address.isMulticast, !id.address.isUnspecified else { return .refused(.invalidArgument) }
        guard weight >= 0, lower <= upper else { return .refused(.outOfRange) }
        return .valid(
            Destination(
                id: id, forwarding: forwarding, weight: weight, upperThreshold: upper, lowerThreshold: lower))
    }
}
