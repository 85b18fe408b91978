import Digests
import HealthChecks
import Patterns
import TLS

/// What probes of pages share because it is costly to make: compiled patterns and TLS settings. Used on one event loop.
///
/// Each is made when it is first needed and forgotten with the last check that names it, so that a file which has
/// changed is read again by the next check that names it.
final class PageResources {
    /// Something that is not to be had on this host; the reason in words.
    struct Unusable: Error {
        var reason: String
    }

    private var patterns: [PagePattern: Pattern] = [:]
    private var contexts: [TLSIdentity: TLSContext] = [:]
    private var patternUsers: [PagePattern: Int] = [:]
    private var identityUsers: [TLSIdentity: Int] = [:]

    /// A check of this target has come.
    func retain(_ target: CheckTarget) {
        guard case .http(_, let exchange) = target else { return }
        for page in exchange.pages { page.pattern.map { patternUsers[$0, default: 0] += 1 } }
        exchange.tls.map { identityUsers[$0, default: 0] += 1 }
    }

    /// A check of this target has gone.
    func release(_ target: CheckTarget) {
        guard case .http(_, let exchange) = target else { return }
        for pattern in exchange.pages.compactMap(\.pattern) {
            patternUsers[pattern, default: 1] -= 1
            guard patternUsers[pattern] == 0 else { continue }
            patternUsers[pattern] = nil
            patterns[pattern] = nil
        }
        guard let identity = exchange.tls else { return }
        identityUsers[identity, default: 1] -= 1
        guard identityUsers[identity] == 0 else { return }
        identityUsers[identity] = nil
        contexts[identity] = nil
    }

    /// Refuses a page whose digest this host cannot compute.
    func checkDigest(of page: HTTPPage) throws(Unusable) {
        guard page.digest == nil || MD5() != nil else {
            throw Unusable(reason: "digest: OpenSSL on this host allows no MD5")
        }
    }

    /// A search for the pattern of a page; nil where it has none.
    func search(for page: HTTPPage) throws(Unusable) -> PatternSearch? {
        guard let description = page.pattern else { return nil }
        if let pattern = patterns[description] { return PatternSearch(for: pattern) }
        do throws(PatternError) {
            let pattern = try Pattern(description)
            patterns[description] = pattern
            return PatternSearch(for: pattern)
        } catch {
            throw Unusable(reason: "regex: \(error)")
        }
    }

    /// TLS for a page on a connected socket; nil where it has none.
    func tls(for page: HTTPPage, _ identity: TLSIdentity?, over descriptor: Int32) throws(Unusable) -> TLSConnection? {
        guard let identity else { return nil }
        do throws(TLSContextError) {
            return try TLSConnection(context(for: identity), descriptor: descriptor, serverName: page.serverName)
        } catch {
            throw Unusable(reason: "\(error)")
        }
    }

    private func context(for identity: TLSIdentity) throws(TLSContextError) -> TLSContext {
        if let context = contexts[identity] { return context }
        let context = try TLSContext(
            certificateFile: identity.certificateFile, keyFile: identity.keyFile, password: identity.password)
        contexts[identity] = context
        return context
    }
}
