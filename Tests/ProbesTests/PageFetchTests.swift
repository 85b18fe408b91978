import Addressing
import COpenSSL
import Glibc
import HealthChecks
import TLS
import Testing
import Timing

@testable import Probes

/// Both ends of a connection, and a clock that goes when it is told to.
private final class Subject {
    let fetch: PageFetch
    private let near: Int32
    private let far: Int32
    private var peer: OpaquePointer?
    private let server: TLSServerContext?
    private var now = Instant.epoch
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    /// What the page was found to be, once it was.
    private(set) var verdict: CheckFailure??

    init(_ page: HTTPPage = HTTPPage(path: "/"), timeout: Duration = .seconds(5), inTLS: Bool = false) throws {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        (near, far) = (ends[0], ends[1])
        server = inTLS ? try TLSServerContext() : nil
        peer = server?.connection(on: far)
        let tls = inTLS ? try TLSConnection(TLSContext(), descriptor: near, serverName: nil) : nil
        let target = ConnectionTarget(address: .v4(IPv4Address(127, 0, 0, 1)), port: 80, timeout: timeout)
        let request = PageRequest(page, of: HTTPExchange(pages: [page]), on: target)
        fetch = PageFetch(request, over: near, tls: tls, search: nil, now: now)
    }

    deinit {
        SSL_free(peer)
        close(near)
        close(far)
    }

    func proceed() {
        if case .ended(let failure) = fetch.proceed(&buffer, now: now), verdict == nil { verdict = .some(failure) }
    }

    func advance(_ duration: Duration) {
        now = now + duration
        if verdict == nil, let failure = fetch.expire(now: now) { verdict = .some(failure) }
    }

    /// Both sides' part in the handshake, and the request.
    func greet() {
        for _ in 0..<10 {
            proceed()
            ERR_clear_error()
            if SSL_accept(peer) == 1 { break }
        }
        proceed()
    }

    func receive(_ text: String) {
        let bytes = Array(text.utf8)
        if let peer { SSL_write(peer, bytes, Int32(bytes.count)) } else { _ = send(far, bytes, bytes.count, 0) }
        proceed()
    }

    /// What the peer has got so far.
    func taken() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = peer.map { Int(SSL_read($0, &bytes, Int32(bytes.count))) } ?? recv(far, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    func end(announced: Bool = true) {
        if announced, let peer { SSL_shutdown(peer) }
        shutdown(far, Int32(SHUT_RDWR))
        proceed()
    }
}

extension TLSServerContext {
    fileprivate func connection(on descriptor: Int32) -> OpaquePointer? {
        let ssl = SSL_new(pointer)
        SSL_set_fd(ssl, descriptor)
        SSL_set_accept_state(ssl)
        return ssl
    }
}

@Suite("A page that is fetched")
struct PageFetchTests {
    private let ok = "HTTP/1.0 200 OK\r\n"

    @Test("the request goes out at once, in TLS behind the handshake", arguments: [false, true])
    func request(inTLS: Bool) throws {
        let subject = try Subject(inTLS: inTLS)
        if inTLS { subject.greet() } else { subject.proceed() }
        #expect(subject.taken() == "GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 127.0.0.1:80\r\n\r\n")
        #expect(subject.verdict == nil)
    }

    @Test("a complete answer is judged, whatever comes behind it", arguments: [false, true])
    func complete(inTLS: Bool) throws {
        let subject = try Subject(inTLS: inTLS)
        if inTLS { subject.greet() } else { subject.proceed() }
        subject.receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")
        #expect(subject.verdict == nil)
        subject.receive("\r\nhiHTTP/1.1 500 No\r\n\r\n")
        #expect(subject.verdict == .some(nil))
    }

    @Test("the end of the connection ends the answer", arguments: [false, true])
    func endOfConnection(inTLS: Bool) throws {
        let subject = try Subject(inTLS: inTLS)
        if inTLS { subject.greet() } else { subject.proceed() }
        subject.receive("HTTP/1.0 404 Not Found\r\n\r\n")
        #expect(subject.verdict == nil)
        subject.end()
        #expect(subject.verdict == .unexpectedStatus(path: "/", status: 404))
    }

    @Test("every piece of the answer moves the deadline, but not for ever")
    func deadline() throws {
        let subject = try Subject()
        subject.proceed()
        subject.advance(.seconds(4))
        subject.receive(ok + "\r\n")
        subject.advance(.seconds(4))
        #expect(subject.verdict == nil)
        for _ in 0..<20 {
            subject.receive(".")
            subject.advance(.seconds(4))
        }
        #expect(subject.verdict == .responseTimedOut(path: "/", after: .seconds(50)))
    }

    @Test("silence for as long as the timeout is a failure, a moment less is none")
    func silence() throws {
        let subject = try Subject()
        subject.proceed()
        subject.advance(.milliseconds(4999))
        #expect(subject.verdict == nil)
        subject.advance(.milliseconds(1))
        #expect(subject.verdict == .responseTimedOut(path: "/", after: .seconds(5)))
    }

    @Test("a handshake has one timeout as a whole, and the answer another")
    func handshake() throws {
        let stalled = try Subject(inTLS: true)
        stalled.proceed()
        stalled.advance(.milliseconds(4999))
        #expect(stalled.verdict == nil)
        stalled.advance(.milliseconds(1))
        #expect(stalled.verdict == .tlsTimedOut(path: "/", after: .seconds(5)))

        let slow = try Subject(inTLS: true)
        slow.proceed()
        slow.advance(.seconds(4))
        slow.greet()
        slow.advance(.seconds(4))
        #expect(slow.verdict == nil)
        slow.advance(.seconds(1))
        #expect(slow.verdict == .responseTimedOut(path: "/", after: .seconds(5)))
    }

    @Test("an answer is judged at its end although TLS was not ended as it should be, unless the file wants that")
    func unannouncedEnd() throws {
        for (wants, expected) in [(false, nil), (true, CheckFailure.endNotAnnounced(path: "/"))] {
            let subject = try Subject(HTTPPage(path: "/", requiresCloseNotify: wants), inTLS: true)
            subject.greet()
            subject.receive(ok + "\r\nhi")
            subject.end(announced: false)
            #expect(subject.verdict == .some(expected))
        }
        let complete = try Subject(HTTPPage(path: "/", requiresCloseNotify: true), inTLS: true)
        complete.greet()
        complete.receive(ok + "Content-Length: 0\r\n\r\n")
        #expect(complete.verdict == nil)
        complete.end()
        #expect(complete.verdict == .some(nil))
    }
}
