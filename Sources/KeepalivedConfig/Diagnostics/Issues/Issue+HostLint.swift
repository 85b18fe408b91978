/// What does not fit the host (`MR065…` for its network, `MR066…` for its files).
extension Issue {
    static func routerIDOnOneSegment(_ id: UInt8, interface: String, other: String, segment: String) -> Issue {
        warning(
            "MR0651",
            "'virtual_router_id' \(id) is used on \(quoted(other)) already, which is the same network segment as \(quoted(interface)): \(quoted(segment))",
            "two instances on one segment need two identifiers")
    }

    static func addressOutsideSubnets(_ address: String, interface: String, subnets: [String]) -> Issue {
        warning(
            "MR0652",
            "\(quoted(address)) is in no subnet of \(quoted(interface)), which has \(subnets.joined(separator: ", "))",
            "correct the address or name its interface with 'dev'; an address that brings its own subnet needs a prefix length"
        )
    }

    static func addressIsOwn(_ address: String, interface: String) -> Issue {
        warning(
            "MR0653", "\(quoted(address)) is this host's own address on \(quoted(interface))",
            "a virtual address is removed from every router but the master: choose one that no router has for itself, or give the owner priority 255"
        )
    }

    static func interfaceWithoutAddress(_ interface: String, family: String) -> Issue {
        warning(
            "MR0654", "\(quoted(interface)) has no \(family) address that adverts could come from",
            "the instance is in fault until it has one; the virtual addresses do not count")
    }

    static func interfaceIsDown(_ interface: String) -> Issue {
        warning(
            "MR0655", "the interface \(quoted(interface)) is down",
            "the instance is in fault until it is up: 'ip link set \(interface) up', and look at the cable")
    }

    static func sourceNotOnInterface(_ address: String, interface: String, elsewhere: String?) -> Issue {
        warning(
            "MR0656", "the source address \(quoted(address)) is not on \(quoted(interface))",
            elsewhere.map { "it is on '\($0)': name that interface, or an address of this one" }
                ?? "no interface of this host has it: was the file copied from another router?")
    }

    static func peerIsThisHost(_ address: String) -> Issue {
        warning(
            "MR0657", "the peer \(quoted(address)) is this host",
            "list the other routers; was the file copied from another one?")
    }

    static func serverIsThisHost(_ address: String) -> Issue {
        warning(
            "MR0658",
            "the server \(quoted(address)) is this host, which as a backup would balance once more what the master forwards to it",
            "forward by 'NAT', or remove the virtual server while this host is backup")
    }

    static func script(_ script: Script, _ finding: HostFacts.ScriptFinding, isSecure: Bool) -> Issue {
        let user = script.user.map { "the user \(quoted($0.user))" } ?? "the user that is to run it"
        switch finding {
        case .missing(let path, let reason):
            return warning(
                "MR0661", "the script \(quoted(path)) cannot be run: \(reason)",
                "every run counts as failed; correct the path, or install the program")
        case .notAFile(let path):
            return warning(
                "MR0662", "the script \(quoted(path)) cannot be run: it is not a regular file",
                "every run counts as failed; name the program itself")
        case .notExecutable(let path, let mode):
            return warning(
                "MR0662", "the script \(quoted(path)) cannot be run by \(user): its mode is \(octal(mode))",
                "every run counts as failed; 'chmod +x \(path)' makes it a program")
        case .replaceable(let component):
            return replaceable(script, component, isSecure: isSecure)
        case .withoutIdentity(let reason):
            return warning(
                "MR0665", "the script \(quoted(script.words.first ?? "")) will not be run: \(reason)",
                script.user == nil
                    ? "create it, or name another one behind the command or in 'script_user'"
                    : "behind a command stand its user and group: a command with arguments stands in quotes; if the user is meant, create it"
            )
        case .withoutInterpreter(let path, let interpreter):
            return warning(
                "MR0666",
                "the script \(quoted(path)) cannot be run: its '#!' names \(quoted(interpreter)), which does not exist",
                "every run counts as failed; install it or correct the first line, which may end with a carriage return"
            )
        }
    }

    static func clientCertificate(_ finding: HostFacts.ClientCertificateFinding) -> Issue {
        warning(
            "MR0667", "\(quoted(finding.path)) of 'SSL' cannot be used: \(finding.reason)",
            "SSL_GET is put off until it can be, and its servers stay as they are; correct the file")
    }

    static func namespaceCannotBeEntered(_ name: String, reason: String) -> Issue {
        warning(
            "MR0668", "the network namespace \(quoted(name)) cannot be entered: \(reason)",
            "the director does not start like this; 'ip netns add' makes one, 'ip netns list' shows those that there are"
        )
    }

    private static func replaceable(
        _ script: Script, _ component: HostFacts.PathComponent, isSecure: Bool
    ) -> Issue {
        let path = quoted(component.path)
        let (who, remedy) =
            if component.owner != 0 {
                ("\(path) belongs to the user \(component.owner)", "chown root \(component.path)")
            } else if component.mode & 0o002 != 0 {
                (
                    "everybody may write to \(path): its mode is \(octal(component.mode)), with the bit o+w",
                    "chmod o-w \(component.path)"
                )
            } else {
                (
                    "the group \(component.group) may write to \(path): its mode is \(octal(component.mode)), with the bit g+w",
                    "chmod g-w \(component.path)"
                )
            }
        let name = quoted(script.words.first ?? "")
        return isSecure
            ? warning(
                "MR0663", "the script \(name) will not be run as root: \(who)",
                "'\(remedy)' lets it run, or another user behind the command")
            : warning(
                "MR0664", "root runs the script \(name), which others can replace: \(who)",
                "'\(remedy)', or name another user behind the command; 'enable_script_security' would not run it")
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// One of each code, for the catalogue.
    static let examplesOfHostLint: [Issue] = {
        let script = Script(words: ["/opt/check.sh"])
        let open = HostFacts.PathComponent(path: "/opt", owner: 0, group: 0, mode: 0o777)
        let findings: [(HostFacts.ScriptFinding, Bool)] = [
            (.missing(path: "/opt/check.sh", reason: "No such file or directory"), false),
            (.notExecutable(path: "/opt/check.sh", mode: 0o644), false), (.replaceable(open), true),
            (.replaceable(open), false), (.withoutIdentity(reason: "user 'web' does not exist on this host"), false),
            (.withoutInterpreter(path: "/opt/check.sh", interpreter: "/usr/bin/bash5"), false),
        ]
        return [
            .routerIDOnOneSegment(51, interface: "vip0", other: "eth0", segment: "eth0"),
            .addressOutsideSubnets("10.1.80.90", interface: "eth0", subnets: ["10.1.81.91/24"]),
            .addressIsOwn("10.1.80.91", interface: "eth0"),
            .interfaceWithoutAddress("eth0", family: "IPv4"),
            .interfaceIsDown("eth0"),
            .sourceNotOnInterface("10.1.80.91", interface: "eth0", elsewhere: nil),
            .peerIsThisHost("10.1.80.91"),
            .serverIsThisHost("10.1.80.91"),
        ] + findings.map { Issue.script(script, $0.0, isSecure: $0.1) } + [
            .clientCertificate(.init(path: "/etc/keepalived/client.pem", reason: "No such file or directory")),
            .namespaceCannotBeEntered("blue", reason: "No such file or directory"),
        ]
    }()
}
