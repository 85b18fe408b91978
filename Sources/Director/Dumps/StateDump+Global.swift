import KeepalivedConfig
import LinuxSystem

extension StateDump {
    static func writeGlobal(_ configuration: Configuration, to text: inout DumpText) {
        let (global, root) = (configuration.global, configuration.root)
        text.title("Global definitions")
        text.value(1, "Network namespace", root.networkNamespace ?? "(default)")
        if let instance = root.instanceName { text.value(1, "Instance name", instance) }
        text.value(1, "Router ID", global.routerID ?? MailSender.Settings.hostName)
        writeMail(global.mail, to: &text)
        text.value(1, "Checkers log all failures", DumpWords.truth(global.checkerLogAllFailures))
        text.value(1, "Dynamic interfaces", DumpWords.truth(global.dynamicInterfaces))
        text.value(1, "Default interface", global.defaultInterface)
        text.value(1, "Disable local IGMP", DumpWords.yes(global.disablesLocalIGMP))
        text.value(1, "LVS flush", DumpWords.truth(global.lvsFlush))
        let flush: String =
            switch global.lvsFlushOnStop {
            case .off: "disabled"
            case .all: "full"
            case .virtualServers: "VS"
            }
        text.value(1, "LVS flush on stop", flush)
        if let daemon = global.lvsSyncDaemon {
            text.line(
                1,
                "LVS sync daemon: interface \(daemon.interface)"
                    + (daemon.instance.map { ", VRRP instance \($0)" } ?? "")
                    + (daemon.syncID.map { ", id \($0)" } ?? ""))
        }
        let resolver = ScriptResolver(global)
        for (name, fifo) in [
            ("Global", global.fifos.all), ("VRRP", global.fifos.vrrp), ("LVS", global.fifos.lvs),
        ] {
            guard let fifo, let path = fifo.path else { continue }
            let owner = try? resolver.owner(of: fifo).get()
            text.value(
                1, "\(name) notify fifo", path + (owner.map { ", uid:gid \($0.user):\($0.group)" } ?? ""))
            if let script = fifo.script {
                text.value(1, "\(name) notify fifo script", DumpWords.command(script, runBy: resolver))
            }
        }
        text.value(1, "FIFO write vrrp states on reload", DumpWords.truth(global.fifos.writesStatesOnReload))
        text.value(1, "VRRP notify priority changes", DumpWords.truth(global.notifiesPriorityChanges))
        text.value(1, "VRRP IPv4 mcast group", global.multicastGroup4)
        text.value(1, "VRRP IPv6 mcast group", global.multicastGroup6)
        write(configuration.inherited, to: &text)
        text.value(1, "Gratuitous ARP interval", seconds(global.garpInterval))
        text.value(1, "Gratuitous NA interval", seconds(global.gnaInterval))
        text.value(1, "VRRP default protocol version", global.vrrpVersion.rawValue)
        if global.vrrpStartupDelay > .seconds(0) {
            text.value(1, "VRRP startup delay", seconds(global.vrrpStartupDelay))
        }
        text.value(1, "VRRP check unicast_src", DumpWords.truth(global.vrrpCheckUnicastSource))
        text.value(1, "VRRP skip check advert addresses", DumpWords.truth(global.vrrpSkipCheckAdvertAddresses))
        text.value(1, "VRRP strict mode", DumpWords.truth(global.vrrpStrict))
        text.value(1, "VRRP process priority", global.processes.vrrp.niceness)
        text.value(1, "VRRP don't swap", DumpWords.truth(global.processes.vrrp.isLockedInMemory))
        text.value(1, "VRRP realtime priority", global.processes.vrrp.realTimePriority)
        text.value(1, "VRRP realtime limit", global.processes.vrrp.realTimeLimit)
        text.line(1, "Script security \(DumpWords.enabled(global.enableScriptSecurity))")
        if let identity = resolver.ownIdentity {
            text.line(1, "Default script uid:gid \(identity.user):\(identity.group)")
        }
        text.value(1, "umask", "0" + String(global.processes.umask, radix: 8))
    }

    /// When addresses are announced. The one line has two names.
    static func write(_ schedule: GratuitousARPSchedule, _ depth: Int, refresh: String, to text: inout DumpText) {
        text.value(depth, "Gratuitous ARP delay", schedule.delay)
        text.value(depth, "Gratuitous ARP repeat", schedule.repeatCount)
        text.value(depth, refresh, schedule.refresh)
        text.value(depth, "Gratuitous ARP refresh repeat", schedule.refreshRepeatCount)
        text.value(depth, "Gratuitous ARP lower priority delay", schedule.lowerPriorityDelay)
        text.value(depth, "Gratuitous ARP lower priority repeat", schedule.lowerPriorityRepeatCount)
    }

    /// What instances inherit that say nothing.
    private static func write(_ inherited: InheritedSettings, to text: inout DumpText) {
        let schedule = inherited.gratuitousARP
        write(schedule, 1, refresh: "Gratuitous ARP refresh timer", to: &text)
        text.value(1, "Num adverts before down", inherited.downTimerAdverts)
        text.value(
            1, "Gratuitous ARP for each secondary \(schedule.coversAllInterfaces ? "i/f" : "VMAC")",
            "\(schedule.extraInterfaceInterval)s")
        text.value(
            1, "Send advert after receive lower priority advert", DumpWords.truth(!inherited.lowerPriorityNoAdvert))
        text.value(
            1, "Send advert after receive higher priority advert", DumpWords.truth(inherited.higherPrioritySendAdvert))
    }

    private static func writeMail(_ mail: MailSettings, to text: inout DumpText) {
        if let server = mail.server {
            text.value(1, "Smtp server", "\(server.host)\n Smtp server port = \(server.port)")
        }
        if mail.server != nil {
            text.value(1, "Smtp HELO name", mail.heloName ?? MailSender.Settings.hostName)
            text.value(1, "Smtp server connection timeout", mail.connectTimeout)
        }
        if let sender = mail.sender { text.value(1, "Email notification from", sender) }
        text.list(1, "Email notification to:", mail.recipients)
        func setting(_ name: String, _ value: Bool?) {
            text.value(1, "Default \(name)", value.map { $0 ? "on" : "off" } ?? "unset")
        }
        setting("smtp_alert", mail.alert)
        setting("smtp_alert_vrrp", mail.alertVRRP)
        setting("smtp_alert_checker", mail.alertChecker)
    }

    private static func seconds(_ interval: Interval) -> String {
        DumpWords.seconds(Double(interval.microseconds) / 1e6)
    }
}
