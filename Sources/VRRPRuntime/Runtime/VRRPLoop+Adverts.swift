import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    // MARK: Out

    func sendAdvert(_ payload: [UInt8], of id: RouterID) {
        guard let router = known[id], let source = sources[id], let endpoint = Endpoint(router),
            let sockets = endpoints[endpoint]
        else { return }
        switch router.configuration.delivery {
        case .multicast(let group): send(payload, from: source, to: group, ttl: 255, by: sockets.sender, of: id)
        case .unicast(let peers, let ttl, _):
            for peer in peers {
                let readdressed = routers.readdressed(payload, of: id, to: peer.address)
                send(readdressed, from: source, to: peer.address, ttl: ttl, by: sockets.sender, of: id)
            }
        }
    }

    private func send(
        _ payload: [UInt8], from source: IPAddress, to destination: IPAddress, ttl: UInt8, by sender: VRRPSender,
        of id: RouterID
    ) {
        let packet: [UInt8]
        switch (source, destination) {
        case (.v4(let source), .v4(let destination)):
            // 0 would make the kernel choose one.
            let identification = max(1, (identifications[id] ?? 0) &+ 1)
            identifications[id] = identification
            var header = IPv4Header(
                source: source, destination: destination, identification: identification, ttl: ttl)
            let payload = routers.packetPayload(payload, of: id, under: &header)
            packet = header.encoded(payload: payload)
        case (.v6(let source), .v6(let destination)):
            packet = IPv6Header(source: source, destination: destination, hopLimit: ttl).encoded(payload: payload)
        case (.v4, .v6), (.v6, .v4): return
        }
        do throws(SystemError) {
            if destination.isMulticast, let (frames, address, interface) = frameSource(of: id) {
                try frames.send(packet, toGroup: destination, from: address, on: interface)
            } else {
                try sender.send(packet, to: destination)
            }
            failingSends.remove(id)
        } catch {
            guard failingSends.insert(id).inserted else { return }
            logger.warning(
                "(\(id)) cannot send an advert", metadata: ["vrrp.instance": "\(id)", "cause": "\(error)"])
        }
    }

    // MARK: In

    func received(_ datagram: IPDatagram, at endpoint: Endpoint) {
        datagramsSinceDeferral += 1
        if let armedDeadline { noteLateness(of: armedDeadline, Instant.now - armedDeadline) }
        guard let destination = datagram.destination ?? endpoint.group else { return }
        // A raw IPv6 socket without a group hears those of others.
        if endpoint.group.map({ destination != $0 }) ?? destination.isMulticast { return }
        // A unicast router among its own peers would hear itself.
        if datagram.source == destination { return }
        let (header, payload) = Self.parts(of: datagram, to: destination, at: endpoint)
        var router: RouterID?
        if payload.count > 1 {
            router =
                directory.router(
                    at: endpoint, virtualRouterID: payload[1], destination: destination,
                    sourceAddress: { sources[$0] })
                ?? directory.router(expectedElsewhereThan: endpoint, virtualRouterID: payload[1])
        }
        guard router != nil || directory.expectsAdverts(at: endpoint) else { return }
        handle(
            .received(
                Datagram(
                    interface: endpoint.interface ?? "", source: datagram.source, destination: destination,
                    ttl: datagram.ttl, payload: payload, router: router, authenticationHeader: header)))
    }

    /// An advert and what stands before it; of a packet that has nothing behind its header no advert is left.
    private static func parts(
        of datagram: IPDatagram, to destination: IPAddress, at endpoint: Endpoint
    ) -> (header: AuthenticationHeader?, message: [UInt8]) {
        guard endpoint.usesAuthenticationHeaders, let source = datagram.source.ipv4, let destination = destination.ipv4
        else { return (nil, datagram.payload) }
        let packet = IPv4Header(
            source: source, destination: destination, identification: datagram.identification, ttl: datagram.ttl,
            transportProtocol: AuthenticationHeader.protocolNumber)
        guard let parts = AuthenticationHeader.split(datagram.payload, of: packet) else { return (nil, []) }
        return (parts.header, parts.message)
    }

    // MARK: Sockets

    /// The endpoints that the configuration needs.
    static func endpoints(of configuration: VRRPRuntimeConfiguration) -> Set<Endpoint> {
        Set(configuration.routers.compactMap(Endpoint.init))
    }

    /// Where else a second master may be heard.
    static func counterparts(of endpoints: Set<Endpoint>) -> Set<Endpoint> {
        Set(endpoints.compactMap(\.counterpart)).subtracting(endpoints)
    }

    /// Opens what is missing and can be opened; what is bound to an interface that is gone, or has come back as
    /// another, is opened anew. A failure is logged once and tried again at the next change of an interface or after
    /// a pause.
    func reconcileEndpoints() {
        let wanted = Self.endpoints(of: configuration)
        for endpoint in wanted {
            do throws(SystemError) {
                try open(endpoint)
                failingEndpoints.remove(endpoint)
            } catch {
                retryEndpoints()
                guard failingEndpoints.insert(endpoint).inserted else { continue }
                logger.warning("Cannot hear or send adverts", metadata: ["cause": "\(error)"])
            }
        }
        openCounterparts()
    }

    /// Nothing depends on them, so one that cannot be had is no trouble.
    func openCounterparts() {
        for endpoint in Self.counterparts(of: Self.endpoints(of: configuration)) {
            do throws(SystemError) { try open(endpoint) } catch {
                logger.debug("Cannot hear adverts that are sent the other way", metadata: ["cause": "\(error)"])
            }
        }
    }

    /// Makes sure that the endpoint has sockets, unless its interface is missing.
    func open(_ endpoint: Endpoint) throws(SystemError) {
        let interface = endpoint.interface.flatMap { interfaces.reference($0) }
        if let sockets = endpoints[endpoint] {
            if sockets.interface == interface { return }
            close(endpoint)
        }
        if endpoint.interface != nil, interface == nil { return }
        endpoints[endpoint] = try EndpointSockets(
            endpoint, on: interface, eventLoop: eventLoop,
            receive: { datagram in self.assumeIsolated { $0.received(datagram, at: endpoint) } },
            closed: { self.assumeIsolated { $0.endpointClosed(endpoint) } })
    }

    func close(_ endpoint: Endpoint) { endpoints.removeValue(forKey: endpoint)?.close() }

    private func endpointClosed(_ endpoint: Endpoint) {
        guard endpoints.removeValue(forKey: endpoint) != nil, phase == .running else { return }
        logger.warning(
            "A VRRP socket was closed by an error; it is opened again",
            metadata: ["interface": "\(endpoint.interface ?? "any")"])
        retryEndpoints()
    }

    private func retryEndpoints() {
        guard endpointRetry == nil else { return }
        endpointRetry = eventLoop.scheduleTask(in: .seconds(1)) {
            self.assumeIsolated { loop in
                loop.endpointRetry = nil
                if loop.phase == .running { loop.reconcileEndpoints() }
            }
        }
    }
}

extension InterfaceTable {
    /// An interface as sockets name it.
    func reference(_ name: String) -> InterfaceReference? {
        guard let link = link(named: name), let index = Int32(exactly: link.index) else { return nil }
        return InterfaceReference(name: name, index: InterfaceIndex(rawValue: index))
    }
}
