import Addressing

extension Resolver {
    mutating func setState(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        let state = draft.state?.value
        if let priority = draft.priority {
            instance.priority = priority.value
        } else if state == .master {
            instance.priority = 255
            if !draft.meant.contains("priority"), !sink.hasErrors {
                sink.report(
                    .stateCorrected("'state MASTER' without 'priority' is the address owner with priority 255"),
                    at: draft.state?.span ?? draft.span)
            }
        }
        instance.initialState = state ?? .backup
        if instance.priority == 255 {
            if state == .backup, let place = draft.state {
                sink.report(
                    .stateCorrected("'state BACKUP' has no effect: priority 255 is the address owner, which is MASTER"),
                    at: place.span)
            }
            instance.initialState = .master
        } else if instance.strict, state == .master, let place = draft.state {
            sink.report(.strictMode("only priority 255 starts as MASTER; 'state BACKUP' is used"), at: place.span)
            instance.initialState = .backup
        }
    }

    mutating func setPreemption(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        let reason: String? =
            if instance.priority == 255 {
                "for the address owner"
            } else if instance.initialState == .master {
                "with 'state MASTER'"
            } else {
                nil
            }
        if let place = draft.noPreempt {
            if let reason {
                sink.report(.noPreemptCleared(reason), at: place)
            } else {
                instance.noPreempt = true
            }
        }
        guard let delay = draft.preemptDelay, delay.value.microseconds > 0 else { return }
        if let reason {
            sink.report(.preemptDelayCleared(reason), at: delay.span)
        } else if instance.noPreempt {
            sink.report(.preemptDelayCleared("with 'nopreempt'"), at: delay.span)
        } else if instance.strict {
            sink.report(.preemptDelayCleared("in strict mode"), at: delay.span)
        } else {
            instance.preemptDelay = delay.value
        }
    }

    mutating func setTrackers(
        _ draft: VRRPInstanceDraft, _ context: InstanceContext, _ instance: inout VRRPInstance
    ) {
        let isBound = context.groups[draft.name].map { !$0.allowsTrackingWeights } ?? false
        let rule: WeightRule = isBound ? .group : .allowed
        instance.doesNotTrackPrimary = draft.doesNotTrackPrimary
        instance.tracksSourceAddress = draft.tracksSourceAddress != nil && instance.sourceAddress != nil
        instance.trackedInterfaces = trackedInterfaces(draft.trackers.interfaces, rule, own: instance.interface)
        instance.trackedScripts = trackedScripts(draft.trackers.scripts, rule, context.trackers.scripts)
        instance.trackedFiles = trackedFiles(draft.trackers.files, rule, context.trackers.files)
        instance.trackedProcesses = trackedProcesses(draft.trackers.processes, rule, context.trackers.processes)
        instance.trackedBFDs = trackedBFDs(draft.trackers.bfds, rule, context.trackers.sessions)
    }

    /// What depends on whether the instance owns its addresses or may be preempted.
    mutating func setOwnerBehaviour(
        _ draft: VRRPInstanceDraft, _ global: GlobalDraft, _ instance: inout VRRPInstance
    ) {
        let isOwner = instance.priority == 255
        if let own = draft.ownerIgnoresAdverts {
            instance.ownerIgnoresAdverts = own.value && isOwner
            if own.value, !isOwner {
                sink.report(
                    .keywordCleared("owner_ignore_adverts", "only priority 255 owns the addresses"), at: own.span)
            }
        } else if isOwner {
            instance.ownerIgnoresAdverts = instance.strict || global.model.vrrpOwnerIgnoresAdverts
        }
        instance.accept = draft.accept?.value ?? (isOwner || !instance.strict)
        if let priority = draft.expiredTimerPriority {
            if instance.noPreempt {
                instance.expiredTimerPriority = priority.value
            } else {
                sink.report(.keywordCleared("timer_expired_backup", "it needs 'nopreempt'"), at: priority.span)
            }
        }
    }
}
