import Addressing

extension Resolver {
    /// Passwords of version 2 and signatures; signatures take the place of passwords.
    mutating func setAuthentication(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        setPassword(draft, &instance)
        guard let hmac = draft.hmac else { return }
        if instance.password != nil || instance.headerPassword != nil {
            sink.report(
                .passwordIgnored("'auth_hmac' takes its place"), at: draft.authentication?.span ?? hmac.span)
            instance.password = nil
            instance.headerPassword = nil
        }
        instance.hmac = authentication(hmac, instance)
    }

    private mutating func authentication(_ draft: HMACDraft, _ instance: VRRPInstance) -> HMACAuthentication? {
        guard let active = draft.activeKey, draft.keys.contains(where: { $0.value.id == active.value }) else {
            guard !draft.isBroken else { return nil }
            sink.report(
                .hmacDisabled(
                    draft.activeKey.map { "'active_key' \($0.value) is not one of its keys" }
                        ?? "it has no 'active_key'"), at: draft.activeKey?.span ?? draft.span)
            return nil
        }
        var hmac = HMACAuthentication(activeKey: active.value)
        hmac.keys = draft.keys.map { $0.value }
        hmac.mode = draft.mode?.value ?? .enforce
        if instance.strict, let mode = draft.mode, mode.value != .enforce {
            sink.report(.strictMode("'auth_hmac' has mode enforce"), at: mode.span)
            hmac.mode = .enforce
        }
        if !draft.isMonotonic {
            let derived = min(max(3 * (instance.advertInterval.microseconds / 1_000_000), 5), 300)
            hmac.timeWindow = draft.timeWindow ?? UInt16(truncatingIfNeeded: derived)
        }
        return hmac
    }

    private mutating func setPassword(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        guard let authentication = draft.authentication else { return }
        if instance.version == .v3 {
            sink.report(.passwordIgnored("VRRP version 3 has none"), at: authentication.span)
            return
        }
        if instance.strict {
            sink.report(.passwordIgnored("strict mode allows none"), at: authentication.span)
            return
        }
        guard let password = authentication.password else {
            if !authentication.hasPassword { sink.report(.authenticationWithoutPassword, at: authentication.span) }
            return
        }
        guard let kind = authentication.kind else {
            if !authentication.hasType {
                sink.report(.passwordIgnored("'auth_type PASS' is missing"), at: authentication.span)
            }
            return
        }
        let bytes = Array(password.value.utf8)
        if bytes.count > 8 { sink.report(.passwordTruncated(bytes.count), at: password.span) }
        // Half a character cannot be kept in a string; a shorter password is refused by peers as any wrong one.
        var kept = bytes.prefix(8)
        while !kept.isEmpty, String(validating: kept, as: UTF8.self) == nil { kept.removeLast() }
        switch kind {
        case .simple: instance.password = String(decoding: kept, as: UTF8.self)
        case .header:
            instance.headerPassword = String(decoding: kept, as: UTF8.self)
            guard instance.initialState == .master, instance.priority < 255 else { return }
            // A master must have heard the others' sequence number first.
            sink.report(
                .stateCorrected("'state MASTER' does not go with 'auth_type AH': 'state BACKUP' is used"),
                at: draft.state?.span ?? draft.span)
            instance.initialState = .backup
        }
    }
}
