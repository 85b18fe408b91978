import Glibc
public import KeepalivedConfig

/// Reads the configuration of this host: the file with what it includes, and what this host has to say about it.
public struct ConfigurationReader: Sendable {
    /// The file.
    public let path: String
    private let configID: String

    /// Creates a reader.
    ///
    /// - Parameter configID: what `@ID` lines are compared with; nil is the host name up to its first dot.
    public init(path: String, configID: String? = nil) {
        self.path = path
        self.configID = configID ?? Self.shortHostName
    }

    /// Reads the file. Interfaces that this host does not have are among the diagnostics, as errors unless
    /// `dynamic_interfaces` lets them appear later.
    ///
    /// - Parameter checksInterfaces: off where the file is for another host.
    public func read(checksInterfaces: Bool = true) -> LoadResult {
        var result = ConfigurationLoader(files: DiskFiles(), configID: configID).load(path: path)
        guard checksInterfaces, result.configuration != nil else { return result }
        let unknown = result.unknownInterfaces(known: Self.interfaces)
        result.diagnostics += unknown
        if unknown.contains(where: { $0.severity == .error }) { result.configuration = nil }
        return result
    }

    private static var interfaces: Set<String> {
        guard let list = if_nameindex() else { return [] }
        defer { if_freenameindex(list) }
        var names: Set<String> = []
        var entry = list
        while entry.pointee.if_index != 0, let name = entry.pointee.if_name {
            names.insert(String(cString: name))
            entry += 1
        }
        return names
    }

    private static var shortHostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        let bytes = name.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: ".")) }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
