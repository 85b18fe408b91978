import Addressing

extension Resolver {
    /// RFC mode: what contradicts it is overruled.
    mutating func makeStrict(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        if let peer = draft.peers.first {
            sink.report(
                .strictMode("the RFC knows multicast only; the unicast peers are used all the same"), at: peer.span)
        }
        if let lower = draft.lowerPriorityNoAdvert, !lower.value {
            sink.report(.strictMode("'lower_prio_no_advert' is on"), at: lower.span)
        }
        if let higher = draft.higherPrioritySendAdvert, higher.value {
            sink.report(.strictMode("'higher_prio_send_advert' is off"), at: higher.span)
        }
        if let count = draft.downTimerAdverts, count.value != 3 {
            sink.report(.strictMode("'down_timer_adverts' is 3"), at: count.span)
        }
        if let count = draft.garp.lowerPriorityRepeatCount, count.value != 0 {
            sink.report(.strictMode("'garp_lower_prio_repeat' is 0"), at: count.span)
        }
        if let delay = draft.garp.lowerPriorityDelay, delay.value.microseconds != 0 {
            sink.report(.strictMode("'garp_lower_prio_delay' is 0"), at: delay.span)
        }
        instance.lowerPriorityNoAdvert = true
        instance.higherPrioritySendAdvert = false
        instance.downTimerAdverts = 3
        instance.gratuitousARP.lowerPriorityRepeatCount = 0
        instance.gratuitousARP.lowerPriorityDelay = .seconds(0)
        if let owner = draft.ownerIgnoresAdverts, !owner.value, instance.priority == 255 {
            sink.report(.strictMode("'owner_ignore_adverts' is on for the address owner"), at: owner.span)
            instance.ownerIgnoresAdverts = true
        }
        if let accept = draft.accept, accept.value, instance.priority != 255, instance.version == .v2 {
            sink.report(.strictMode("VRRP version 2 has no 'accept'"), at: accept.span)
            instance.accept = false
        }
        if !instance.accept, draft.accept?.value != false {
            sink.report(
                .strictMode(
                    "this host drops packets that are for its virtual addresses and no virtual service, a ping too"),
                at: draft.span)
        }
    }
}
