import IPVS
import KeepalivedConfig
import Logging
import Netlink

extension Director {
    /// Sets `lvs_timeouts`, remembering what was there, or puts back what was there when the keyword has gone.
    func applyTimeouts() {
        guard let timeouts = configuration.global.lvsTimeouts else {
            restoreTimeouts()
            return
        }
        if originalTimeouts == nil { originalTimeouts = table?.timeouts() }
        changeTable { $0.send([.setTimeouts(timeouts)]) }
    }

    /// Puts back the timeouts that `lvs_timeouts` replaced.
    func restoreTimeouts() {
        guard let originalTimeouts else { return }
        changeTable { $0.send([.setTimeouts(originalTimeouts)]) }
        self.originalTimeouts = nil
    }

    /// The command that puts another configuration's timeouts in force, and the one that takes it back; none where
    /// they stay.
    ///
    /// - Parameter original: the timeouts without `lvs_timeouts`.
    func timeoutChange(to next: Configuration, original: Timeouts?) -> (change: Command, undo: Command)? {
        guard let original else {
            guard let new = next.global.lvsTimeouts, new != configuration.global.lvsTimeouts else { return nil }
            // What was there could not be read, so there is nothing to go back to.
            return (.setTimeouts(new), .setTimeouts(new))
        }
        let present = originalTimeouts == nil ? nil : configuration.global.lvsTimeouts
        let old = present?.filled(from: original) ?? original
        let new = next.global.lvsTimeouts?.filled(from: original) ?? original
        return new == old ? nil : (.setTimeouts(new), .setTimeouts(old))
    }
}

extension Timeouts {
    /// With the values of another one where these say nothing.
    fileprivate func filled(from other: Timeouts) -> Timeouts {
        Timeouts(
            tcp: tcp == 0 ? other.tcp : tcp, tcpFin: tcpFin == 0 ? other.tcpFin : tcpFin,
            udp: udp == 0 ? other.udp : udp)
    }
}
