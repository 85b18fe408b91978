import Addressing
import CLinux
import IPVS
import Netlink

extension FakeIPVS {
    var information: FakeAnswer {
        answer(IPVS_CMD_SET_INFO) { writer in
            writer.attribute(UInt16(IPVS_INFO_ATTR_VERSION), UInt32(0x010201))
            writer.attribute(UInt16(IPVS_INFO_ATTR_CONN_TAB_SIZE), UInt32(4096))
        }
    }

    var configuration: FakeAnswer {
        answer(IPVS_CMD_SET_CONFIG) { writer in
            writer.attribute(UInt16(IPVS_CMD_ATTR_TIMEOUT_TCP), timeouts.tcp)
            writer.attribute(UInt16(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN), timeouts.tcpFin)
            writer.attribute(UInt16(IPVS_CMD_ATTR_TIMEOUT_UDP), timeouts.udp)
        }
    }

    func answer(_ daemon: SyncDaemon) -> FakeAnswer {
        answer(IPVS_CMD_NEW_DAEMON) { writer in
            writer.nested(UInt16(IPVS_CMD_ATTR_DAEMON)) { writer in
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_STATE), daemon.role.rawValue)
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_MCAST_IFN), string: daemon.interface)
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_SYNC_ID), UInt32(daemon.syncID))
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_SYNC_MAXLEN), daemon.maximumLength ?? 0)
                if let group = daemon.group {
                    let attribute =
                        group.family == .ipv4 ? IPVS_DAEMON_ATTR_MCAST_GROUP : IPVS_DAEMON_ATTR_MCAST_GROUP6
                    writer.attribute(UInt16(attribute), bytes: group.bytes)
                }
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_MCAST_PORT), daemon.port?.rawValue ?? 0)
                writer.attribute(UInt16(IPVS_DAEMON_ATTR_MCAST_TTL), daemon.ttl ?? 0)
            }
        }
    }

    func answer(_ service: VirtualService) -> FakeAnswer {
        answer(IPVS_CMD_NEW_SERVICE) { writer in
            writer.nested(UInt16(IPVS_CMD_ATTR_SERVICE)) { writer in
                writer.attribute(UInt16(IPVS_SVC_ATTR_AF), UInt16(service.id.family.rawValue))
                switch service.id {
                case .firewallMark(let mark, _): writer.attribute(UInt16(IPVS_SVC_ATTR_FWMARK), mark)
                case .endpoint(let transport, let address, let port):
                    writer.attribute(UInt16(IPVS_SVC_ATTR_PROTOCOL), UInt16(transport.rawValue))
                    writer.attribute(UInt16(IPVS_SVC_ATTR_ADDR), bytes: address.union)
                    writer.attribute(UInt16(IPVS_SVC_ATTR_PORT), port.rawValue.bigEndian)
                }
                writer.attribute(UInt16(IPVS_SVC_ATTR_SCHED_NAME), string: service.scheduler)
                if let engine = service.persistence?.engine {
                    writer.attribute(UInt16(IPVS_SVC_ATTR_PE_NAME), string: engine)
                }
                // The kernel adds its own bit for "hashed".
                let bits: UInt32 =
                    2 | (service.persistence == nil ? 0 : 1) | (service.onePacketScheduling ? 4 : 0)
                    | service.schedulerFlags.rawValue
                writer.attribute(UInt16(IPVS_SVC_ATTR_FLAGS), UInt64(bits) | UInt64(UInt32.max) << 32)
                writer.attribute(UInt16(IPVS_SVC_ATTR_TIMEOUT), service.persistence?.timeout ?? 0)
                let length = UInt32(service.persistence?.granularity ?? UInt8(service.id.family.bitWidth))
                let mask = length == 0 ? 0 : UInt32.max << (32 - min(length, 32))
                writer.attribute(
                    UInt16(IPVS_SVC_ATTR_NETMASK), service.id.family == .ipv6 ? length : mask.bigEndian)
                let statistics = serviceStatistics[service.id] ?? Statistics()
                write(statistics, IPVS_SVC_ATTR_STATS, IPVS_SVC_ATTR_STATS64, to: &writer)
            }
        }
    }

    func answer(_ destination: Destination, of service: VirtualService.ID) -> FakeAnswer {
        let counters = destinationCounters[DestinationKey(service, destination.id)] ?? Counters()
        let (method, type, port, flags): (UInt32, UInt8, UInt16, UInt16) =
            switch destination.forwarding {
            case .masquerading: (0, 0, 0, 0)
            case .localNode: (1, 0, 0, 0)
            case .tunneling(.ipip): (2, 0, 0, 0)
            case .tunneling(.gue(let port, let checksum)): (2, 1, port.rawValue, checksum.rawValue)
            case .tunneling(.gre(let checksum)): (2, 2, 0, checksum.rawValue)
            case .directRouting: (3, 0, 0, 0)
            case .bypass: (4, 0, 0, 0)
            }
        return answer(IPVS_CMD_NEW_DEST) { writer in
            writer.nested(UInt16(IPVS_CMD_ATTR_DEST)) { writer in
                writer.attribute(UInt16(IPVS_DEST_ATTR_ADDR), bytes: destination.id.address.union)
                writer.attribute(UInt16(IPVS_DEST_ATTR_PORT), destination.id.port.rawValue.bigEndian)
                writer.attribute(UInt16(IPVS_DEST_ATTR_FWD_METHOD), method)
                writer.attribute(UInt16(IPVS_DEST_ATTR_WEIGHT), destination.weight)
                writer.attribute(UInt16(IPVS_DEST_ATTR_TUN_TYPE), type)
                writer.attribute(UInt16(IPVS_DEST_ATTR_TUN_PORT), port.bigEndian)
                writer.attribute(UInt16(IPVS_DEST_ATTR_TUN_FLAGS), flags)
                writer.attribute(UInt16(IPVS_DEST_ATTR_U_THRESH), destination.upperThreshold)
                writer.attribute(UInt16(IPVS_DEST_ATTR_L_THRESH), destination.lowerThreshold)
                writer.attribute(UInt16(IPVS_DEST_ATTR_ACTIVE_CONNS), counters.active)
                writer.attribute(UInt16(IPVS_DEST_ATTR_INACT_CONNS), counters.inactive)
                writer.attribute(UInt16(IPVS_DEST_ATTR_PERSIST_CONNS), counters.persistent)
                writer.attribute(
                    UInt16(IPVS_DEST_ATTR_ADDR_FAMILY), UInt16(destination.id.address.family.rawValue))
                write(counters.statistics, IPVS_DEST_ATTR_STATS, IPVS_DEST_ATTR_STATS64, to: &writer)
            }
        }
    }

    private func answer(_ command: Int, _ body: (inout MessageWriter) -> Void) -> FakeAnswer {
        var writer = MessageWriter()
        GenericHeader(command: UInt8(truncatingIfNeeded: command), version: 1).write(to: &writer)
        body(&writer)
        return FakeAnswer(type: FakeKernel.ipvsFamilyID, payload: writer.bytes)
    }

    /// The counters twice: connections, packets and rates cut to 32 bits, then everything in 64.
    private func write(_ statistics: Statistics, _ narrow: Int, _ wide: Int, to writer: inout MessageWriter) {
        let counters: [(Int, UInt64, isBytes: Bool)] = [
            (IPVS_STATS_ATTR_CONNS, statistics.connections, false),
            (IPVS_STATS_ATTR_INPKTS, statistics.incomingPackets, false),
            (IPVS_STATS_ATTR_OUTPKTS, statistics.outgoingPackets, false),
            (IPVS_STATS_ATTR_INBYTES, statistics.incomingBytes, true),
            (IPVS_STATS_ATTR_OUTBYTES, statistics.outgoingBytes, true),
            (IPVS_STATS_ATTR_CPS, statistics.connectionRate, false),
            (IPVS_STATS_ATTR_INPPS, statistics.incomingPacketRate, false),
            (IPVS_STATS_ATTR_OUTPPS, statistics.outgoingPacketRate, false),
            (IPVS_STATS_ATTR_INBPS, statistics.incomingByteRate, false),
            (IPVS_STATS_ATTR_OUTBPS, statistics.outgoingByteRate, false),
        ]
        writer.nested(UInt16(narrow)) { writer in
            for (type, value, isBytes) in counters {
                if isBytes {
                    writer.attribute(UInt16(type), value)
                } else {
                    writer.attribute(UInt16(type), UInt32(truncatingIfNeeded: value))
                }
            }
        }
        guard sendsWideStatistics else { return }
        writer.nested(UInt16(wide)) { writer in
            for (type, value, _) in counters { writer.attribute(UInt16(type), value) }
        }
    }
}

extension IPAddress {
    /// The address as `union nf_inet_addr`.
    fileprivate var union: [UInt8] { bytes + [UInt8](repeating: 0, count: 16 - bytes.count) }
}
