import Glibc
import LinuxSystem

/// Where control sockets are, so that a director and those who talk to it agree without being told.
///
/// Directors in different network namespaces share one file system, and so do directors with different `instance`
/// names: both are part of the file's name.
public enum ControlSocketPath {
    /// The folder of sockets and of the last good configurations.
    public static let folder = "/run/martlet"
    /// The environment variable that names another socket.
    public static let variable = "MARTLET_CONTROL"

    /// The path that an operator has given, else the one of the environment, else the usual one.
    ///
    /// - Parameter instance: `instance` of the configuration.
    public static func path(given: String?, instance: String? = nil) -> String {
        if let given { return given }
        if let named = getenv(variable).map({ String(cString: $0) }), !named.isEmpty { return named }
        return standard(namespace: currentNetworkNamespace, instance: instance)
    }

    /// `/run/martlet/control.sock`, with the names in front of the extension: `control_blue_a.sock`.
    public static func standard(namespace: String?, instance: String?) -> String {
        let names = [namespace, instance].compactMap { $0 }.filter { !$0.isEmpty }.map { "_" + fileName($0) }
        return folder + "/control" + names.joined() + ".sock"
    }

    /// Where the director behind this socket keeps the last good configuration: `control` becomes `last-good` and
    /// `.sock` becomes `.conf`; behind another name stands `.last-good.conf`.
    public static func lastGood(for socket: String) -> String {
        let slash = socket.lastIndex(of: "/")
        let folder = slash.map { String(socket[...$0]) } ?? ""
        let name = slash.map { String(socket[socket.index(after: $0)...]) } ?? socket
        guard name.hasPrefix("control"), name.hasSuffix(".sock") else { return socket + ".last-good.conf" }
        return folder + "last-good" + name.dropFirst("control".count).dropLast(".sock".count) + ".conf"
    }

    /// The sockets in the usual folder, sorted: what to name when the one that was looked for is not there.
    public static func existing() -> [String] {
        FolderListing.names(in: folder).filter { $0.hasSuffix(".sock") }.sorted().map { folder + "/" + $0 }
    }

    /// The name under `/run/netns` of the network namespace that this process is in; nil where it has none.
    static var currentNetworkNamespace: String? {
        var own = stat()
        guard stat("/proc/self/ns/net", &own) == 0 else { return nil }
        return FolderListing.names(in: "/run/netns").sorted().first { name in
            var named = stat()
            return stat("/run/netns/" + name, &named) == 0 && named.st_ino == own.st_ino && named.st_dev == own.st_dev
        }
    }

    /// What may stand in a file's name; the rest becomes `_`.
    public static func fileName(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": scalar
                    default: "_"
                    }
                }))
    }
}
