extension Issue {
    /// What is said about an issue.
    struct Description {
        var severity: Diagnostic.Severity
        var code: String
        var message: String
        var hint: String?
    }

    private static func error(_ code: String, _ message: String, _ hint: String? = nil) -> Description {
        Description(severity: .error, code: code, message: message, hint: hint)
    }

    private static func warning(_ code: String, _ message: String, _ hint: String? = nil) -> Description {
        Description(severity: .warning, code: code, message: message, hint: hint)
    }

    /// All texts. Voice: lower case, one sentence, input in quotes, what was expected; the hint says what happens or
    /// what to do.
    var description: Description {
        switch self {
        case .cannotRead(let path, let reason, let isIncluded):
            return Self.error(
                "MR0001", "cannot read \(quoted(path)): \(reason)",
                isIncluded ? "an included path counts from the directory of the file that includes it" : nil)
        case .notText:
            return Self.error("MR0002", "this is not a text file: it contains a NUL byte", "name a keepalived.conf")
        case .notUTF8:
            return Self.error(
                "MR0003", "this word is not UTF-8", "save the file as UTF-8; in comments any bytes may stand")
        case .nothingToDo:
            return Self.error(
                "MR0004",
                "the configuration has neither a 'vrrp_instance' nor a 'virtual_server': there is nothing to do",
                "check that this is the right file")
        case .includeCycle(let chain):
            return Self.error(
                "MR0005", "this file includes itself: \(chain.map(quoted).joined(separator: " includes "))",
                "remove one of these include lines")
        case .includeTooDeep(let limit):
            return Self.error("MR0006", "more than \(limit) files include each other", "include from fewer levels")
        case .includeMatchesNothing(let pattern):
            return Self.warning("MR0007", "no file matches \(quoted(pattern))", "nothing is included here")
        case .textTooLong:
            return Self.error(
                "MR0008", "the configuration is longer than 512 MiB", "look for definitions that grow without end")
        case .textTooBroken:
            return Self.error("MR0009", "too many braces are missing: the rest was not read", nil)
        case .unclosedQuote:
            return Self.error("MR0011", "this '\"' is not closed on its line", "add the closing '\"'")
        case .unclosedBlock(let block, let before):
            return Self.error(
                "MR0012",
                before.map { "the block of \(quoted(block)) is not closed before \(quoted($0.0)) in line \($0.1)" }
                    ?? "the block of \(quoted(block)) is not closed at the end of the file",
                "add the missing '}'")
        case .surplusBrace(let block, let line):
            return Self.error(
                "MR0013", "this '}' closes no block",
                block.flatMap { block in
                    line.map { "remove it, or one in the block of \(quoted(block)) that starts in line \($0)" }
                } ?? "remove it")
        case .blockWithoutKeyword:
            return Self.error(
                "MR0014", "this '{' follows no keyword that could have a block",
                "a keyword and its '{' stand on one line, or on two with nothing between")
        case .nestedTooDeep(let limit):
            return Self.error("MR0015", "blocks are nested more than \(limit) deep", "look for missing '}'")
        case .undefinedName(let name):
            return Self.warning(
                "MR0021", "\(quoted("$" + name)) is not defined and stays as it is",
                "define it in a line '$\(name)=VALUE' above")
        case .definitionTooDeep:
            return Self.error("MR0022", "the definitions used here use each other in a circle", nil)
        case .expansionTooLong:
            return Self.error("MR0023", "the definitions used here make a line of more than 16 MiB", nil)
        case .conditionWithoutID:
            return Self.error(
                "MR0024", "'@' is followed by no identifier", "write '@ID' or '@^ID', a blank, then the line")
        case .unsupportedLanguage(let feature):
            return Self.error(
                "MR0025", "\(quoted(feature)) is not supported yet: what it makes would be missing",
                "write the lines out")
        default: return describeKeyword
        }
    }

