/// The lines that notification FIFOs carry, without their end.
///
/// Names are written as they are in the configuration, in quotation marks that nothing escapes; control characters
/// become blanks, so that no name can make two lines of one.
enum EventLine {
    /// `INSTANCE "VI_1" MASTER 100`.
    static func instance(_ name: String, _ word: String, priority: UInt8, further: [String] = []) -> String {
        (["INSTANCE \"\(name)\" \(word) \(priority)"] + further).joined(separator: " ").onOneLine
    }

    /// `GROUP "G1" BACKUP 0`.
    static func group(_ name: String, _ word: String) -> String { "GROUP \"\(name)\" \(word) 0".onOneLine }

    /// `VS [10.0.0.1]:tcp:80 UP`.
    static func service(_ name: String, isUp: Bool) -> String { "VS \(name) \(isUp ? "UP" : "DOWN")".onOneLine }

    /// `RS [10.1.0.1]:tcp:8080 [10.0.0.1]:tcp:80 DOWN`.
    static func server(_ name: String, of service: String, isUp: Bool) -> String {
        "RS \(name) \(service) \(isUp ? "UP" : "DOWN")".onOneLine
    }
}
