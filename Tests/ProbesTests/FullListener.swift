import Addressing
import Glibc

/// A listener on loopback whose backlog is full: it drops further handshakes until there is room.
final class FullListener {
    private let listener: Int32
    private let fillers: [Int32]
    let port: Port

    init() {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = listen(listener, 0)
                _ = getsockname(listener, pointer, &length)
            }
        }
        port = Port(rawValue: UInt16(bigEndian: address.sin_port))
        fillers = (0..<4).map { _ in
            socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                for filler in fillers { _ = connect(filler, pointer, length) }
            }
        }
        // On a busy machine the first filler gets its place in the backlog a moment later; until then it looks like one
        // that waits.
        while handshakes(sentAgain: false) > fillersInHandshake { usleep(1000) }
    }

    deinit {
        close(listener)
        for filler in fillers { close(filler) }
    }

    /// Whether the handshake of somebody other than the fillers was dropped: it has sent its SYN again. One that was sent
    /// only once may not have been looked at yet.
    var hasDroppedHandshake: Bool { handshakes(sentAgain: true) > fillersInHandshake }

    /// Sockets in SYN_SENT for this port; those only that have sent their SYN more than once, if that is asked.
    private func handshakes(sentAgain: Bool) -> Int {
        let descriptor = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while case let count = read(descriptor, &piece, piece.count), count > 0 { text += piece.prefix(count) }
        let digits = String(port.rawValue, radix: 16, uppercase: true)
        let peer = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        return String(decoding: text, as: UTF8.self).split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            guard fields.count > 6, fields[2] == peer, fields[3] == "02" else { return false }
            return !sentAgain || (UInt32(fields[6], radix: 16) ?? 0) > 0
        }
    }

    /// A backlog of 0 holds one connection; the fillers behind it wait themselves.
    private var fillersInHandshake: Int { fillers.count - 1 }

    /// Takes what waits and gives up the fillers, so that the next handshake succeeds.
    func makeRoom() {
        for filler in fillers { shutdown(filler, Int32(SHUT_RDWR)) }
        var accepted = accept(listener, nil, nil)
        while accepted >= 0 {
            close(accepted)
            accepted = accept(listener, nil, nil)
        }
    }
}
