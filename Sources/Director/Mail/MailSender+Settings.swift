import Glibc
import KeepalivedConfig
import SMTP

extension MailSender.Settings {
    /// The settings of a configuration; nil where it names no server or nobody to write to.
    init?(_ global: GlobalDefinitions) {
        let recipients = global.mail.recipients.filter { MailMessage.address($0) != nil }
        guard let server = global.mail.server, !recipients.isEmpty else { return nil }
        let host = Self.hostName
        self.init(
            server: server, recipients: recipients, sender: global.mail.sender ?? "\(Self.loginName)@\(host)",
            helloName: global.mail.heloName ?? host, routerID: global.routerID ?? host,
            stepTimeout: .microseconds(global.mail.connectTimeout.microseconds))
    }

    /// The name of this host, which stands for a `router_id` that is not configured.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "localhost" : text
    }

    private static var loginName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let base = buffer.baseAddress, getpwuid_r(geteuid(), &entry, base, buffer.count, &found) == 0,
                found != nil, let login = entry.pw_name
            else { return "martlet" }
            return String(cString: login)
        }
    }
}
