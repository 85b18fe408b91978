import BFD
import BFDRuntime
import KeepalivedConfig

extension BFDRuntimeConfiguration {
    /// The sessions that somebody may depend on.
    init(_ configuration: Configuration, forElections: Bool, forChecks: Bool) {
        let priority = configuration.global.processes.bfd.realTimePriority
        self.init(
            sessions: configuration.bfdInstances.filter {
                $0.servesVRRP && forElections || $0.servesCheckers && forChecks
            }.map(SessionConfiguration.init), realTimePriority: priority > 0 ? priority : nil)
    }
}

extension SessionConfiguration {
    /// A `bfd_instance`.
    init(_ instance: BFDInstance) {
        self.init(
            name: instance.name,
            identity: Identity(
                neighbor: instance.neighbor, source: instance.source, isMultihop: instance.isMultihop))
        transmitInterval = UInt32(clamping: instance.minimumSendInterval.microseconds)
        receiveInterval = UInt32(clamping: instance.minimumReceiveInterval.microseconds)
        idleInterval = UInt32(clamping: instance.idleSendInterval.microseconds)
        multiplier = instance.multiplier
        isPassive = instance.isPassive
        ttl = instance.ttl
        minimumTTL =
            instance.maximumHops < 0 ? 0 : UInt8(clamping: Int16(instance.ttl) - instance.maximumHops)
    }
}