    private var describeKeyword: Description {
        switch self {
        case .unknownKeyword(let keyword, let block, let nearest, let hasBlock):
            return Self.warning(
                "MR0101", "unknown keyword \(quoted(keyword)) in \(block)",
                (nearest.map { "did you mean '\($0)'? " } ?? "")
                    + (hasBlock ? "it is ignored with its whole block" : "the line is ignored"))
        case .keywordWithEqualsSign(let word, let keyword, let value):
            return Self.warning(
                "MR0102",
                "\(quoted(word)) is not a keyword: '\(keyword)' takes its value behind a blank, not behind '='",
                "write '\(keyword)\(value.isEmpty ? "" : " " + String(quoted(value).dropFirst().dropLast()))'; as it stands the line is ignored"
            )
        case .keywordElsewhere(let keyword, let block, let belongs, let hasBlock):
            return Self.warning(
                "MR0103", "'\(keyword)' does not belong in \(block) but in \(belongs.joined(separator: ", "))",
                (hasBlock ? "it is ignored with its whole block" : "the line is ignored")
                    + "; look for a misplaced '}' above")
        case .noEffect(let keyword, let reason):
            return Self.warning("MR0104", "'\(keyword)' has no effect: \(reason)", nil)
        case .unsupported(let keyword, let consequence, let remedy):
            return Self.error("MR0105", "'\(keyword)' is not supported yet: \(consequence)", remedy)
        case .missingBlock(let keyword):
            return Self.error("MR0106", "'\(keyword)' must be followed by a block", "add '{' … '}'")
        case .surplusBlock(let keyword):
            return Self.error(
                "MR0107", "'\(keyword)' has no block",
                "only braces and line ends separate keywords: one that has a block starts a line of its own")
        case .deprecated(let keyword, let instead):
            return Self.warning(
                "MR0108", "'\(keyword)' is the old name of '\(instead)'", "it works; write '\(instead)'")
        case .missingArgument(let keyword, let expected):
            return Self.error("MR0201", "'\(keyword)' has no value: it expects \(expected)", "write '\(keyword) VALUE'")
        case .surplusArgument(let word, let keyword):
            return Self.warning(
                "MR0202", "\(quoted(word)) is one word too many for '\(keyword)'",
                "it is ignored; a keyword starts a line of its own")
        case .notANumber(let word, let expected):
            return Self.error("MR0203", "\(quoted(word)) is not a number: expected \(expected)", nil)
        case .numberOutOfRange(let word, let expected):
            return Self.error("MR0204", "\(quoted(word)) is out of range: expected \(expected)", nil)
        case .trailingText(let word, let number):
            return Self.warning("MR0205", "\(quoted(word)) is taken as \(number)", "remove what follows the number")
        case .notAnInterval(let word):
            return Self.error("MR0206", "\(quoted(word)) is not a number of seconds", "decimals are allowed: 0.5")
        case .intervalOutOfRange(let word, let expected):
            return Self.error("MR0207", "\(quoted(word)) is out of range: expected \(expected)", nil)
        case .intervalRounded(let word):
            return Self.warning("MR0208", "\(quoted(word)) is rounded to microseconds", nil)
        case .notAnAddress(let word, let expected):
            return Self.error("MR0209", "\(quoted(word)) is not \(expected)", nil)
        case .notAPort(let word):
            return Self.error("MR0210", "\(quoted(word)) is not a port: expected a number from 1 to 65535", nil)
        case .notABoolean(let word, let keyword):
            return Self.error(
                "MR0211", "\(quoted(word)) is not a value for '\(keyword)': expected on, off, true, false, yes or no",
                nil)
        case .notAChoice(let word, let expected, let nearest):
            return Self.error(
                "MR0212", "\(quoted(word)) is not one of \(expected.joined(separator: ", "))",
                nearest.map { "did you mean '\($0)'?" })
        case .tooLong(let word, let limit, let what):
            return Self.error("MR0213", "\(quoted(word)) is too long: \(what) has at most \(limit) bytes", nil)
        case .malformed(let word, let expected):
            return Self.error("MR0214", "\(quoted(word)) is not \(expected)", nil)
        case .emptyCommand(let keyword):
            return Self.error("MR0215", "the command of '\(keyword)' is empty", "name a program")
        default: return describeVRRP
        }
    }

