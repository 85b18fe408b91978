import Addressing
import Glibc
import LinuxSystem
import Netlink

/// Asks the segment who answers for a virtual address: the director alone should. The host itself does not hear its own
/// question, so what it would answer is told by its settings.
enum ARPProbe {
    /// What a question found.
    struct Answers: Sendable, Hashable {
        var address: IPv4Address
        var interface: String
        var owners: [MACAddress]
    }

    static func findings(of addresses: [RealServerAddress], on state: HostState, host: RealServerHost) -> [Finding] {
        var findings: [Finding] = []
        for wanted in addresses {
            guard case .v4(let address) = wanted.address else { continue }
            // Where the address belongs to the segment, its owner is to be found there.
            for interface in state.arrivals {
                guard
                    let own = interface.addresses.first(where: { $0.prefix.contains(wanted.address) })?.prefix.address,
                    case .v4(let sender) = own, let hardware = host.hardwareAddress(of: interface.name),
                    let index = host.interfaceIndexes().first(where: { $0.name == interface.name })?.index
                else { continue }
                do throws(SystemError) {
                    let question = ARPQuestion(
                        target: address, sender: sender, hardware: hardware, interfaceIndex: index)
                    let owners = try question.ask(for: .milliseconds(500))
                    findings += judge(Answers(address: address, interface: interface.name, owners: owners))
                } catch {
                    findings.append(silence(of: address, on: interface.name, because: error))
                }
            }
        }
        return findings
    }

    static func silence(of address: IPv4Address, on interface: String, because error: SystemError) -> Finding {
        Finding(
            .notAsked, .advice, subject: "ARP for \(address) on \(interface)", actual: "not asked",
            wanted: "answered by the director alone",
            consequence: "\(error); without that nothing is known of other hosts that answer for \(address), "
                + "--no-probe leaves the question out")
    }

    static func judge(_ answers: Answers) -> [Finding] {
        let subject = "ARP for \(answers.address) on \(answers.interface)"
        let names = answers.owners.map { "\($0)" }.joined(separator: " and ")
        switch answers.owners.count {
        case 0:
            return [
                Finding(
                    .noAnswer, .advice, subject: subject, actual: "nobody answers", wanted: "answered by the director",
                    consequence: "no director holds \(answers.address) on this segment now: clients there reach nobody")
            ]
        case 1: return []
        default:
            return [
                Finding(
                    .severalAnswers, subject: subject, actual: "answered by \(names)",
                    wanted: "answered by the director alone",
                    consequence: "clients reach whoever answers last: another real server is not silent, or two "
                        + "directors are master")
            ]
        }
    }
}
