import Addressing
import ArgumentParser
import Director
import KeepalivedConfig
import RealServer

extension RealServerCommand {
    /// The addresses that a command is about, and how they are held.
    struct Target: ParsableArguments {
        @Argument(help: "The virtual addresses.", transform: VirtualIPAddress.init)
        var addresses: [VirtualIPAddress] = []

        @Option(help: "Take the addresses, with their ports and tunnels, from this configuration of the director.")
        var from: String?

        @Option(
            help:
                "The interface that holds them: lo (tunnels: their device), or a dummy such as dummy0, which is made where it is missing."
        )
        var interface: String?

        @Flag(help: "Give IPv4 addresses alias names as labels (lo:0), for tools that look for them.")
        var label = false

        @Option(help: "Packets come through a tunnel (lb_kind TUN): \(TunnelName.all).")
        var tunnel: TunnelName?

        @Option(
            help:
                "The family of this host's own address, where the tunnel's is another than the virtual address's: ipv4 or ipv6."
        )
        var tunnelFamily: FamilyName?

        @Flag(help: "Packets of --tunnel gre come with checksums (csum).")
        var tunnelChecksum = false

        @Option(help: "The UDP port that packets of --tunnel gue come to.")
        var tunnelPort: UInt16?

        @Option(help: "A port that clients are served on, for verify: 80, 443/tcp, 53/udp. Can be repeated.")
        var port: [ServicePortName] = []

        var isEmpty: Bool { addresses.isEmpty && from == nil }

        func validate() throws {
            if from != nil, !addresses.isEmpty {
                throw ValidationError("addresses come from the command line or from --from, not from both")
            }
            if from != nil, tunnel != nil { throw ValidationError("--from says itself which tunnels there are") }
            if tunnelFamily != nil, tunnel == nil { throw ValidationError("--tunnel-family needs --tunnel") }
            if tunnelChecksum, tunnel?.value != .gre {
                throw ValidationError(
                    "--tunnel-checksum is for --tunnel gre; with gue the kernel takes packets either way")
            }
            if (tunnelPort ?? 0 > 0) != (tunnel?.value == .gue) {
                throw ValidationError("--tunnel gue and --tunnel-port go together, and the port is 1 to 65535")
            }
        }

        func requireAddresses() throws {
            if isEmpty { throw ValidationError("name at least one virtual address, or a file with --from") }
        }

        /// The addresses as they are wanted.
        func wanted() throws -> [RealServerAddress] {
            if let from { return try read(from) }
            var wanted: [RealServerAddress] = []
            for address in addresses.map(\.value) where !wanted.contains(where: { $0.address == address }) {
                wanted.append(
                    RealServerAddress(
                        address, interface: interface, isLabelled: label,
                        tunnel: tunnel.map {
                            Tunnel(
                                $0.value, outer: tunnelFamily?.value ?? address.family, hasChecksum: tunnelChecksum,
                                port: tunnelPort)
                        },
                        ports: port.map(\.value)))
            }
            return wanted
        }

        private func read(_ path: String) throws -> [RealServerAddress] {
            let file = ConfigurationFile(path: path, configID: nil)
            // It is the director's file: what it says about interfaces and scripts is no matter of this host.
            let result = file.reader.read(checksHost: false)
            guard let configuration = result.configuration else {
                Terminal.writeError(DiagnosticRenderer(usesColour: Terminal.usesColour).render(result))
                throw ExitCode(1)
            }
            // Without an answer every real server of the file may be this one.
            let own = (try? RealServerSetup.hostAddresses()) ?? []
            var wanted = configuration.realServerAddresses(own: own, interface: interface, isLabelled: label)
            guard !wanted.isEmpty else {
                Terminal.writeError(
                    "martlet realserver: \(path) has no virtual_server with lb_kind DR or TUN, so no address to apply")
                throw ExitCode(1)
            }
            for (address, tunnels) in configuration.addressesOfSeveralTunnels(own: own) {
                Terminal.writeError(
                    "martlet realserver: packets for \(address) come through "
                        + tunnels.map(\.kind.rawValue).joined(separator: " and ")
                        + ": only the first is set up, so clients of the other services get no answer; "
                        + "let one real server take them all the same way")
            }
            for index in wanted.indices {
                wanted[index].ports += port.map(\.value).filter { !wanted[index].ports.contains($0) }
            }
            return wanted
        }
    }
}

extension RealServerAddress {
    /// With what was said when the address was applied, where nothing else is said now.
    func completed(from applied: [RealServerAddress]) -> RealServerAddress {
        guard let former = applied.first(where: { $0.address == address }) else { return self }
        var result = self
        if interface == "lo" { result.interface = former.interface }
        if former.isLabelled { result.isLabelled = true }
        if tunnel == nil { result.tunnel = former.tunnel }
        if ports.isEmpty { result.ports = former.ports }
        return result
    }
}

/// A virtual address on the command line.
struct VirtualIPAddress {
    let value: IPAddress

    init(_ argument: String) throws {
        let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let value = IPAddress(first) else {
            throw ValidationError("it is no IP address")
        }
        let length = value.family == .ipv4 ? "32" : "128"
        guard parts.count == 1 || parts.last == Substring(length) else {
            throw ValidationError(
                "a real server holds the address alone, as \(value)/\(length): with a shorter prefix it would take the "
                    + "whole network for its own")
        }
        self.value = value
    }
}

/// A port on the command line.
struct ServicePortName: ExpressibleByArgument {
    let value: ServicePort

    init?(argument: String) {
        guard let value = ServicePort(argument) else { return nil }
        self.value = value
    }
}

/// A kind of tunnel on the command line.
struct TunnelName: ExpressibleByArgument {
    static var all: String { Tunnel.Kind.allCases.map(\.rawValue).joined(separator: ", ") }

    let value: Tunnel.Kind

    init?(argument: String) {
        guard let value = Tunnel.Kind(rawValue: argument) else { return nil }
        self.value = value
    }
}

/// An address family on the command line.
struct FamilyName: ExpressibleByArgument {
    let value: AddressFamily

    init?(argument: String) {
        switch argument {
        case "ipv4": value = .ipv4
        case "ipv6": value = .ipv6
        default: return nil
        }
    }
}

/// What brings addresses back after a reboot, on the command line.
struct ManagerName: ExpressibleByArgument {
    static var all: String { NetworkManagement.Manager.allCases.map(\.rawValue).joined(separator: ", ") }

    let value: NetworkManagement.Manager

    init?(argument: String) {
        guard let value = NetworkManagement.Manager(rawValue: argument) else { return nil }
        self.value = value
    }
}
