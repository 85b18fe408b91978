import Addressing
import BFD
import LinuxSystem
import Timing

/// The sockets of the sessions: one that hears for each family and port, one that sends for each session.
struct BFDSockets {
    private struct Place: Hashable {
        var family: AddressFamily
        var isMultihop: Bool

        init(_ identity: SessionConfiguration.Identity) {
            family = identity.neighbor.family
            isMultihop = identity.isMultihop
        }
    }

    private struct Sending {
        var sender: BFDSender?
        var problem: SystemError?
        var isProblemSaid = false
        var triedAt: Instant?
    }

    private var receivers: [Place: BFDReceiver] = [:]
    private var refusals: [Place: SystemError] = [:]
    private var senders: [SessionID: Sending] = [:]

    /// What to wait on.
    var descriptors: [Int32] { receivers.values.map(\.descriptor) }

    /// Whether a port could not be opened.
    var lacksReceivers: Bool { !refusals.isEmpty }

    // MARK: Hearing

    /// Opens what is missing for these sessions and closes what none of them needs.
    ///
    /// - Returns: What could not be opened and was not told before.
    mutating func openReceivers(for sessions: [SessionConfiguration]) -> [SystemError] {
        let wanted = Set(sessions.map { Place($0.identity) })
        receivers = receivers.filter { wanted.contains($0.key) }
        refusals = refusals.filter { wanted.contains($0.key) }
        var complaints: [SystemError] = []
        for place in wanted where receivers[place] == nil {
            do throws(SystemError) {
                receivers[place] = try BFDReceiver(family: place.family, port: place.isMultihop ? 4784 : 3784)
                refusals[place] = nil
            } catch {
                if refusals.updateValue(error, forKey: place) != error { complaints.append(error) }
            }
        }
        return complaints
    }

    /// What hears, and whether on the port of RFC 5883.
    var listeners: [(receiver: BFDReceiver, isMultihop: Bool)] {
        receivers.map { ($0.value, $0.key.isMultihop) }
    }

    // MARK: Sending

    /// Sends a packet of a session, from a socket that is opened with the first one.
    ///
    /// - Returns: Why it could not be sent, where that was not so with the one before.
    mutating func send(
        _ packet: [UInt8], _ id: SessionID, _ configuration: SessionConfiguration, at now: Instant
    ) -> SystemError? {
        var sending = senders[id] ?? Sending()
        defer { senders[id] = sending }
        do throws(SystemError) {
            if sending.sender == nil {
                if let triedAt = sending.triedAt, now - triedAt < .milliseconds(500) { return nil }
                sending.triedAt = now
                sending.sender = try BFDSender(
                    neighbor: configuration.identity.neighbor, port: configuration.port,
                    source: configuration.identity.source, ttl: configuration.ttl)
            }
            try sending.sender?.send(packet)
            sending.problem = nil
            sending.isProblemSaid = false
            return nil
        } catch {
            sending.problem = error
            defer { sending.isProblemSaid = true }
            return sending.isProblemSaid ? nil : error
        }
    }

    /// The socket of a session, where it has one.
    func sender(of id: SessionID) -> BFDSender? { senders[id]?.sender }

    /// Takes up another time to live.
    mutating func change(_ id: SessionID, _ configuration: SessionConfiguration) {
        do throws(SystemError) {
            try senders[id]?.sender?.setHops(configuration.ttl)
        } catch {
            senders[id]?.problem = error
        }
    }

    /// Closes the socket of a session that has ended.
    mutating func close(_ id: SessionID) { senders[id] = nil }

    /// Why a session cannot hear or send.
    func problem(of id: SessionID, _ configuration: SessionConfiguration) -> String? {
        (refusals[Place(configuration.identity)] ?? senders[id]?.problem).map { "\($0)" }
    }
}
