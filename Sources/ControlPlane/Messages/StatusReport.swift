/// What a director is at: the answer to `status`, and `martlet status --json`. Times are seconds since 1970.
public struct StatusReport: Codable, Sendable, Hashable {
    /// The process and since when it runs.
    public var director: DirectorReport
    /// The configuration in force.
    public var configuration: ConfigurationReport
    /// The last reload; nil before the first.
    public var lastReload: LastReload?
    /// Every `vrrp_instance`, in the order of the file.
    public var instances: [InstanceReport]
    /// Every `vrrp_sync_group`.
    public var groups: [SyncGroupReport]
    /// Every `bfd_instance` that runs.
    public var sessions: [SessionReport]
    /// Every `virtual_server`, in the order of the file.
    public var services: [ServiceReport]
    /// Every probe, by target.
    public var probes: [ProbeReport]
    /// What has been done to the kernel's table.
    public var table: TableReport
    /// Notification scripts and mails.
    public var notifications: NotificationsReport

    /// Creates a report.
    public init(
        director: DirectorReport, configuration: ConfigurationReport, lastReload: LastReload? = nil,
        instances: [InstanceReport] = [], groups: [SyncGroupReport] = [], sessions: [SessionReport] = [],
        services: [ServiceReport] = [], probes: [ProbeReport] = [], table: TableReport = TableReport(),
        notifications: NotificationsReport = NotificationsReport()
    ) {
        self.director = director
        self.configuration = configuration
        self.lastReload = lastReload
        self.instances = instances
        self.groups = groups
        self.sessions = sessions
        self.services = services
        self.probes = probes
        self.table = table
        self.notifications = notifications
    }
}

/// The process.
public struct DirectorReport: Codable, Sendable, Hashable {
    /// Martlet's version.
    public var version: String
    /// The process's number.
    public var pid: Int32
    /// When the report was made.
    public var now: Double
    /// When the director was ready.
    public var startedAt: Double
    /// Runs with `--dry-run`.
    public var isDryRun: Bool
    /// By how many seconds the timers of the elections were late at worst since the start; nil without elections.
    public var largestLateness: Double?
    /// How often they were late by more than 5 ms; nil without elections.
    public var lateWakeUps: UInt64?

    /// Creates a report.
    public init(
        version: String, pid: Int32, now: Double, startedAt: Double, isDryRun: Bool, largestLateness: Double? = nil,
        lateWakeUps: UInt64? = nil
    ) {
        self.version = version
        self.pid = pid
        self.now = now
        self.startedAt = startedAt
        self.isDryRun = isDryRun
        self.largestLateness = largestLateness
        self.lateWakeUps = lateWakeUps
    }
}

/// The configuration in force.
public struct ConfigurationReport: Codable, Sendable, Hashable {
    /// The file that was named at the start.
    public var path: String
    /// Every file that it consists of, that one first.
    public var files: [String]
    /// When it was read.
    public var readAt: Double
    /// `sha256:` and the digest of the text with its includes, in hexadecimal digits: what `sha256sum` gives for
    /// ``lastGood``.
    public var digest: String
    /// Files that are different on disk now, appeared or vanished, so that a reload would read another text.
    public var changedFiles: [String]
    /// Where the text in force is kept; nil where it could not be written.
    public var lastGood: String?

    /// Creates a report.
    public init(
        path: String, files: [String], readAt: Double, digest: String, changedFiles: [String], lastGood: String?
    ) {
        self.path = path
        self.files = files
        self.readAt = readAt
        self.digest = digest
        self.changedFiles = changedFiles
        self.lastGood = lastGood
    }
}

/// How the last reload ended.
public struct LastReload: Codable, Sendable, Hashable {
    /// When it ended.
    public var at: Double
    /// The verdict.
    public var verdict: ReloadReport.Verdict
    /// The verdict in one sentence.
    public var message: String
    /// The first diagnostics of a file that was refused, one line each.
    public var diagnostics: [String]

    /// Creates a record.
    public init(at: Double, verdict: ReloadReport.Verdict, message: String, diagnostics: [String]) {
        self.at = at
        self.verdict = verdict
        self.message = message
        self.diagnostics = diagnostics
    }
}

/// What has been done to the kernel's IPVS table since the start.
public struct TableReport: Codable, Sendable, Hashable {
    /// Whether there is a table: false without virtual servers.
    public var isOpen = false
    /// How often the table was compared with what is wanted, or changed.
    public var reconciliations = 0
    /// Commands that were sent.
    public var commands = 0
    /// Commands that the kernel refused.
    public var failures = 0
    /// Commands that put right what others had changed.
    public var repairs = 0
    /// Services that others had changed, each counted as often as that was found.
    public var deviations = 0
    /// Services that were there before Martlet wanted them, and that nobody remembers Martlet adding.
    public var adopted = 0
    /// Looks for changes of others.
    public var looks = 0
    /// Seconds that went into them.
    public var lookSeconds = 0.0
    /// Services in the table that belong to other tools.
    public var foreignServices = 0

    /// A table that nothing has been done to.
    public init() {}
}
