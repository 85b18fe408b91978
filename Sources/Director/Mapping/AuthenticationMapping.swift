import KeepalivedConfig
import LinuxSystem
import VRRP

/// Why an `auth_hmac` cannot be used.
struct UnusableKey: Error {
    /// What is wrong, with the way out.
    var reason: String
}

extension AdvertAuthentication {
    /// The settings with every key, those in files read.
    init(_ hmac: HMACAuthentication) throws(UnusableKey) {
        var keys: [UInt8: [UInt8]] = [:]
        for key in hmac.keys {
            switch key.secret {
            case .bytes(let bytes): keys[key.id] = bytes
            case .file(let path): keys[key.id] = try Self.key(key.id, inFile: path)
            }
        }
        let mode: Mode =
            switch hmac.mode {
            case .enforce: .enforce
            case .permissive: .permissive
            case .receiveOnly: .receiveOnly
            }
        self.init(keys: keys, activeKey: hmac.activeKey, timeWindow: hmac.timeWindow, mode: mode)
    }

    private static func key(_ id: UInt8, inFile path: String) throws(UnusableKey) -> [UInt8] {
        let contents: [UInt8]
        do throws(SystemError) {
            contents = try SmallFile.readBeginning(path, length: 256)
        } catch {
            throw UnusableKey(reason: "key \(id) of auth_hmac: \(error)")
        }
        guard let text = String(validating: contents, as: UTF8.self), let key = HMACAuthentication.key(from: text),
            HMACAuthentication.keyLengths.contains(key.count)
        else {
            throw UnusableKey(
                reason: "key \(id) of auth_hmac: \(path) holds no key; write 32 to 64 characters into it, "
                    + "or 'hex:' and 64 to 128 hexadecimal digits")
        }
        return key
    }
}
