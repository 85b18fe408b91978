import Glibc
public import KeepalivedConfig

/// Reads the configuration of this host: the file with what it includes, and what this host has to say about it.
public struct ConfigurationReader: Sendable {
    /// The file.
    public let path: String
    private let options: LanguageOptions
    private let files: any SourceProvider
    /// The network namespace on the command line, which counts instead of `net_namespace`.
    private let networkNamespace: String?

    /// Creates a reader.
    ///
    /// `${_RANDOM}` starts from a number that the reader keeps, so that a file that did not change reads the same.
    ///
    /// - Parameters:
    ///   - configID: what `@ID` lines are compared with; nil is the host name up to its first dot.
    ///   - checksAllIncludes: whether every include must find what it names.
    ///   - networkNamespace: the namespace whose interfaces the file is for; nil is what the file says.
    public init(
        path: String, configID: String? = nil, checksAllIncludes: Bool = false, networkNamespace: String? = nil
    ) {
        self.init(
            path: path,
            options: LanguageOptions(
                configID: configID ?? Self.shortHostName, checksAllIncludes: checksAllIncludes,
                randomSeed: UInt64.random(in: 0 ... .max)), networkNamespace: networkNamespace)
    }

    private init(path: String, options: LanguageOptions, networkNamespace: String?) {
        self.path = path
        self.options = options
        self.networkNamespace = networkNamespace
        files = DiskFiles()
    }

    /// Creates a reader of standard input, which can be read once. What it includes counts from the working directory.
    public init(standardInputWithConfigID configID: String?, checksAllIncludes: Bool = false) {
        path = StandardInputFiles.name
        options = LanguageOptions(
            configID: configID ?? Self.shortHostName, checksAllIncludes: checksAllIncludes,
            randomSeed: UInt64.random(in: 0 ... .max))
        files = StandardInputFiles()
        networkNamespace = nil
    }

    /// Reads the file, and says what does not fit this host: interfaces that it does not have, as errors unless
    /// `dynamic_interfaces` lets them appear later; addresses and scripts, as warnings.
    ///
    /// - Parameter checksHost: off where the file is for another host.
    public func read(checksHost: Bool = true) -> LoadResult {
        read(files, checksHost: checksHost)
    }

    /// Reads the file as ``read(checksHost:)`` does and keeps what it takes to see later whether a file changed.
    public func readForRunning() -> ReadConfiguration {
        let record = ReadingRecord()
        let readAt = WallClock.now
        return ReadConfiguration(
            result: read(files is DiskFiles ? DiskFiles(record: record) : files, checksHost: true),
            record: record, readAt: readAt)
    }

    /// A reader of another file under the same conditions.
    func reading(_ path: String) -> ConfigurationReader {
        ConfigurationReader(path: path, options: options, networkNamespace: networkNamespace)
    }

    private func read(_ files: any SourceProvider, checksHost: Bool) -> LoadResult {
        var result = ConfigurationLoader(files: files, options: options).load(path: path)
        if checksHost, let configuration = result.configuration {
            result.check(against: .collect(for: configuration, in: networkNamespace))
        }
        return result
    }

    private static var shortHostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        let bytes = name.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: ".")) }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
