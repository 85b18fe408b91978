import Addressing
import LinuxSystem
import Logging
import NIOCore
import VRRP

extension TrackerLoop {
    /// Looks that many times at what a capture has heard, at most five seconds.
    private static let looks = 50

    /// Listens to a segment until the adverts of an address are heard, and reports where they come from.
    ///
    /// Not on the thread of the elections: closing such a socket waits for the kernel.
    func identify(_ address: IPAddress, of router: RouterID, on interface: InterfaceReference) {
        let capture: AdvertCapture
        do throws(SystemError) {
            capture = try AdvertCapture(on: interface)
        } catch {
            logger.debug("Cannot find out who \(address) is", metadata: ["cause": "\(error)"])
            return
        }
        look(for: address, of: router, in: capture, looks: Self.looks)
    }

    private func look(for address: IPAddress, of router: RouterID, in capture: AdvertCapture, looks: Int) {
        while let frame = capture.next() {
            guard let advert = HeardAdvert(packet: frame.packet), advert.source == address, let hardware = frame.source
            else { continue }
            return report(.speaker(router, address, hardware))
        }
        guard looks > 0 else { return }
        eventLoop.scheduleTask(in: .milliseconds(100)) {
            self.assumeIsolated { $0.look(for: address, of: router, in: capture, looks: looks - 1) }
        }
    }
}