    private var describeVRRP: Description {
        switch self {
        case .instanceWithout(let name, let keyword, let remedy):
            return Self.error("MR0301", "'vrrp_instance \(name)' has no '\(keyword)'", remedy)
        case .duplicate(let what, let line):
            return Self.error(
                "MR0302", "\(quoted(what)) is defined already in line \(line)", "give each a name of its own")
        case .duplicateRouterID(let id, let interface, let other):
            return Self.error(
                "MR0303", "'virtual_router_id' \(id) is used on '\(interface)' already, by '\(other)'",
                "two instances on one interface need two identifiers")
        case .passwordTruncated(let length):
            return Self.warning(
                "MR0304", "the password has \(length) bytes, of which VRRP carries the first 8",
                "the others have no effect; shorten it on every router of the group")
        case .passwordIgnored(let reason):
            return Self.warning("MR0305", "authentication is not used: \(reason)", "remove the block")
        case .authenticationWithoutPassword:
            return Self.warning("MR0306", "'authentication' without 'auth_pass' is not used", "add 'auth_pass'")
        case .advertIntervalRounded(let word, let used):
            return Self.warning(
                "MR0307", "'advert_int' \(quoted(word)) cannot be sent in an advert: \(used) is used", nil)
        case .noPreemptCleared(let reason):
            return Self.warning(
                "MR0308", "'nopreempt' has no effect \(reason)", "it needs 'state BACKUP' and a priority below 255")
        case .preemptDelayCleared(let reason):
            return Self.warning("MR0309", "'preempt_delay' has no effect \(reason)", nil)
        case .stateCorrected(let text):
            return Self.warning("MR0310", text, nil)
        case .unknownTracker(let name, let kind, let nearest):
            return Self.warning(
                "MR0311", "no '\(kind)' is named \(quoted(name))",
                (nearest.map { "did you mean '\($0)'? " } ?? "") + "it is not tracked")
        case .addressOfOtherFamily(let address):
            return Self.warning(
                "MR0312", "\(quoted(address)) is of another address family than the instance's adverts and is ignored",
                "put it into 'virtual_ipaddress_excluded'")
        case .duplicateAddress(let address):
            return Self.warning("MR0313", "\(quoted(address)) is listed already", "the second one is ignored")
        case .strictMode(let text):
            return Self.warning("MR0314", "strict mode: \(text)", nil)
        case .unknownMember(let name, let nearest):
            return Self.warning(
                "MR0315", "no 'vrrp_instance' is named \(quoted(name))",
                (nearest.map { "did you mean '\($0)'? " } ?? "") + "the group goes without it")
        case .memberOfTwoGroups(let name, let group):
            return Self.error(
                "MR0316", "\(quoted(name)) is a member of '\(group)' already", "an instance is in one group at most")
        case .smallGroup(let count):
            return Self.warning(
                "MR0317", "the group has \(counted(count, "member"))",
                count == 0 ? "it is ignored" : "a group keeps two or more instances together")
        case .weightIgnoredInGroup(let name):
            return Self.warning(
                "MR0318", "the weight of \(quoted(name)) is not used in a sync group: it faults the group instead",
                "'sync_group_tracking_weight' in the group allows weights")
        case .tooManyAddresses(let count):
            return Self.error(
                "MR0319", "\(count) addresses do not fit into an advert, which carries at most 255",
                "put the others into 'virtual_ipaddress_excluded'")
        case .scriptWithoutCommand(let name):
            return Self.error("MR0320", "'vrrp_script \(name)' has no 'script'", "add 'script \"/path/to/program\"'")
        case .familyMismatch(let word, let expected):
            return Self.error("MR0321", "\(quoted(word)) is of the wrong address family: expected \(expected)", nil)
        case .instanceWithoutAddresses(let name):
            return Self.warning(
                "MR0323", "'vrrp_instance \(name)' has no 'virtual_ipaddress': nothing fails over with it",
                "add the block, or 'no_virtual_ipaddress' if that is meant")
        case .loopbackInterface(let name):
            return Self.error(
                "MR0324", "adverts cannot be sent on the loopback interface '\(name)'",
                "name the interface of the network that the routers share")
        case .addressesOnOneLine(let word):
            return Self.error(
                "MR0325", "\(quoted(word)) is a second address on the line", "each address has a line of its own")
        case .unknownInstance(let name, let nearest):
            return Self.error(
                "MR0322", "no 'vrrp_instance' is named \(quoted(name))", nearest.map { "did you mean '\($0)'?" })
        default: return describeVirtualServer
        }
    }

    private var describeVirtualServer: Description {
        switch self {
        case .assumed(let keyword, let value):
            return Self.warning("MR0401", "no '\(keyword)': \(value) is used", "add '\(keyword)'")
        case .cleared(let keyword, let reason):
            return Self.warning("MR0402", "'\(keyword)' has no effect \(reason)", nil)
        case .portNeedsPersistence:
            return Self.warning(
                "MR0403", "a service on every port needs persistence: 'persistence_timeout 360' is used",
                "add 'persistence_timeout'")
        case .duplicateServer(let server, let line):
            return Self.warning(
                "MR0404", "\(quoted(server)) is in this virtual server already, in line \(line)",
                "the second one is ignored")
        case .quorumReduced(let quorum, let total):
            return Self.warning(
                "MR0405", "'quorum' \(quorum) is more than all weights together: \(max(1, total)) is used", nil)
        case .hysteresisReduced(let hysteresis, let quorum):
            return Self.warning(
                "MR0406", "'hysteresis' \(hysteresis) is not below the quorum \(quorum): \(quorum - 1) is used", nil)
        case .portForced(let port, let forced, let method):
            return Self.warning(
                "MR0407",
                "port \(port) is not used: \(method) does not change ports, so the server is reached on \(forced)",
                "write the port of the virtual server, or use 'lb_kind NAT'")
        case .poolWithoutServers:
            return Self.warning(
                "MR0408", "the virtual server has no 'real_server' and is ignored", "add a 'real_server' block")
        case .serverFamily(let server):
            return Self.error(
                "MR0409", "\(quoted(server)) is of another address family than the virtual server",
                "only 'lb_kind TUN' carries one family in the other")
        case .neverChecked(let checker, let missing):
            return Self.error(
                "MR0410", "'\(checker)' without '\(missing)' checks nothing: the server would never be taken out",
                "add '\(missing)'")
        case .checkerWithoutPort:
            return Self.error(
                "MR0411", "there is no port to check",
                "add 'connect_port', or a port behind the address of the real server")
        case .tunnelWithoutPort:
            return Self.error("MR0412", "a GUE tunnel has no port", "write 'TUN type gue port NUMBER'")
        case .schedulerFlagIgnored(let flag, let scheduler):
            return Self.warning("MR0413", "'\(flag)' has no effect with the scheduler '\(scheduler)'", nil)
        case .unknownInterface(let name, let nearest):
            return Self.error(
                "MR0501", "there is no interface \(quoted(name)) on this host",
                nearest.map { "did you mean '\($0)'?" }
                    ?? "'ip link' lists them; 'dynamic_interfaces' in 'global_defs' lets it appear later")
        default:
            return Self.error("MR0000", "the configuration cannot be used", nil)
        }
    }
}
