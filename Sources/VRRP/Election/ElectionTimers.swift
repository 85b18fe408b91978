/// The timer arithmetic of RFC 3768 section 6.1 and RFC 9568 section 6.1.
public enum ElectionTimers {
    /// Skew_Time: orders backups so that the one with the highest priority expires first.
    ///
    /// Version 2: (256 − priority)/256 seconds whatever the interval. Version 3: the same part of the master's interval.
    public static func skew(
        version: RouterConfiguration.Version, priority: UInt8, masterInterval: Duration
    ) -> Duration {
        let unit = version == .v2 ? Duration.seconds(1) : masterInterval
        return unit * (256 - Int(priority)) / 256
    }

    /// Master_Down_Interval: `adverts` missed intervals (3 in the RFCs) and the skew.
    public static func masterDown(
        version: RouterConfiguration.Version, priority: UInt8, masterInterval: Duration, adverts: UInt8 = 3
    ) -> Duration {
        masterInterval * Int(adverts) + skew(version: version, priority: priority, masterInterval: masterInterval)
    }
}
