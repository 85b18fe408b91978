import Digests
public import KeepalivedConfig

/// A configuration with the text that it was read from.
public struct ReadConfiguration: Sendable {
    /// What reading gave.
    public var result: LoadResult
    /// The files as they were.
    let record: ReadingRecord
    /// When it was read, in seconds since 1970.
    let readAt: Double
}

/// The text of a configuration in force: when and from where it was read, and how to see whether that has changed.
struct FlattenedText: Sendable {
    /// The file that was named.
    let path: String
    /// Every file that was read, that one first.
    let files: [String]
    /// When it was read, in seconds since 1970.
    let readAt: Double
    /// The text with its includes.
    let bytes: [UInt8]
    /// `sha256:` and the digest of the text in hexadecimal digits.
    let digest: String
    private let record: ReadingRecord.State

    init(_ read: ReadConfiguration, path: String) {
        self.path = path
        readAt = read.readAt
        record = read.record.current
        files = record.files.filter { $0.content != nil }.map(\.path)
        bytes = read.result.textWithIncludes
        // The text of one file is that file, whose digest is known.
        if record.files.count == 1, let content = record.files.first?.content, content.size == bytes.count {
            digest = Self.text(content.digest)
        } else {
            digest = Self.digest(of: bytes)
        }
    }

    /// `sha256:` and the digest in hexadecimal digits.
    static func digest(of bytes: [UInt8]) -> String { text(SHA256.digest(of: bytes)) }

    private static func text(_ digest: some Sequence<UInt8>) -> String {
        "sha256:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Where it came from, without the text.
    var origin: ConfigurationOrigin {
        ConfigurationOrigin(path: path, files: files, readAt: readAt, digest: digest, record: record)
    }
}

/// Where the configuration in force came from. What a director keeps of its text: not the text.
struct ConfigurationOrigin: Sendable {
    /// The file that was named.
    let path: String
    /// Every file that was read, that one first.
    let files: [String]
    /// When it was read, in seconds since 1970.
    let readAt: Double
    /// `sha256:` and the digest of the text with its includes.
    let digest: String
    fileprivate let record: ReadingRecord.State

    fileprivate init(
        path: String, files: [String], readAt: Double, digest: String, record: ReadingRecord.State
    ) {
        self.path = path
        self.files = files
        self.readAt = readAt
        self.digest = digest
        self.record = record
    }

    /// Files that are not what they were, and files that a pattern stands for now and did not then, or the other way
    /// round. Looks at the disk.
    func changedFiles() -> [String] {
        var changed = Set(record.files.filter(\.hasChanged).map(\.path))
        for (pattern, matches) in record.patterns {
            changed.formUnion(Set(matches).symmetricDifference(DiskFiles().glob(pattern)))
        }
        return changed.sorted()
    }
}
