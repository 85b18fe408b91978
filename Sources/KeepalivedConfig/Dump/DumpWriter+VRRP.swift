import Addressing

extension DumpWriter {
    mutating func write(_ file: TrackFile) {
        block("track_file", file.name) { writer in
            writer.line("file", file.path)
            writer.line(["weight", "\(file.weight)"] + (file.isReversed ? ["reverse"] : []))
        }
    }

    mutating func write(_ script: TrackScript) {
        block("vrrp_script", script.name) { writer in
            writer.script("script", script.script)
            writer.line("interval", "\(script.interval)")
            writer.line("timeout", "\(script.timeout)")
            writer.line(["weight", "\(script.weight)"] + (script.isReversed ? ["reverse"] : []))
            writer.line("rise", "\(script.rise)")
            writer.line("fall", "\(script.fall)")
            writer.flag("init_fail", script.startsFailed)
        }
    }

    mutating func write(_ instance: VRRPInstance) {
        block("vrrp_instance", instance.name) { writer in
            writer.line("version", "\(instance.version.rawValue)")
            writer.line("state", instance.initialState == .master ? "MASTER" : "BACKUP")
            writer.optional("interface", instance.interface)
            writer.line("virtual_router_id", "\(instance.virtualRouterID)")
            writer.line("priority", "\(instance.priority)")
            writer.line("advert_int", "\(instance.advertInterval)")
            writer.flag("nopreempt", instance.noPreempt)
            writer.line("preempt_delay", "\(instance.preemptDelay)")
            writer.line("down_timer_adverts", "\(instance.downTimerAdverts)")
            writer.writePaths(of: instance)
            writer.boolean("lower_prio_no_advert", instance.lowerPriorityNoAdvert)
            writer.boolean("higher_prio_send_advert", instance.higherPrioritySendAdvert)
            writer.boolean("skip_check_adv_addr", instance.skipCheckAdvertAddresses)
            writer.boolean("strict_mode", instance.strict)
            writer.line(instance.accept ? "accept" : "no_accept")
            writer.write(instance.gratuitousARP)
            if instance.password != nil { writer.block("authentication") { $0.line("auth_type", "PASS") } }
            if instance.headerPassword != nil { writer.block("authentication") { $0.line("auth_type", "AH") } }
            writer.write("virtual_ipaddress", instance.virtualAddresses)
            writer.write("virtual_ipaddress_excluded", instance.excludedVirtualAddresses)
            writer.write(instance.trackedInterfaces, instance.trackedScripts, instance.trackedBFDs)
            writer.write(instance.notify)
        }
    }

    mutating func write(_ group: SyncGroup) {
        block("vrrp_sync_group", group.name) { writer in
            writer.block("group") { writer in
                for member in group.members { writer.line(member) }
            }
            writer.flag("sync_group_tracking_weight", group.allowsTrackingWeights)
            writer.write(group.trackedInterfaces, group.trackedScripts, group.trackedBFDs)
            writer.write(group.notify)
        }
    }

    private mutating func writePaths(of instance: VRRPInstance) {
        guard !instance.unicastPeers.isEmpty else {
            optional("mcast_src_ip", instance.sourceAddress)
            line("mcast_dst_ip", "\(instance.multicastGroup)")
            return
        }
        optional("unicast_src_ip", instance.sourceAddress)
        line("unicast_ttl", "\(instance.unicastTTL)")
        boolean("check_unicast_src", instance.checkUnicastSource)
        block("unicast_peer") { writer in
            for peer in instance.unicastPeers {
                writer.line(
                    "\(peer.address)", "min_ttl", "\(peer.ttl.lowerBound)", "max_ttl", "\(peer.ttl.upperBound)")
            }
        }
    }

    private mutating func write(_ schedule: GratuitousARPSchedule) {
        line("garp_master_delay", "\(schedule.delay)")
        line("garp_master_repeat", "\(schedule.repeatCount)")
        line("garp_master_refresh", "\(schedule.refresh)")
        line("garp_master_refresh_repeat", "\(schedule.refreshRepeatCount)")
        line("garp_lower_prio_delay", "\(schedule.lowerPriorityDelay)")
        line("garp_lower_prio_repeat", "\(schedule.lowerPriorityRepeatCount)")
    }

    private mutating func write(_ keyword: String, _ addresses: [VirtualAddress]) {
        guard !addresses.isEmpty else { return }
        block(keyword) { writer in
            for address in addresses {
                var words = ["\(address.prefix)"]
                switch address.broadcast {
                case .address(let broadcast): words += ["brd", "\(broadcast)"]
                case .hostBitsSet: words += ["brd", "+"]
                case .hostBitsClear: words += ["brd", "-"]
                case nil: break
                }
                if let interface = address.interface { words += ["dev", interface] }
                if let scope = address.scope { words += ["scope", "\(scope)"] }
                if let label = address.label { words += ["label", label] }
                writer.line(words + (address.isUntracked ? ["no_track"] : []))
            }
        }
    }

    private mutating func write(
        _ interfaces: [TrackedInterface], _ scripts: [TrackedScript], _ sessions: [NamedTracker]
    ) {
        write("track_interface", interfaces.map { ($0.name, $0.weight, $0.isReversed) })
        write("track_script", scripts.map { ($0.name, $0.weight, $0.isReversed) })
        write("track_bfd", sessions.map { ($0.name, $0.weight, $0.isReversed) })
    }

    private mutating func write(_ keyword: String, _ trackers: [(name: String, weight: Int, isReversed: Bool)]) {
        guard !trackers.isEmpty else { return }
        block(keyword) { writer in
            for one in trackers {
                writer.line([one.name, "weight", "\(one.weight)"] + (one.isReversed ? ["reverse"] : []))
            }
        }
    }

    private mutating func write(_ notify: NotifyScripts) {
        script("notify_master", notify.master)
        script("notify_backup", notify.backup)
        script("notify_fault", notify.fault)
        script("notify_stop", notify.stop)
        script("notify", notify.generic)
        script("notify_master_rx_lower_pri", notify.masterReceivedLowerPriority)
    }
}
