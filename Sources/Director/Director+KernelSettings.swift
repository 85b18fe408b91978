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
}
