/// The version of this program.
public enum MartletVersion {
    /// Major, minor, patch.
    public static let text = "0.1.0"
}
