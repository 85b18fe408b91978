import Glibc
import HealthChecks
import LinuxSystem
import TLS
import Timing

/// A page that is fetched on a connected socket and judged, by plain calls at the ticks of the probes' loop.
///
/// The loop says when the socket is ready; a channel would cost more than the connection and the answer together. The
/// descriptor is the caller's.
final class PageFetch {
    /// What the socket is waited for next.
    enum Progress {
        /// To take more.
        case writes
        /// To have more.
        case reads
        /// Nothing: the page is judged.
        case ended(CheckFailure?)
    }

    private enum Phase {
        /// The TLS handshake; no byte of an answer can have come.
        case handshake
        case request(sent: Int)
        case answer
        /// The answer is complete and as expected; only how the connection ends is still open.
        case end
    }

    /// How much is read of one page before others have their turn, in bytes.
    private static let share = 256 * 1024

    private let request: PageRequest
    private var stream: PageStream
    private var phase: Phase
    private var parser: HTTPResponseParser
    private let lastDeadline: Instant
    /// When the peer will have taken too long; every piece of the answer moves it, within limits. The handshake does
    /// not: it has one timeout as a whole.
    private(set) var deadline: Instant

    /// - Parameters:
    ///   - tls: carries the page; nil carries it without TLS.
    ///   - search: looks for the page's pattern.
    init(
        _ request: PageRequest, over descriptor: Int32, tls: TLSConnection?, search: (any PageSearch)?, now: Instant
    ) {
        self.request = request
        stream = tls.map(PageStream.tls) ?? .plain(descriptor)
        phase = tls == nil ? .request(sent: 0) : .handshake
        parser = HTTPResponseParser(wantsDigest: request.page.digest != nil, search: search)
        deadline = now + request.timeout
        lastDeadline = now + request.longestAnswer
    }

    /// Goes on with a socket that is ready.
    ///
    /// - Parameter buffer: where bytes are put on their way, the same for all pages.
    func proceed(_ buffer: inout [UInt8], now: Instant) -> Progress {
        var taken = 0
        while taken < Self.share {
            switch step(&buffer) {
            case .done(let count):
                taken += count
                if let progress = advance(count, buffer, now: now) { return ended(progress) }
            case .wantsToRead: return .reads
            case .wantsToWrite: return .writes
            case .ended(let announced): return ended(endOfConnection(announced: announced))
            case .lost(let error):
                return ended(.ended(.connectionLost(path: request.page.path, reason: "\(Errno(rawValue: error))")))
            case .failed(let reason): return ended(.ended(.tlsFailed(path: request.page.path, reason: reason)))
            }
        }
        return .reads
    }

    /// Why the page failed when its deadline has passed; nil when it has been moved meanwhile.
    func expire(now: Instant) -> CheckFailure? {
        guard deadline <= now else { return nil }
        if case .handshake = phase { return .tlsTimedOut(path: request.page.path, after: request.timeout) }
        // One that kept coming was given the whole time that an answer may take.
        let isLast = lastDeadline <= deadline
        return .responseTimedOut(path: request.page.path, after: isLast ? request.longestAnswer : request.timeout)
    }

    private func step(_ buffer: inout [UInt8]) -> TLSConnection.Outcome {
        switch phase {
        case .handshake: stream.connect()
        case .request(let sent): stream.write(request.bytes[min(sent, request.bytes.count)...])
        case .answer, .end: stream.read(into: &buffer)
        }
    }

    /// Goes on after so many bytes. Returns what is next, or nil when that can be tried at once.
    private func advance(_ count: Int, _ buffer: [UInt8], now: Instant) -> Progress? {
        switch phase {
        case .handshake:
            phase = .request(sent: 0)
            moveDeadline(now)
            return nil
        case .request(let sent):
            phase = sent + count < request.bytes.count ? .request(sent: sent + count) : .answer
            // The answer cannot be there yet; a look that finds nothing is a call for nothing.
            if case .answer = phase { return .reads }
            return nil
        case .answer:
            moveDeadline(now)
            return read(buffer.prefix(count))
        case .end: return nil
        }
    }

    private func read(_ bytes: ArraySlice<UInt8>) -> Progress? {
        do throws(HTTPResponseError) {
            guard let response = try parser.consume(bytes) else { return nil }
            let failure = request.page.failure(of: response)
            guard failure == nil, request.page.requiresCloseNotify, stream.isTLS else { return .ended(failure) }
            phase = .end
            return nil
        } catch {
            return .ended(.malformedResponse(path: request.page.path, error))
        }
    }

    private func endOfConnection(announced: Bool) -> Progress {
        if case .handshake = phase {
            return .ended(.tlsFailed(path: request.page.path, reason: "the connection ended in the handshake"))
        }
        // Many servers end without a word. What they have said is judged, unless the file wants them to be exact.
        if stream.isTLS, !announced, request.page.requiresCloseNotify {
            return .ended(.endNotAnnounced(path: request.page.path))
        }
        if case .end = phase { return .ended(nil) }
        do throws(HTTPResponseError) {
            return .ended(request.page.failure(of: try parser.finish()))
        } catch {
            return .ended(.malformedResponse(path: request.page.path, error))
        }
    }

    private func moveDeadline(_ now: Instant) { deadline = min(lastDeadline, now + request.timeout) }

    private func ended(_ progress: Progress) -> Progress {
        if case .ended = progress { stream.end() }
        return progress
    }
}
