/// A file whose number is added to a server's weight or takes the server down (`FILE_CHECK`).
public struct FileTarget: Sendable, Hashable {
    /// Where the file is.
    public var path: String
    /// What the number is multiplied with; 0 makes any number but 0 a failure.
    public var weight: Int32
    /// The product counts with its sign turned; with weight 0, a 0 is the failure.
    public var isReversed: Bool

    /// Creates a target.
    public init(path: String, weight: Int32, isReversed: Bool = false) {
        self.path = path
        self.weight = weight
        self.isReversed = isReversed
    }

    /// Judges the number in the file.
    ///
    /// - Parameter number: what the file begins with; 0 when there is no file.
    /// - Returns: Success with what is to be added to the weight, or failure. A product of −2³¹ or less is one too.
    public func result(of number: Int32) -> CheckResult {
        guard weight != 0 else {
            return (number == 0) == isReversed ? .failure(.file(path: path, number: number)) : .success()
        }
        // Two factors of 32 bits fit 64.
        let product = Int64(number) * Int64(weight) * (isReversed ? -1 : 1)
        guard product > Int64(Int32.min) else { return .failure(.file(path: path, number: number)) }
        return .success(weight: Int32(clamping: product))
    }
}
