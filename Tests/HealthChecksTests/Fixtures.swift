import Addressing
import HealthChecks
import IPVS

let service = VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80), scheduler: "rr")

/// A real server 10.1.80.`last`:80.
func destination(_ last: UInt8, weight: Int32 = 1) -> Destination {
    Destination(
        id: Destination.ID(address: .v4(IPv4Address(10, 1, 80, last)), port: 80), forwarding: .directRouting,
        weight: weight)
}

let policy = CheckPolicy(retries: 1, delayBeforeRetry: .seconds(3), interval: .seconds(6), warmup: .seconds(6))

func tcpCheck(_ last: UInt8, port: Port = 80, policy: CheckPolicy = policy) -> Check {
    Check(target: .tcp(ConnectionTarget(address: .v4(IPv4Address(10, 1, 80, last)), port: port)), policy: policy)
}

func server(
    _ last: UInt8, weight: Int32 = 1, inhibits: Bool = false, alpha: Bool = false, ports: [Port] = [80]
) -> ServicePool.Server {
    ServicePool.Server(
        destination: destination(last, weight: weight), inhibits: inhibits,
        checkers: ports.map { ServicePool.Checker(check: tcpCheck(last, port: $0), alpha: alpha) })
}

let refused = CheckFailure.connectionFailed("Connection refused")
let down = CheckEvent.down(refused, retries: 1, isFirst: false)
let firstDown = CheckEvent.down(refused, retries: 0, isFirst: true)
let up = CheckEvent.up(weight: nil, isFirst: false)
let firstUp = CheckEvent.up(weight: nil, isFirst: true)

extension ServicePool {
    /// The last octets and weights of the desired destinations.
    var desiredWeights: [UInt8: Int32] {
        Dictionary(uniqueKeysWithValues: desired.destinations.map { ($0.id.address.bytes.last ?? 0, $0.weight) })
    }
}

extension [HealthEvent] {
    var messages: [String] { compactMap(\.message) }
    var notifications: [String] {
        compactMap { event in
            switch event.kind {
            case .notifyServer(let id, let isUp): "\(id.address) \(isUp ? "up" : "down")"
            case .notifyQuorum(let isUp): "quorum \(isUp ? "up" : "down")"
            default: nil
            }
        }
    }
}
