import KeepalivedConfig

/// Finds the settings by which two blocks of one kind differ.
///
/// It looks at the stored properties of the model as they are at run time, so that a setting which the model gains is
/// compared from then on; and only blocks that are known to differ are looked at this closely.
enum SettingComparison {
    /// The settings that differ, in the order of the model.
    static func changes(from old: Any, to new: Any) -> [SettingChange] {
        let left = Array(Mirror(reflecting: old).children)
        let right = Array(Mirror(reflecting: new).children)
        guard left.count == right.count else {
            return [SettingChange(keyword: "settings", old: SettingText.of(old), new: SettingText.of(new))]
        }
        return zip(left, right).flatMap { before, after -> [SettingChange] in
            guard let label = after.label, !listedApart.contains(label) else { return [] }
            return changes(label, from: before.value, to: after.value)
        }
    }

    /// What one property changed, none when it is the same.
    static func changes(_ label: String, from old: Any, to new: Any) -> [SettingChange] {
        if let left = old as? AnyHashable, let right = new as? AnyHashable, left == right { return [] }
        if let left = old as? ProcessLimits, let right = new as? ProcessLimits {
            return changes(from: left, to: right).map { change in
                var change = change
                change.keyword = "\(label)_\(change.keyword)"
                return change
            }
        }
        if taken.contains(label), let left = unwrapped(old), let right = unwrapped(new) {
            return changes(from: left, to: right)
        }
        guard !isSecret(label) else { return [SettingChange(keyword: keyword(label), old: "", new: "")] }
        return [SettingChange(keyword: keyword(label), old: SettingText.of(old), new: SettingText.of(new))]
    }

    /// Checkers that came, went or changed, as settings of their server.
    static func checkerChanges(from old: [Checker], to new: [Checker]) -> [SettingChange] {
        guard old != new else { return [] }
        var gone = old.filter { !new.contains($0) }
        var changes: [SettingChange] = []
        for checker in new where !old.contains(checker) {
            // The same question asked at other times is an edit; another question is another checker.
            if let position = gone.firstIndex(where: { $0.kind == checker.kind }) {
                let before = gone.remove(at: position)
                changes += Self.changes(from: before, to: checker).map { change in
                    var change = change
                    change.keyword = "\(SettingText.of(checker)) \(change.keyword)"
                    return change
                }
            } else if let position = gone.firstIndex(where: { SettingText.of($0) == SettingText.of(checker) }) {
                gone.remove(at: position)
                changes.append(SettingChange(keyword: SettingText.of(checker), old: "", new: ""))
            } else {
                changes.append(SettingChange(keyword: "checker", old: "none", new: SettingText.of(checker)))
            }
        }
        return changes + gone.map { SettingChange(keyword: "checker", old: SettingText.of($0), new: "none") }
    }

    /// The keyword of a property: by the table, or the property's own name in the spelling of keywords.
    static func keyword(_ label: String) -> String {
        if let keyword = keywords[label] { return keyword }
        var result = ""
        var previousIsLower = false
        for character in label {
            if character.isUppercase {
                if previousIsLower { result.append("_") }
                result += character.lowercased()
                previousIsLower = false
            } else {
                result.append(character)
                previousIsLower = true
            }
        }
        return result
    }

    private static func isSecret(_ label: String) -> Bool {
        let label = label.lowercased()
        return label.contains("password") || label.contains("secret") || label.contains("hmac")
            || label.hasSuffix("key") || label.hasSuffix("keys")
    }

    private static func unwrapped(_ value: Any) -> Any? {
        guard let optional = value as? any OptionalValue else { return value }
        return optional.wrappedValue
    }

    /// Blocks of their own, compared elsewhere.
    private static let listedApart: Set<String> = ["realServers", "checkers", "id", "name"]

    /// Structures whose members are settings of the block that they are in.
    private static let taken: Set<String> = [
        "service", "persistence", "destination", "gratuitousARP", "notify", "global", "sorryServer", "root", "mail",
        "processes", "reload", "dumps", "fifos", "firewall", "buffers", "snmp", "dbus", "virtualInterface",
    ]

