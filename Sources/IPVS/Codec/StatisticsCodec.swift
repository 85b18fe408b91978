import Netlink

extension Statistics {
    /// Reads the counters from the attribute of this type among those of an entry, or nil when there is none.
    init?(_ wanted: UInt16, of entry: borrowing RawSpan) throws(NetlinkError) {
        var found: Statistics?
        try entry.forEachAttribute { type, value throws(NetlinkError) in
            if type == wanted { found = try Statistics(attributes: value) }
        }
        guard let found else { return nil }
        self = found
    }

    /// Reads the counters of a `STATS` or `STATS64` attribute. The two differ only in the width of their values, so
    /// the width is taken from each attribute.
    init(attributes: borrowing RawSpan) throws(NetlinkError) {
        self.init()
        try attributes.forEachAttribute { type, value throws(NetlinkError) in
            switch type {
            case StatisticsAttribute.connections: connections = try value.counter()
            case StatisticsAttribute.incomingPackets: incomingPackets = try value.counter()
            case StatisticsAttribute.outgoingPackets: outgoingPackets = try value.counter()
            case StatisticsAttribute.incomingBytes: incomingBytes = try value.counter()
            case StatisticsAttribute.outgoingBytes: outgoingBytes = try value.counter()
            case StatisticsAttribute.connectionRate: connectionRate = try value.counter()
            case StatisticsAttribute.incomingPacketRate: incomingPacketRate = try value.counter()
            case StatisticsAttribute.outgoingPacketRate: outgoingPacketRate = try value.counter()
            case StatisticsAttribute.incomingByteRate: incomingByteRate = try value.counter()
            case StatisticsAttribute.outgoingByteRate: outgoingByteRate = try value.counter()
            default: break
            }
        }
    }
}

extension RawSpan {
    fileprivate func counter() throws(NetlinkError) -> UInt64 {
        byteCount >= 8 ? try integer(UInt64.self) : UInt64(try integer(UInt32.self))
    }
}
