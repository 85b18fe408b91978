import KeepalivedConfig
import LinuxSystem

extension ThreadScheduling {
    /// - Parameter maximumAutomaticPriority: `max_auto_priority`.
    init(_ limits: ProcessLimits, maximumAutomaticPriority: Int8 = 0) {
        self.init()
        realTimePriority = limits.realTimePriority > 0 ? limits.realTimePriority : nil
        self.maximumAutomaticPriority =
            maximumAutomaticPriority > 0 ? Int(maximumAutomaticPriority) : 0
        realTimeLimit = limits.realTimeLimit
        niceness = limits.niceness
        processors = limits.processors
        locksMemory = limits.isLockedInMemory
    }
}
