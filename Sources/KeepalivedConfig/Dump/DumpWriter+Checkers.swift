import Addressing

extension DumpWriter {
    mutating func write(_ checker: Checker) {
        switch checker.kind {
        case .tcp(let connection): block("TCP_CHECK") { $0.write(checker, connection) }
        case .ping(let connection): block("PING_CHECK") { $0.write(checker, connection) }
        case .http(let connection, let request): write("HTTP_GET", checker, connection, request)
        case .ssl(let connection, let request): write("SSL_GET", checker, connection, request)
        case .smtp(let connection, let name):
            block("SMTP_CHECK") { writer in
                writer.write(checker, connection)
                writer.line("helo_name", name)
            }
        case .dns(let connection, let question):
            block("DNS_CHECK") { writer in
                writer.write(checker, connection)
                writer.line("type", question.type.rawValue)
                writer.line("name", question.name)
            }
        case .udp(let connection, let exchange):
            block("UDP_CHECK") { writer in
                writer.write(checker, connection)
                writer.write(exchange)
            }
        case .misc(let check):
            block("MISC_CHECK") { writer in
                writer.writeTiming(checker)
                writer.script("misc_path", check.script)
                writer.line("misc_timeout", "\(check.timeout)")
                writer.flag("misc_dynamic", check.isDynamic)
            }
        case .file(let check):
            block("FILE_CHECK") { writer in
                writer.line("track_file", check.file)
                writer.line("weight", "\(check.weight)", check.isReversed ? "reverse" : "noreverse")
            }
        case .bfd(let name):
            block("BFD_CHECK") { writer in
                writer.line("name", name)
                writer.boolean("alpha", checker.alpha)
            }
        }
    }

    private mutating func writeTiming(_ checker: Checker) {
        line("retry", "\(checker.retry)")
        line("delay_before_retry", "\(checker.delayBeforeRetry)")
        line("delay_loop", "\(checker.delayLoop)")
        line("warmup", "\(checker.warmup)")
        boolean("alpha", checker.alpha)
        boolean("log_all_failures", checker.logsAllFailures)
    }

    private mutating func write(_ checker: Checker, _ connection: Connection) {
        writeTiming(checker)
        line("connect_ip", "\(connection.address)")
        if connection.port != .any { line("connect_port", "\(connection.port)") }
        line("connect_timeout", "\(connection.timeout)")
        optional("bindto", connection.bindAddress)
        optional("bind_port", connection.bindPort)
        optional("bind_if", connection.bindInterface)
        line("fwmark", "\(connection.firewallMark)")
    }

    private mutating func write(
        _ keyword: String, _ checker: Checker, _ connection: Connection, _ request: HTTPRequest
    ) {
        block(keyword) { writer in
            writer.write(checker, connection)
            let version =
                switch request.version {
                case .http10: "1.0"
                case .http10Close: "1.0C"
                case .http11: "1.1"
                }
            writer.line("http_protocol", version)
            writer.boolean("fast_recovery", request.fastRecovery)
            // In a check without TLS it is a keyword that says nothing.
            if keyword == "SSL_GET" {
                writer.boolean("enable_sni", request.enablesSNI)
                writer.optional("sni_name", request.sniName)
            }
            for url in request.urls { writer.block("url") { $0.write(url) } }
        }
    }

    private mutating func write(_ url: URLCheck) {
        line("path", url.path)
        line(
            ["status_code"]
                + url.statusCodes.map { codes in
                    codes.count == 1 ? "\(codes.lowerBound)" : "\(codes.lowerBound)-\(codes.upperBound)"
                })
        optional("digest", url.digest?.hexadecimal)
        optional("virtualhost", url.virtualHost)
        boolean("tls_compliant", url.requiresCloseNotify)
        guard let pattern = url.pattern else { return }
        self.pattern("regex", pattern.text)
        flag("regex_no_match", pattern.mustNotMatch)
        if !pattern.options.isEmpty { line(["regex_options"] + pattern.options) }
        line("regex_min_offset", "\(pattern.minimumOffset)")
        optional("regex_max_offset", pattern.maximumOffset)
        if let stack = pattern.stack { line("regex_stack", "\(stack.lowerBound)", "\(stack.upperBound)") }
    }

    private mutating func write(_ exchange: UDPExchange) {
        if !exchange.payload.isEmpty { line("payload", exchange.payload.hexadecimal) }
        if exchange.requiresReply {
            let digits = exchange.reply.map { byte in
                let (value, mask) = (Array([byte.value].hexadecimal), Array([byte.mask].hexadecimal))
                return String(zip(value, mask).map { $1 == "0" ? "X" : $0 })
            }
            line(["require_reply"] + (digits.isEmpty ? [] : [digits.joined()]))
        }
        line("min_reply_length", "\(exchange.minimumReplyLength)")
        line("max_reply_length", "\(exchange.maximumReplyLength)")
    }

    mutating func write(_ instance: BFDInstance) {
        func milliseconds(_ interval: Interval) -> String {
            // An interval of as many seconds as the value has milliseconds prints as the value.
            Interval(microseconds: interval.microseconds * 1000).description
        }
        block("bfd_instance", instance.name) { writer in
            writer.line("neighbor_ip", "\(instance.neighbor)")
            writer.optional("source_ip", instance.source)
            writer.line("min_rx", milliseconds(instance.minimumReceiveInterval))
            writer.line("min_tx", milliseconds(instance.minimumSendInterval))
            writer.line("idle_tx", milliseconds(instance.idleSendInterval))
            writer.line("multiplier", "\(instance.multiplier)")
            writer.flag("passive", instance.isPassive)
            writer.line("ttl", "\(instance.ttl)")
            writer.line("max_hops", "\(instance.maximumHops)")
            writer.boolean("multihop", instance.isMultihop)
            writer.line("weight", "\(instance.weight)", instance.isReversed ? "reverse" : "noreverse")
            writer.flag("vrrp", instance.servesVRRP)
            writer.flag("checker", instance.servesCheckers)
        }
    }
}
