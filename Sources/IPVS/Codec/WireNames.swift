import CLinux

/// Commands of the IPVS family (`IPVS_CMD_*`).
enum WireCommand {
    static let newService = UInt8(IPVS_CMD_NEW_SERVICE)
    static let setService = UInt8(IPVS_CMD_SET_SERVICE)
    static let deleteService = UInt8(IPVS_CMD_DEL_SERVICE)
    static let getService = UInt8(IPVS_CMD_GET_SERVICE)
    static let newDestination = UInt8(IPVS_CMD_NEW_DEST)
    static let setDestination = UInt8(IPVS_CMD_SET_DEST)
    static let deleteDestination = UInt8(IPVS_CMD_DEL_DEST)
    static let getDestination = UInt8(IPVS_CMD_GET_DEST)
    static let newDaemon = UInt8(IPVS_CMD_NEW_DAEMON)
    static let deleteDaemon = UInt8(IPVS_CMD_DEL_DAEMON)
    static let getDaemon = UInt8(IPVS_CMD_GET_DAEMON)
    static let setConfiguration = UInt8(IPVS_CMD_SET_CONFIG)
    static let getConfiguration = UInt8(IPVS_CMD_GET_CONFIG)
    static let getInformation = UInt8(IPVS_CMD_GET_INFO)
    static let zero = UInt8(IPVS_CMD_ZERO)
    static let flush = UInt8(IPVS_CMD_FLUSH)
}

/// Attributes directly under the generic header (`IPVS_CMD_ATTR_*`).
enum CommandAttribute {
    static let service = UInt16(IPVS_CMD_ATTR_SERVICE)
    static let destination = UInt16(IPVS_CMD_ATTR_DEST)
    static let daemon = UInt16(IPVS_CMD_ATTR_DAEMON)
    static let timeoutTCP = UInt16(IPVS_CMD_ATTR_TIMEOUT_TCP)
    static let timeoutTCPFin = UInt16(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN)
    static let timeoutUDP = UInt16(IPVS_CMD_ATTR_TIMEOUT_UDP)
}

/// Attributes of a service (`IPVS_SVC_ATTR_*`).
enum ServiceAttribute {
    static let family = UInt16(IPVS_SVC_ATTR_AF)
    static let transport = UInt16(IPVS_SVC_ATTR_PROTOCOL)
    static let address = UInt16(IPVS_SVC_ATTR_ADDR)
    static let port = UInt16(IPVS_SVC_ATTR_PORT)
    static let firewallMark = UInt16(IPVS_SVC_ATTR_FWMARK)
    static let scheduler = UInt16(IPVS_SVC_ATTR_SCHED_NAME)
    static let flags = UInt16(IPVS_SVC_ATTR_FLAGS)
    static let timeout = UInt16(IPVS_SVC_ATTR_TIMEOUT)
    static let netmask = UInt16(IPVS_SVC_ATTR_NETMASK)
    static let statistics = UInt16(IPVS_SVC_ATTR_STATS)
    static let persistenceEngine = UInt16(IPVS_SVC_ATTR_PE_NAME)
    static let statistics64 = UInt16(IPVS_SVC_ATTR_STATS64)
}

/// Bits of a service's flags (`IP_VS_SVC_F_*`). `IP_VS_SVC_F_HASHED` is the kernel's own and never reaches a value.
enum ServiceFlag {
    static let persistent = UInt32(IP_VS_SVC_F_PERSISTENT)
    static let onePacket = UInt32(IP_VS_SVC_F_ONEPACKET)
    static let scheduler = SchedulerFlags([.flag1, .flag2, .flag3]).rawValue
}

/// Attributes of a destination (`IPVS_DEST_ATTR_*`).
enum DestinationAttribute {
    static let address = UInt16(IPVS_DEST_ATTR_ADDR)
    static let port = UInt16(IPVS_DEST_ATTR_PORT)
    static let forwarding = UInt16(IPVS_DEST_ATTR_FWD_METHOD)
    static let weight = UInt16(IPVS_DEST_ATTR_WEIGHT)
    static let upperThreshold = UInt16(IPVS_DEST_ATTR_U_THRESH)
    static let lowerThreshold = UInt16(IPVS_DEST_ATTR_L_THRESH)
    static let activeConnections = UInt16(IPVS_DEST_ATTR_ACTIVE_CONNS)
    static let inactiveConnections = UInt16(IPVS_DEST_ATTR_INACT_CONNS)
    static let persistentConnections = UInt16(IPVS_DEST_ATTR_PERSIST_CONNS)
    static let statistics = UInt16(IPVS_DEST_ATTR_STATS)
    static let family = UInt16(IPVS_DEST_ATTR_ADDR_FAMILY)
    static let statistics64 = UInt16(IPVS_DEST_ATTR_STATS64)
    static let tunnelType = UInt16(IPVS_DEST_ATTR_TUN_TYPE)
    static let tunnelPort = UInt16(IPVS_DEST_ATTR_TUN_PORT)
    static let tunnelFlags = UInt16(IPVS_DEST_ATTR_TUN_FLAGS)
}

/// Attributes of a synchronization daemon (`IPVS_DAEMON_ATTR_*`).
enum DaemonAttribute {
    static let state = UInt16(IPVS_DAEMON_ATTR_STATE)
    static let interface = UInt16(IPVS_DAEMON_ATTR_MCAST_IFN)
    static let syncID = UInt16(IPVS_DAEMON_ATTR_SYNC_ID)
    static let maximumLength = UInt16(IPVS_DAEMON_ATTR_SYNC_MAXLEN)
    static let group = UInt16(IPVS_DAEMON_ATTR_MCAST_GROUP)
    static let group6 = UInt16(IPVS_DAEMON_ATTR_MCAST_GROUP6)
    static let port = UInt16(IPVS_DAEMON_ATTR_MCAST_PORT)
    static let ttl = UInt16(IPVS_DAEMON_ATTR_MCAST_TTL)
}

/// Attributes of counters (`IPVS_STATS_ATTR_*`).
enum StatisticsAttribute {
    static let connections = UInt16(IPVS_STATS_ATTR_CONNS)
    static let incomingPackets = UInt16(IPVS_STATS_ATTR_INPKTS)
    static let outgoingPackets = UInt16(IPVS_STATS_ATTR_OUTPKTS)
    static let incomingBytes = UInt16(IPVS_STATS_ATTR_INBYTES)
    static let outgoingBytes = UInt16(IPVS_STATS_ATTR_OUTBYTES)
    static let connectionRate = UInt16(IPVS_STATS_ATTR_CPS)
    static let incomingPacketRate = UInt16(IPVS_STATS_ATTR_INPPS)
    static let outgoingPacketRate = UInt16(IPVS_STATS_ATTR_OUTPPS)
    static let incomingByteRate = UInt16(IPVS_STATS_ATTR_INBPS)
    static let outgoingByteRate = UInt16(IPVS_STATS_ATTR_OUTBPS)
}

/// Attributes of the answer to `GET_INFO` (`IPVS_INFO_ATTR_*`).
enum InformationAttribute {
    static let version = UInt16(IPVS_INFO_ATTR_VERSION)
    static let connectionTableSize = UInt16(IPVS_INFO_ATTR_CONN_TAB_SIZE)
}
