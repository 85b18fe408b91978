import ControlPlane
import Testing

@testable import martlet

@Suite struct StatusTextTests {
    @Test("a status reads as a short page with the reason behind everything that is not well")
    func page() {
        var instance = InstanceReport(
            name: "VI_1", state: "BACKUP", since: 940, priority: 100, basePriority: 100, interface: "eth0",
            virtualRouterID: 51)
        instance.master = InstanceReport.Master(address: "10.0.0.2", priority: 150)
        instance.waitsFor = ["the next advert of 10.0.0.2; without one it takes over in 3.2 s"]
        var table = TableReport()
        table.isOpen = true
        table.reconciliations = 3
        table.commands = 1
        table.failures = 1
        let report = StatusReport(
            director: DirectorReport(version: "1.2.3", pid: 42, now: 1000, startedAt: 0, isDryRun: false),
            configuration: ConfigurationReport(
                path: "/etc/k.conf", files: ["/etc/k.conf", "/etc/a.conf"], readAt: 100,
                digest: "sha256:0123456789abcdef", changedFiles: ["/etc/a.conf"], lastGood: "/run/l.conf"),
            lastReload: LastReload(
                at: 995, verdict: .refused, message: "2 errors, the first: a", diagnostics: ["a", "b"]),
            instances: [
                instance,
                InstanceReport(
                    name: "Longer", state: "MASTER", since: nil, priority: 90, basePriority: 100, interface: nil,
                    virtualRouterID: 5),
            ],
            groups: [SyncGroupReport(name: "G", state: "BACKUP", members: ["VI_1", "Longer"])],
            services: [
                ServiceReport(
                    name: "[10.0.0.9]:tcp:80", scheduler: "rr", hasQuorum: false, quorum: 1, hysteresis: 0,
                    liveWeight: 0, isSuspended: true,
                    sorryServer: ServiceReport.SorryServer(name: "[10.0.0.99]:tcp:80", isActive: true),
                    refusals: ["cannot add x: y"],
                    servers: [
                        ServerReport(
                            name: "[10.0.0.3]:tcp:80", isUp: false, isChecked: true, since: 875,
                            reasons: ["Connection refused"], weight: 1, configuredWeight: 1, checkers: 1)
                    ])
            ],
            probes: [
                ProbeReport(
                    target: "TCP [10.0.0.3]:80", users: ["a of b"], policies: 1, runs: 3, isUp: false,
                    reason: "Connection refused", lastRun: 998,
                    latency: ProbeReport.Latency(minimum: 0.0004, median: 0.01, p99: 0.2504), nextRun: 1004.25),
                ProbeReport(target: "script /x", users: ["a of b", "c of b"], policies: 1, runs: 0, isRunning: true),
                ProbeReport(
                    target: "script /y", users: ["a", "b", "c", "d", "e"], policies: 1, runs: 0, isWaiting: true),
            ], table: table,
            notifications: NotificationsReport(
                running: 1, waitingForPlace: 2, waitingForTurn: 3, scriptsLost: 4, mailsWaiting: 5, mailsLost: 1))
        #expect(
            StatusText(report).text == """
                Martlet 1.2.3, process 42, up for 16 min 40 s
                Configuration: /etc/k.conf, read 15 min 0 s ago, with 1 included
                  on disk: different in /etc/a.conf ('martlet plan' says what a reload would do)
                  in force: /run/l.conf, sha256:0123456789ab…
                Last reload: 5.0 s ago, REFUSED: 2 errors, the first: a
                  b
                Instances:
                  VI_1    BACKUP  priority 100       eth0 vrid 51    for 1 min 0 s  master 10.0.0.2 (150)
                    waits for the next advert of 10.0.0.2; without one it takes over in 3.2 s
                  Longer  MASTER  priority 90 (100)  unicast vrid 5
                Sync groups:
                  G  BACKUP  VI_1, Longer
                Services:
                  [10.0.0.9]:tcp:80  rr  NO QUORUM  0 of 1 servers, weight 0, quorum 1, SORRY SERVER [10.0.0.99]:tcp:80 IN USE, checks rest: ITS ADDRESS IS NOT HERE
                    REFUSED BY THE KERNEL and tried again: cannot add x: y
                    [10.0.0.3]:tcp:80  DOWN  weight 1  for 2 min 5 s  Connection refused
                Probes (shortest/median/p99 of the last 100 runs):
                  TCP [10.0.0.3]:80  FAILED       1 user   0.4/10.0/250 ms  next in 4.3 s       Connection refused
                    for a of b
                  script /x          not run yet  2 users                   runs now
                    for a of b, c of b
                  script /y          not run yet  5 users                   waits for its turn
                    for a, b, c and 2 more
                IPVS table: compared 3 times, 1 command sent, 1 REFUSED
                Notifications: 1 script running, 2 WAITING FOR A FREE PLACE, 3 waiting for an earlier one, 4 scripts NOT RUN, 5 mails waiting, 1 mail NOT SENT
                """)
    }

    @Test(
        "ages are told in their two largest units",
        arguments: [
            (0.04, "0.0 s"), (9.96, "10.0 s"), (10, "10 s"), (61, "1 min 1 s"), (7260, "2 h 1 min"),
            (90_000, "1 d 1 h"), (-5, "0.0 s"),
        ] as [(Double, String)])
    func ages(_ seconds: Double, _ words: String) {
        let report = StatusReport(
            director: DirectorReport(
                version: "1", pid: 1, now: 1_000_000, startedAt: 1_000_000 - seconds, isDryRun: false),
            configuration: ConfigurationReport(
                path: "", files: [], readAt: 0, digest: "", changedFiles: [], lastGood: nil))
        #expect(StatusText(report).text.split(separator: "\n").first == "Martlet 1, process 1, up for \(words)")
    }
}
