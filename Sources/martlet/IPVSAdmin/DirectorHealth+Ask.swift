import Addressing
import ControlPlane
import IPVS
import IPVSAdmin

/// Why a director's health is not to be had.
struct HealthFailure: Error {
    var message: String
}

extension DirectorHealth {
    /// Asks the running director.
    static func ask(control: String?) throws(HealthFailure) -> DirectorHealth {
        let path = ControlSocketPath.path(given: control)
        do throws(ControlClientError) {
            let answer = try ControlClient(path: path, timeout: .seconds(10)).ask(ControlRequest(.status))
            guard let status = answer.status else { throw ControlClientError.badAnswer(path: path) }
            return DirectorHealth(status)
        } catch {
            throw HealthFailure(message: "no health: \(error); leave out --health, or name a socket with --control")
        }
    }

    /// What a status says, by the kernel's identities.
    init(_ status: StatusReport) {
        self.init()
        for report in status.services {
            var servers: [Destination.ID: ServerHealth] = [:]
            if let sorry = report.sorryServer, sorry.isActive, let id = Self.destination(named: sorry.name) {
                servers[id] = ServerHealth(name: sorry.name, isUp: true, isSorryServer: true)
            }
            for server in report.servers {
                guard let id = Self.destination(named: server.name) else { continue }
                servers[id] = ServerHealth(
                    name: server.name, isUp: server.isUp, isChecked: server.isChecked, reasons: server.reasons)
            }
            // Both families of a mark have one name in the director's log.
            let family = servers.keys.contains { $0.address.family == .ipv6 } ? AddressFamily.ipv6 : .ipv4
            guard let id = Self.service(named: report.name, markFamily: family) else { continue }
            let name = report.group.map { "\(report.name) (group \($0))" } ?? report.name
            services[id] = ServiceHealth(name: name, hasQuorum: report.hasQuorum, servers: servers)
        }
    }

    /// Reads `[10.1.80.90]:tcp:80` or `FWM 5`.
    static func service(named name: String, markFamily: AddressFamily) -> VirtualService.ID? {
        if name.hasPrefix("FWM ") { return UInt32(name.dropFirst(4)).map { .firewallMark($0, markFamily) } }
        guard let (address, protocolName, port) = parts(of: name),
            let transport = TransportProtocol.allCases.first(where: { $0.name == protocolName })
        else { return nil }
        return .endpoint(transport, address, port)
    }

    /// Reads `[10.1.80.93]:tcp:80` or, behind a mark, `[10.1.80.93]:none:80`.
    static func destination(named name: String) -> Destination.ID? {
        parts(of: name).map { Destination.ID(address: $0.address, port: $0.port) }
    }

    private static func parts(of name: String) -> (address: IPAddress, protocolName: Substring, port: Port)? {
        guard name.hasPrefix("["), let end = name.lastIndex(of: "]"),
            let address = IPAddress(name[..<end].dropFirst())
        else { return nil }
        let rest = name[end...].dropFirst().split(separator: ":")
        guard rest.count == 2, let port = Port(rest[1]) else { return nil }
        return (address, rest[0], port)
    }
}
