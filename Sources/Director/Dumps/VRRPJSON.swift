import KeepalivedConfig
import Timing
import VRRP
import VRRPRuntime

/// The text of `keepalived.json`: instances with their counters, in keepalived's layout 1, an array, or 2, an object
/// with the tracked processes beside them.
enum VRRPJSON {
    /// - Returns: nil without an instance, when keepalived writes no file.
    static func text(_ facts: DumpFacts) -> String? {
        guard !facts.configuration.instances.isEmpty else { return nil }
        let virtual = VirtualInterfaceMap(facts.configuration)
        let instances = JSONText.array(
            facts.configuration.instances.map { instance in
                .object([
                    ("data", data(instance, virtual, facts)),
                    ("stats", statistics(facts.status(of: instance))),
                ])
            })
        guard facts.configuration.global.dumps.jsonVersion > 1 else { return instances.text + "\n" }
        let processes = facts.configuration.trackProcesses.map { process -> JSONText in
            let present = facts.elections?.processes[process.name]
            return .object([
                ("process", .string(process.name)), ("command", .string(process.command.joined(separator: " "))),
                ("min_processes", .integer(process.quorum)), ("max_processes", process.maximum.map { .integer($0) }),
                ("cur_processes", .integer(present?.count ?? 0)), ("have_quorum", .bool(present?.hasQuorum ?? false)),
            ])
        }
        return JSONText.object([("vrrp", instances), ("track_process", .array(processes))]).text + "\n"
    }

    private static func data(_ instance: VRRPInstance, _ virtual: VirtualInterfaceMap, _ facts: DumpFacts) -> JSONText {
        let interface = virtual.interface(of: instance)
        let status = facts.status(of: instance)
        let state = status?.state ?? .initialize
        let schedule = instance.gratuitousARP
        let wanted = status?.wantsMaster ?? false || state == .master
        let members: [(String, JSONText?)] =
            [
                ("iname", .string(instance.name)), ("dont_track_primary", .flag(instance.doesNotTrackPrimary)),
                ("skip_check_adv_addr", .flag(instance.skipCheckAdvertAddresses)),
                ("strict_mode", .flag(instance.strict)),
                ("vmac_ifname", .string(interface ?? "")),
                ("ifp_ifname", .string(interface ?? instance.interface ?? "")),
                ("master_priority", .integer(state == .master ? 0 : status?.masterPriority ?? 0)),
                (
                    "last_transition",
                    .number(
                        status?.lastTransition.map { DumpWords.seconds(facts.moment.wallTime(of: $0)) } ?? "0.000000")
                ),
                ("garp_delay", seconds(schedule.delay)), ("garp_refresh", seconds(schedule.refresh)),
                ("garp_rep", .integer(schedule.repeatCount)),
                ("garp_refresh_rep", .integer(schedule.refreshRepeatCount)),
                ("garp_lower_prio_delay", seconds(schedule.lowerPriorityDelay)),
                ("garp_lower_prio_rep", .integer(schedule.lowerPriorityRepeatCount)),
                ("lower_prio_no_advert", .flag(instance.lowerPriorityNoAdvert)),
                ("higher_prio_send_advert", .flag(instance.higherPrioritySendAdvert)),
                ("vrid", .integer(instance.virtualRouterID)),
                ("base_priority", .integer(status?.basePriority ?? instance.priority)),
                ("effective_priority", .integer(facts.effectivePriority(of: instance))),
                ("vipset", .bool(state == .master)), ("promote_secondaries", .bool(instance.promotesSecondaries)),
                ("adver_int", seconds(instance.advertInterval)),
                (
                    "master_adver_int",
                    seconds(
                        status.map { Interval(microseconds: $0.masterInterval.wholeNanoseconds / 1000) }
                            ?? instance.advertInterval)
                ), ("accept", .flag(instance.accept)), ("nopreempt", .bool(instance.noPreempt)),
                ("preempt_delay", seconds(instance.preemptDelay)), ("state", .integer(state.rawValue)),
                ("wantstate", .integer((state == .fault ? state : wanted ? .master : .backup).rawValue)),
                ("version", .integer(instance.version.rawValue)), ("smtp_alert", .bool(instance.sendsMail)),
                ("notify_deleted", .bool(instance.notify.reportsDeletion)),
            ] + scripts(instance.notify) + lists(instance, virtual, facts) + authentication(instance)
        return .object(members)
    }

