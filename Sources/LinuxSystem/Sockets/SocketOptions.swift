import Addressing
import Glibc

extension FileDescriptor {
    /// Opens a socket that is closed on `exec` and never blocks.
    static func socket(
        family: Int32, type: Int32, protocolNumber: Int32, purpose: String, advice: String?
    ) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try systemCall("socket", purpose, advice: advice) {
                Glibc.socket(family, type | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), protocolNumber)
            })
    }

    /// Sets one option; `name` is for the error.
    borrowing func setOption<Value: BitwiseCopyable>(
        _ level: Int32, _ option: Int32, _ value: Value, name: String, purpose: String
    ) throws(SystemError) {
        let number = rawValue
        try systemCall("setsockopt(\(name))", purpose) {
            withUnsafeBytes(of: value) { setsockopt(number, level, option, $0.baseAddress, socklen_t($0.count)) }
        }
    }

    /// Sets an option whose value is a structure, given as its bytes.
    borrowing func setOption(
        _ level: Int32, _ option: Int32, bytes: [UInt8], name: String, purpose: String
    ) throws(SystemError) {
        let number = rawValue
        try systemCall("setsockopt(\(name))", purpose) {
            bytes.withUnsafeBytes { setsockopt(number, level, option, $0.baseAddress, socklen_t($0.count)) }
        }
    }

    /// Confines the socket to one interface: it hears and sends there only, whatever the routes say.
    borrowing func bindToInterface(_ name: String, purpose: String) throws(SystemError) {
        let number = rawValue
        var bytes = Array(name.utf8.prefix(Int(IF_NAMESIZE) - 1))
        bytes.append(0)
        try systemCall("setsockopt(SO_BINDTODEVICE)", purpose) {
            bytes.withUnsafeBytes {
                setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, $0.baseAddress, socklen_t($0.count))
            }
        }
    }
}

extension in_addr {
    /// The kernel's form of an address.
    init(_ address: IPv4Address) { self.init(s_addr: address.rawValue.bigEndian) }
}

extension sockaddr_in {
    /// The kernel's form of an address without a port.
    init(_ address: IPv4Address) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_addr = in_addr(address)
    }
}

/// A network interface as sockets name it.
public struct InterfaceReference: Sendable, Hashable {
    /// The name, for `SO_BINDTODEVICE` and for messages.
    public var name: String
    /// The kernel's number at present.
    public var index: InterfaceIndex

    /// Creates a reference.
    public init(name: String, index: InterfaceIndex) {
        self.name = name
        self.index = index
    }

    /// The interface that bears this name now.
    ///
    /// - Throws: `ENODEV` where there is none.
    public init(name: String) throws(SystemError) { self.init(name: name, index: try InterfaceIndex(name: name)) }
}
