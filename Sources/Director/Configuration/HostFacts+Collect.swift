import Glibc
import HealthChecks
import KeepalivedConfig
import LinuxSystem
import Netlink
import Patterns
import TLS

extension HostFacts {
    /// What this host has of what a configuration names: its interfaces as the kernel lists them at this moment, and
    /// the scripts judged as ``ScriptResolver`` will judge them when they are to run, the patterns compiled, and the files of
    /// the `SSL` block read.
    ///
    /// - Parameter namespace: the network namespace on the command line, which counts instead of `net_namespace`.
    static func collect(for configuration: Configuration, in namespace: String? = nil) -> HostFacts {
        var facts = HostFacts()
        facts.takeNamespaces(configuration.root, given: namespace)
        let resolver = ScriptResolver(configuration.global)
        var judged: [Runner: ScriptFinding?] = [:]
        for script in configuration.namedScripts {
            switch resolver.identityResult(of: script) {
            case .success(let identity):
                guard let program = script.words.first else { continue }
                let runner = Runner(program: program, identity: identity)
                let finding =
                    judged[runner] ?? ScriptSecurity.verify(program, identity: identity).map(ScriptFinding.init)
                judged[runner] = .some(finding)
                facts.scripts[script] = finding
            case .failure(let error):
                facts.scripts[script] = .withoutIdentity(reason: "\(error)")
            }
        }
        for pattern in configuration.namedPatterns {
            do throws(PatternError) {
                _ = try Pattern(HealthChecks.PagePattern(pattern))
            } catch {
                facts.patterns[pattern] = PatternFinding(message: error.message, offset: error.offset)
            }
        }
        facts.clientCertificate = clientCertificate(of: configuration)
        return facts
    }

    private static func clientCertificate(of configuration: Configuration) -> ClientCertificateFinding? {
        guard let settings = configuration.tlsClient, configuration.checksInsideTLS else { return nil }
        do throws(TLSContextError) {
            _ = try TLSContext(
                certificateFile: settings.certificate, keyFile: settings.key, password: settings.password)
            return nil
        } catch {
            return ClientCertificateFinding(path: error.path ?? error.subject, reason: error.reason)
        }
    }

    /// A program and who runs it: what a judgement depends on.
    private struct Runner: Hashable {
        var program: String
        var identity: ProcessIdentity
    }

    private mutating func takeNamespaces(_ root: RootDefinitions, given: String?) {
        do throws(SystemError) {
            interfaces = Self.interfaces(in: try DirectorNamespaces(root, given: given).network)
        } catch {
            var names = [root.networkNamespace].compactMap { $0 }
            if case .named(let name) = root.ipvsNamespace { names.append(name) }
            for name in names {
                do throws(SystemError) { _ = try OpenNetworkNamespace(named: name) } catch {
                    namespaces[name] = "\(error.errno)"
                }
            }
        }
    }

    /// The interfaces of a network namespace, nil being that of this thread; nil where the kernel does not tell.
    private static func interfaces(in namespace: OpenNetworkNamespace?) -> [String: Interface]? {
        guard let client = try? RouteClient.open(in: namespace), let links = try? client.links(),
            let addresses = try? client.addresses()
        else { return nil }
        let names = Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
        let byInterface = Dictionary(grouping: addresses) { $0.interfaceIndex }
        let interfaces = links.map { link in
            let interface = Interface(
                addresses: (byInterface[link.index] ?? []).map { $0.prefix },
                isOperational: link.isOperational, isLoopback: link.flags.contains(.loopback),
                isPointToPoint: link.flags.contains(.pointToPoint), kind: link.kind,
                // A veth's other end may be in another namespace, where its index means something else.
                lower: link.kind == "veth" ? nil : link.lowerIndex.flatMap { names[$0] },
                master: link.masterIndex.flatMap { names[$0] })
            return (link.name, interface)
        }
        return Dictionary(interfaces) { first, _ in first }
    }
}

extension HostFacts.ScriptFinding {
    init(_ problem: ScriptProblem) {
        switch problem {
        case .missing(let path, let number): self = .missing(path: path, reason: "\(number)")
        case .notRegularFile(let path): self = .notAFile(path: path)
        case .notExecutable(let path, let mode): self = .notExecutable(path: path, mode: mode)
        case .withoutInterpreter(let path, let interpreter):
            self = .withoutInterpreter(path: path, interpreter: interpreter)
        case .insecure(let component, let owner, let group, let mode):
            self = .replaceable(
                HostFacts.PathComponent(path: component, owner: owner, group: group, mode: mode))
        }
    }
}
