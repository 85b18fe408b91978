import Addressing
import CLinux

extension FileDescriptor {
    /// Lets through what frames from one link-layer address carry. The kernel filters, before the queue of the socket.
    borrowing func hearOnly(_ source: MACAddress, purpose: String) throws(SystemError) {
        let number = rawValue
        let bytes = source.bytes
        try systemCall("setsockopt(SO_ATTACH_FILTER)", purpose) {
            bytes.withUnsafeBufferPointer { clinux_hear_only_source(number, $0.baseAddress) }
        }
    }
}
