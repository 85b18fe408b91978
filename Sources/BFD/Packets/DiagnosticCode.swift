/// Why a session last left Up (RFC 5880 section 4.1), 0…31. Codes without a meaning are kept as they came.
public struct DiagnosticCode: RawRepresentable, Sendable, Hashable {
    /// What a packet carries, five bits.
    public let rawValue: UInt8

    /// Creates a code from its five lowest bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0x1F }

    /// 0: there is nothing to say.
    public static let none = DiagnosticCode(rawValue: 0)
    /// 1: no packet for the detection time.
    public static let detectionTimeExpired = DiagnosticCode(rawValue: 1)
    /// 3: the other side said that it is not up.
    public static let neighborSignaledDown = DiagnosticCode(rawValue: 3)
    /// 7: held down by the administrator.
    public static let administrativelyDown = DiagnosticCode(rawValue: 7)

    private static let words = [
        "No Diagnostic", "Control Detection Time Expired", "Echo Function Failed", "Neighbor Signaled Session Down",
        "Forwarding Plane Reset", "Path Down", "Concatenated Path Down", "Administratively Down",
        "Reverse Concatenated Path Down",
    ]
}

extension DiagnosticCode: CustomStringConvertible {
    /// The code in the words of RFC 5880; `Diagnostic 12` for one without words.
    public var description: String {
        let number = Int(rawValue)
        return Self.words.indices.contains(number) ? Self.words[number] : "Diagnostic \(number)"
    }
}
