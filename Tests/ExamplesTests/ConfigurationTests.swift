import Glibc
import KeepalivedConfig
import Testing

/// The files of the repository, which lies two folders above this one.
struct Repository: SourceProvider {
    static let root = "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    func read(_ path: String) throws(SourceError) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw SourceError(reason: String(cString: strerror(errno))) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return bytes
    }

    func glob(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard Glibc.glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }
}

@Suite("The examples' configurations")
struct ConfigurationTests {
    @Test("each loads, and there is nothing to say about it")
    func load() {
        let paths = Repository().glob(Repository.root + "/Examples/*/*/keepalived.conf")
        #expect(paths.count >= 8)
        for path in paths {
            let result = ConfigurationLoader(files: Repository()).load(path: path)
            #expect(result.configuration != nil, "\(path)")
            #expect(result.diagnostics.isEmpty, "\(path): \(result.diagnostics)")
        }
    }

    @Test("the two hosts of an example share group, password, interval and addresses, and differ in priority")
    func pairs() throws {
        for example in Repository().glob(Repository.root + "/Examples/*") {
            let hosts = Repository().glob(example + "/*/keepalived.conf").compactMap { path in
                ConfigurationLoader(files: Repository()).load(path: path).configuration
            }
            guard let first = hosts.first else { continue }
            for other in hosts.dropFirst() {
                #expect(other.virtualServers == first.virtualServers, "\(example)")
                #expect(other.instances.count == first.instances.count, "\(example)")
                for (left, right) in zip(first.instances, other.instances) {
                    #expect(left.virtualRouterID == right.virtualRouterID, "\(example)")
                    #expect(left.password == right.password, "\(example)")
                    #expect(left.advertInterval == right.advertInterval, "\(example)")
                    #expect(left.virtualAddresses == right.virtualAddresses, "\(example)")
                    #expect(left.priority != right.priority, "\(example)")
                }
            }
        }
    }
}
