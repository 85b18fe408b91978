import CLinux
public import IPVS
public import Netlink

/// A kernel for tests: takes netlink bytes through its sockets, keeps an IPVS table, links, addresses and routes, and
/// answers in bytes with the errors that the real one gives.
///
/// It is strict where the real one is and shares only the wire format with the code under test: requests are read
/// attribute by attribute and not with the codec that wrote them.
public final class FakeKernel {
    /// The message type that this kernel gave to the IPVS family.
    public static let ipvsFamilyID: UInt16 = 0x1C

    /// The IPVS table of the namespace.
    public var ipvs = FakeIPVS()
    /// Links, addresses and routes of the namespace.
    public var routes = FakeRoutes()
    /// Whether the ip_vs module is loaded.
    public var hasIPVS = true
    /// Whether callers have CAP_NET_ADMIN.
    public var isPrivileged = true
    /// Dumps to flag as interrupted, counted down.
    public var dumpsToInterrupt = 0
    /// Asked before each IPVS command is carried out; an error number refuses the command.
    public var refuse: ((IPVSRequest) -> ErrorNumber?)?
    /// Called after each IPVS command that changed the table.
    public var onChange: ((FakeIPVS) -> Void)?
    /// Every IPVS command that arrived, refused ones included.
    public private(set) var ipvsRequests: [IPVSRequest] = []

    /// A kernel with an empty table and a loopback link.
    public init() {}

    /// Opens a socket to this kernel.
    public func socket(_ family: FakeSocket.Family) -> FakeSocket { FakeSocket(self, family) }

    /// A client of the IPVS table over a socket of its own.
    public func ipvsClient() throws(NetlinkError) -> IPVSClient {
        try IPVSClient(session: NetlinkSession(transport: socket(.generic)))
    }

    /// A client of links, addresses and routes over a socket of its own.
    public func routeClient() -> RouteClient { RouteClient(session: NetlinkSession(transport: socket(.route))) }

    func respond(
        _ family: FakeSocket.Family, _ header: MessageHeader, _ payload: borrowing RawSpan
    ) throws(NetlinkError) -> FakeResponse {
        switch (family, header.type) {
        case (.generic, GenericFamily.controllerID): try respondToController(payload)
        case (.generic, Self.ipvsFamilyID) where hasIPVS: try respondToIPVS(header, payload)
        case (.generic, _): .refused(.noSuchEntry)
        case (.route, _): try routes.respond(header, payload, isPrivileged: isPrivileged)
        }
    }

    private func respondToController(_ payload: borrowing RawSpan) throws(NetlinkError) -> FakeResponse {
        var name = ""
        try payload.forEachAttribute(from: GenericHeader.byteCount) { type, value in
            if Int(type) == CTRL_ATTR_FAMILY_NAME { name = value.text }
        }
        guard name == "IPVS", hasIPVS else { return .refused(.noSuchEntry) }
        var writer = MessageWriter()
        GenericHeader(command: UInt8(truncatingIfNeeded: CTRL_CMD_NEWFAMILY), version: 2).write(to: &writer)
        writer.attribute(UInt16(CTRL_ATTR_FAMILY_NAME), string: name)
        writer.attribute(UInt16(CTRL_ATTR_FAMILY_ID), Self.ipvsFamilyID)
        writer.attribute(UInt16(CTRL_ATTR_VERSION), UInt32(1))
        return .answered([FakeAnswer(type: GenericFamily.controllerID, payload: writer.bytes)])
    }

    private func respondToIPVS(
        _ header: MessageHeader, _ payload: borrowing RawSpan
    ) throws(NetlinkError) -> FakeResponse {
        let generic = try GenericHeader(payload: payload)
        let request = try IPVSRequest(command: Int(generic.command), payload: payload)
        ipvsRequests.append(request)
        guard isPrivileged else { return .refused(.operationNotPermitted) }
        if let number = refuse?(request) { return .refused(number) }
        let isDump = header.flags.isSuperset(of: .dump)
        guard let onChange else { return ipvs.respond(to: request, isDump: isDump) }
        let before = ipvs.pools
        let response = ipvs.respond(to: request, isDump: isDump)
        if ipvs.pools != before { onChange(ipvs) }
        return response
    }
}

/// One message of an answer.
struct FakeAnswer {
    var type: UInt16
    var payload: [UInt8]
}

/// What the fake kernel says to a request.
enum FakeResponse {
    case answered([FakeAnswer])
    case refused(ErrorNumber, String? = nil)

    static let done = FakeResponse.answered([])
}
