import KeepalivedConfig
import LinuxSystem

extension ThreadScheduling {
    init(_ limits: ProcessLimits) {
        self.init()
        realTimePriority = limits.realTimePriority > 0 ? limits.realTimePriority : nil
        realTimeLimit = limits.realTimeLimit
        niceness = limits.niceness
        processors = limits.processors
        locksMemory = limits.isLockedInMemory
    }
}