    /// Properties whose keyword is not their own name.
    private static let keywords: [String: String] = [
        "nftablesTable": "nftables", "ipvsMarks": "nftables_ipvs", "nftablesPriority": "nftables_priority",
        "accept": "accept", "advertInterval": "advert_int", "answersHigherPriority": "higher_prio_send_advert",
        "checkUnicastSource": "check_unicast_src", "delay": "garp_master_delay",
        "doesNotTrackPrimary":
            "dont_track_primary", "downTimerAdverts": "down_timer_adverts",
        "engine": "persistence_engine", "excludedVirtualAddresses": "virtual_ipaddress_excluded", "fall": "fall",
        "forwarding": "lb_kind", "garpInterval": "vrrp_garp_interval", "gnaInterval": "vrrp_gna_interval",
        "granularity": "persistence_granularity", "higherPrioritySendAdvert": "higher_prio_send_advert",
        "inhibits": "sorry_server_inhibit", "inhibitsOnFailure": "inhibit_on_failure", "initialState": "state",
        "isReversed": "reverse", "lowerPriorityDelay": "garp_lower_prio_delay",
        "lowerPriorityNoAdvert": "lower_prio_no_advert", "lowerPriorityRepeatCount": "garp_lower_prio_repeat",
        "lowerThreshold": "lthreshold", "lvsSyncDaemon": "lvs_sync_daemon", "master": "notify_master",
        "backup": "notify_backup", "fault": "notify_fault", "stop": "notify_stop", "generic": "notify",
        "masterReceivedLowerPriority": "notify_master_rx_lower_pri", "multicastGroup": "mcast_dst_ip",
        "noPreempt": "nopreempt", "onePacketScheduling": "ops", "password": "auth_pass", "headerPassword": "auth_pass",
        "persistence": "persistence_timeout", "realTimePriority": "rt_priority", "refresh": "garp_master_refresh",
        "refreshRepeatCount": "garp_master_refresh_repeat", "repeatCount": "garp_master_repeat",
        "routerID": "router_id", "scheduler": "lb_algo", "schedulerFlags": "scheduler flags",
        "skipCheckAdvertAddresses": "skip_check_adv_addr", "sourceAddress": "source address",
        "startsFailed": "init_fail", "strict": "strict_mode", "suspendsWithoutAddress": "ha_suspend",
        "trackedInterfaces": "track_interface", "trackedScripts": "track_script", "timeout": "timeout",
        "unicastPeers": "unicast_peer", "unicastTTL": "unicast_ttl", "upperThreshold": "uthreshold",
        "routes": "virtual_routes", "rules": "virtual_rules", "staticAddresses": "static_ipaddress",
        "promotesSecondaries": "promote_secondaries", "virtualAddresses": "virtual_ipaddress",
        "virtualRouterID": "virtual_router_id",
        "vrrpCheckUnicastSource": "vrrp_check_unicast_src", "vrrpSkipCheckAdvertAddresses": "vrrp_skip_check_adv_addr",
        "allowsTrackingWeights":
            "sync_group_tracking_weight", "logsAllFailures": "log_all_failures",
        "netNamespace": "net_namespace", "networkNamespace": "net_namespace",
        "ipvsNamespace": "net_namespace_ipvs", "netNamespaceIPVS": "net_namespace_ipvs",
        "networkNamespaceIPVS": "net_namespace_ipvs", "instanceName": "instance",
        "tmpConfigDirectory": "tmp_config_directory", "temporaryDirectory": "tmp_config_directory",
        "disablesLocalIGMP": "disable_local_igmp", "vmac": "use_vmac", "ipvlan": "use_ipvlan",
        "usesVMACForAddresses": "use_vmac_addr", "transmitsFromBase": "vmac_xmit_base",
        "extraInterfaceInterval": "garp_extra_if", "coversAllInterfaces": "garp_extra_if all",
        "hasCounters": "nftables_counters", "matchesInterfaceIndex": "nftables_ifindex", "iptables": "vrrp_iptables",
    ]
}

/// An optional of any type.
protocol OptionalValue {
    /// What it holds.
    var wrappedValue: Any? { get }
}

extension Optional: OptionalValue {
    var wrappedValue: Any? { map { $0 } }
}