    private static func scripts(_ notify: NotifyScripts) -> [(String, JSONText?)] {
        func command(_ script: Script?) -> JSONText? { script.map { .string(DumpWords.command($0)) } }
        return [
            ("script_backup", command(notify.backup)), ("script_master", command(notify.master)),
            ("script_fault", command(notify.fault)), ("script_stop", command(notify.stop)),
            ("script_deleted", command(notify.deleted)), ("script", command(notify.generic)),
        ]
    }

    private static func lists(
        _ instance: VRRPInstance, _ virtual: VirtualInterfaceMap, _ facts: DumpFacts
    ) -> [(String, JSONText?)] {
        func list(_ entries: [String]) -> JSONText? { entries.isEmpty ? nil : .array(entries.map { .string($0) }) }
        func addresses(_ addresses: [VirtualAddress]) -> [String] {
            addresses.map { facts.words($0, of: instance, virtual) }
        }
        let scripts = instance.trackedScripts.compactMap { tracked in
            facts.configuration.scripts.first { $0.name == tracked.name }.map { DumpWords.command($0.script) }
        }
        return [
            ("vips", list(addresses(instance.virtualAddresses))),
            ("evips", list(addresses(instance.excludedVirtualAddresses))),
            ("vroutes", list(instance.routes.map(DumpWords.route))),
            ("vrules", list(instance.rules.map(DumpWords.rule))),
            ("track_ifp", list(instance.trackedInterfaces.map(\.name))),
            ("track_script", list(scripts)),
            ("track_process", list(instance.trackedProcesses.map(\.name))),
        ]
    }

    private static func authentication(_ instance: VRRPInstance) -> [(String, JSONText?)] {
        guard instance.hmac == nil else { return [("auth_type", .integer(0))] }
        guard instance.password != nil || instance.headerPassword != nil else { return [("auth_type", .integer(0))] }
        return [
            ("auth_type", .integer(instance.password != nil ? 1 : 2)), ("auth_data", .string("********")),
        ]
    }

    /// Seconds, without a fraction where there is none.
    private static func seconds(_ interval: Interval) -> JSONText { .number("\(interval)") }

    private static func statistics(_ status: RouterStatus?) -> JSONText {
        let counters = status?.statistics ?? RouterStatistics()
        return .object([
            ("advert_rcvd", .integer(counters.advertsReceived)), ("advert_sent", .integer(counters.advertsSent)),
            ("become_master", .integer(counters.becameMaster)), ("release_master", .integer(counters.releasedMaster)),
            ("packet_len_err", .integer(counters.packetLengthErrors)),
            ("advert_interval_err", .integer(counters.advertIntervalErrors)),
            ("ip_ttl_err", .integer(counters.ttlErrors)), ("invalid_type_rcvd", .integer(counters.invalidTypeReceived)),
            ("addr_list_err", .integer(counters.addressListErrors)),
            ("invalid_authtype", .integer(counters.invalidAuthenticationType)),
            ("authtype_mismatch", .integer(counters.authenticationTypeMismatch)),
            ("auth_failure", .integer(counters.authenticationFailures)),
            ("auth_ext_missing", .integer(counters.trailersMissing)),
            ("auth_ext_malformed", .integer(counters.trailersMalformed)),
            ("auth_ext_unknown_key", .integer(counters.trailerKeysUnknown)),
            ("auth_ext_invalid_hmac", .integer(counters.trailerTagsInvalid)),
            ("auth_ext_stale", .integer(counters.trailersStale)),
            ("auth_ext_replay", .integer(counters.trailersReplayed)),
            ("pri_zero_rcvd", .integer(counters.priorityZeroReceived)),
            ("pri_zero_sent", .integer(counters.priorityZeroSent)),
        ])
    }
}
