import LinuxSystem

extension PersistentSetting {
    /// What the addresses need, as it is on the host once the plan is carried out. A stricter value of the
    /// administrator's is kept as it is; what needs no setting gets none.
    static func settings(for addresses: [RealServerAddress], on host: HostState, after plan: RealServerPlan) -> [Self] {
        Settings.wanted(for: addresses, on: host).compactMap { setting in
            let actual = host.sysctls[setting.sysctl] ?? host.default(for: setting.sysctl)
            let isOurs = plan.saved.sysctls[setting.sysctl] != nil
            if setting.accepted.contains(0), !isOurs, !setting.sysctl.path.hasSuffix("/rp_filter") { return nil }
            let value = setting.accepted.contains(actual) && actual != 0 ? actual : setting.wanted
            return PersistentSetting(name: setting.sysctl.path, value: value)
        }
    }
}
