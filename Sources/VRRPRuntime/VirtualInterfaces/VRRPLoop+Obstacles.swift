import Addressing
import Logging
import NIOCore
import Netlink
import VRRP

/// Virtual interfaces that cannot carry addresses: their routers are in FAULT until they can.
extension VRRPLoop {
    /// Takes note of why a virtual interface is of no use, or that it is again.
    ///
    /// - Parameter sentence: What the log is to say instead.
    func note(_ obstacle: String?, of name: String, sentence: String? = nil) {
        guard obstacles[name] != obstacle else { return }
        obstacles[name] = obstacle
        if let obstacle {
            if let sentence {
                logger.warning("\(sentence)")
            } else {
                logger.warning("Cannot set \(name) up", metadata: ["interface": "\(name)", "cause": "\(obstacle)"])
            }
        } else {
            logger.notice("The interface \(name) can be set up again", metadata: ["interface": "\(name)"])
        }
        // Not now: what is found out while a router becomes master is to follow it.
        eventLoop.execute { self.assumeIsolated { $0.tellObstacles() } }
        retryObstacles()
    }

    /// Tells the routers what their virtual interfaces are good for.
    func tellObstacles() {
        guard phase != .stopped, !configuration.virtualInterfaces.isEmpty || !obstacles.isEmpty else { return }
        for router in configuration.routers {
            let obstacle = virtualInterfaces(of: router).lazy.compactMap { wanted in
                self.obstacles[wanted.name].map { RouterObstacle(interface: wanted.name, reason: $0) }
            }.first
            handle(.obstacleChanged(router.configuration.id, obstacle))
        }
    }

    /// Looks whether an interface can be set up, for routers that wait for that. It sends nothing meanwhile: it has no
    /// addresses.
    func tryAgain(_ wanted: VirtualInterface) {
        guard obstacles[wanted.name] != nil, let link = interfaces.link(named: wanted.name), isOwn(link) else { return }
        guard setFlag(up: true, of: wanted.name) else { return }
        setFlag(up: false, of: wanted.name)
        note(nil, of: wanted.name)
    }

    /// What has the MAC address of a link that is down; two on one interface that are up cannot have it.
    ///
    /// - Parameter isKnownUp: Whether that one is up by all that has been heard; the kernel may know better.
    func rival(of link: Link, isKnownUp: Bool) -> Link? {
        guard let address = link.hardwareAddress, !link.flags.contains(.up) else { return nil }
        return interfaces.allLinks.first { other in
            other.index != link.index && other.lowerIndex == link.lowerIndex && other.kind == link.kind
                && other.hardwareAddress == address && (other.flags.contains(.up) || !isKnownUp)
        }
    }

    private func retryObstacles() {
        guard !obstacles.isEmpty, obstacleRetry == nil else { return }
        obstacleRetry = eventLoop.scheduleTask(in: .seconds(Self.obstacleRetrySeconds)) {
            self.assumeIsolated { loop in
                loop.obstacleRetry = nil
                guard loop.phase == .running else { return }
                loop.restoreVirtualInterfacesOfLosers()
                loop.retryObstacles()
            }
        }
    }

    private static let obstacleRetrySeconds: Int64 = 5
}
