import Addressing
import HealthChecks
import KeepalivedConfig

extension CheckDump {
    /// What a checker does, and how it stands.
    static func write(
        _ checker: Checker, _ standing: ServicePool.CheckerState?, to text: inout DumpText
    ) {
        text.value(3, "Enabled", DumpWords.yes(standing != nil))
        text.value(3, "Up", DumpWords.yes(standing?.isUp ?? !checker.alpha))
        text.value(3, "Has run", DumpWords.yes(standing?.hasRun ?? false))
        text.value(3, "Current weight", standing?.weightChange ?? 0)
        text.value(3, "Alpha", DumpWords.yes(checker.alpha))
        text.value(3, "Delay loop", "\(checker.delayLoop.microseconds) us")
        text.value(3, "Warmup", "\(checker.warmup.microseconds) us")
        text.value(3, "Retries", checker.retry)
        if checker.retry > 0 { text.value(3, "Delay before retry", "\(checker.delayBeforeRetry.microseconds) us") }
        text.value(3, "Log all failures", DumpWords.yes(checker.logsAllFailures))
        if let connection = checker.kind.connection { write(connection, to: &text) }
        writeMethod(checker.kind, to: &text)
    }

    private static func write(_ connection: Connection, to text: inout DumpText) {
        text.line(3, "Connection")
        text.value(5, "Dest", "[\(connection.address)]:\(connection.port)")
        if let address = connection.bindAddress {
            text.value(5, "Bind to", "[\(address)]:\(connection.bindPort.map { "\($0)" } ?? "0")")
        }
        if let interface = connection.bindInterface { text.value(5, "Bind i/f", interface) }
        if connection.firewallMark != 0 { text.value(5, "Mark", connection.firewallMark) }
        text.value(5, "Timeout", DumpWords.seconds(connection.timeout))
    }

    private static func writeMethod(_ kind: Checker.Kind, to text: inout DumpText) {
        func method(_ name: String) { text.value(3, "Keepalive method", name) }
        switch kind {
        case .tcp: method("TCP_CHECK")
        case .ping: method("PING_CHECK")
        case .http(_, let request):
            method("HTTP_GET, http protocol \(word(request.version))")
            write(request, to: &text)
        case .ssl(_, let request):
            method("SSL_GET, http protocol \(word(request.version))")
            write(request, to: &text)
        case .smtp(_, let helloName):
            method("SMTP_CHECK")
            text.value(3, "helo", helloName)
        case .dns(_, let question):
            method("DNS_CHECK")
            text.value(3, "Type", question.type.rawValue)
            text.value(3, "Name", question.name)
        case .udp(_, let exchange):
            method("UDP_CHECK")
            text.value(3, "Payload specified", DumpWords.yes(exchange.payload != UDPExchange().payload))
            text.value(3, "Require reply", DumpWords.yes(exchange.requiresReply))
            guard exchange.requiresReply else { return }
            text.value(5, "Min reply length", exchange.minimumReplyLength)
            text.value(5, "Max reply length", exchange.maximumReplyLength)
            text.value(5, "Reply data len", exchange.reply.count)
        case .misc(let check):
            method("MISC_CHECK")
            text.value(3, "script", DumpWords.command(check.script))
            text.value(3, "timeout", DumpWords.seconds(check.timeout))
            text.value(3, "dynamic", check.isDynamic ? "YES" : "NO")
        case .file(let check):
            method("FILE_CHECK")
            text.value(3, "Tracked file", check.file)
            text.value(3, "Reloaded weight", "\(check.weight)\(check.isReversed ? " reverse" : "")")
        case .bfd(let name):
            method("BFD_CHECK")
            text.value(3, "Name", name)
        }
    }

    private static func write(_ request: HTTPRequest, to text: inout DumpText) {
        text.line(3, "Enable SNI \(request.enablesSNI ? "set" : "unset")")
        text.line(3, "Fast recovery \(request.fastRecovery ? "set" : "unset")")
        for url in request.urls {
            text.value(3, "Checked url", url.path)
            if let digest = url.digest { text.value(5, "digest", hexadecimal(digest)) }
            text.line(5, "HTTP Status Code(s)")
            for codes in url.statusCodes {
                text.line(
                    7,
                    codes.lowerBound == codes.upperBound
                        ? "\(codes.lowerBound)" : "\(codes.lowerBound)-\(codes.upperBound)")
            }
            if let host = url.virtualHost { text.value(5, "VirtualHost", host) }
            guard let pattern = url.pattern else { continue }
            text.value(5, "Regex", "\"\(pattern.text)\"")
            if pattern.mustNotMatch { text.line(7, "Regex no match") }
        }
    }

    private static func word(_ version: HTTPRequest.ProtocolVersion) -> String {
        switch version {
        case .http10: "1.0"
        case .http10Close: "1.0C"
        case .http11: "1.1"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(Int($0) | 0x100, radix: 16).dropFirst() }.joined()
    }
}
