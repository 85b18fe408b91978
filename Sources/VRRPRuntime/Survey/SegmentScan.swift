import Glibc
import LinuxSystem
import Netlink
import Timing
public import VRRP

/// Listens for a while to what is advertised on the segments of this host. It sends nothing and needs no configuration.
public enum SegmentScan {
    /// What was heard on one interface.
    public struct Segment: Sendable {
        /// The interface.
        public var interface: String
        /// Who was heard.
        public var survey: SegmentSurvey
    }

    /// Listens on the interfaces of these names, or on all that are up.
    ///
    /// - Parameters:
    ///   - names: the interfaces; nil is every one that is up, loopback aside.
    ///   - duration: for how long.
    /// - Throws: when an interface does not exist or the rights are missing.
    public static func listen(on names: [String]?, for duration: Duration) throws(VRRPRuntimeError) -> [Segment] {
        var segments: [Segment] = []
        var captures: [AdvertCapture] = []
        do throws(SystemError) {
            let listening: [String]
            if let names { listening = names } else { listening = try interfaces() }
            for name in listening {
                let reference = InterfaceReference(name: name, index: try InterfaceIndex(name: name))
                captures.append(try AdvertCapture(on: reference))
                segments.append(Segment(interface: name, survey: SegmentSurvey()))
            }
        } catch {
            throw .system(error)
        }
        let end = Instant.now + duration
        while Instant.now < end {
            var waiting = captures.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            let left = max(1, (end - .now).wholeNanoseconds / 1_000_000)
            guard poll(&waiting, nfds_t(waiting.count), Int32(clamping: left)) > 0 else { continue }
            for (index, capture) in captures.enumerated() where waiting[index].revents != 0 {
                while let frame = capture.next() {
                    guard let advert = HeardAdvert(packet: frame.packet) else { continue }
                    segments[index].survey.hear(advert, from: frame.source, isOwn: frame.isOwn, at: .now)
                }
            }
        }
        return segments
    }

    private static func interfaces() throws(SystemError) -> [String] {
        let client = try RouteClient.open(timeout: .seconds(1))
        // Without links there is nothing to listen to, which the list says by itself.
        let links = (try? client.links()) ?? []
        return links.filter { $0.flags.contains(.up) && !$0.flags.contains(.loopback) }.map(\.name).sorted()
    }
}
