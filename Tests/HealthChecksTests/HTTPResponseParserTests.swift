import Addressing
import HealthChecks
import Testing

@Suite("HTTP answers")
struct HTTPResponseParserTests {
    /// `nil` when more is awaited at the end of the bytes.
    private func parse(_ text: String, isEnded: Bool, pieces: Int = .max) throws(HTTPResponseError) -> HTTPResponse? {
        var parser = HTTPResponseParser(wantsDigest: true)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if let response = try parser.consume(rest.prefix(pieces)) { return response }
            rest = rest.dropFirst(pieces)
        }
        return isEnded ? try parser.finish() : nil
    }

    static let complete: [(answer: String, status: UInt16, length: Int)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 5),
        ("HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello, and more", 200, 5),
        ("HTTP/1.1 200 OK\r\nCONTENT-LENGTH :  0\r\n\r\n", 200, 0),
        ("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, 1),
        ("HTTP/1.1 404 \r\nContent-Length: 1\r\n\r\nx", 404, 1),
        ("HTTP/1.0 302 Found\nContent-Length: 2\n\nhi", 302, 2),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101, 0),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, 0), ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, 0),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, 5),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 1\r\n\r\n005;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n",
            200, 5
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nA\r\n0123456789\r\n1\r\n!\r\n0\r\n\r\n", 200, 11),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            200, 0
        ),
    ]

    @Test("the end of an answer is known without the end of the connection, however it is split", arguments: complete)
    func completeAnswers(answer: String, status: UInt16, length: Int) throws {
        for pieces in 1...answer.utf8.count {
            let response = try parse(answer, isEnded: false, pieces: pieces)
            #expect(response?.status == status)
            #expect(response?.bodyLength == length)
        }
    }

    @Test(
        "without a length, or with one that is none or contradicts another, the body ends with the connection",
        arguments: [
            ("HTTP/1.0 200 OK\r\n\r\nhello", 5), ("HTTP/1.0 200 OK\r\n\r\n", 0),
            ("HTTP/1.0 200 OK\r\nContent-Length: five\r\n\r\nhello", 5),
            ("HTTP/1.0 200 OK\r\nContent-Length: -5\r\n\r\nhello", 5),
            ("HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello", 5),
            ("HTTP/1.0 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nhello", 5),
            ("HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\nhello", 5),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", 5),
        ])
    func endedByConnection(answer: String, length: Int) throws {
        #expect(try parse(answer, isEnded: false) == nil)
        #expect(try parse(answer, isEnded: true)?.bodyLength == length)
    }

    @Test(
        "what is no answer is refused with its reason",
        arguments: [
            ("", HTTPResponseError.noData), ("HTTP/1.1 200 OK\r\n", .noData), ("\r\n\r\n", .statusLine),
            ("SSH-2.0-OpenSSH\r\n\r\n", .statusLine), ("HTTP/1.1\r\n\r\n", .statusLine),
            ("HTTP/1.1 20 OK\r\n\r\n", .statusLine), ("HTTP/1.1 2000 OK\r\n\r\n", .statusLine),
            ("HTTP/1.1 2x0 OK\r\n\r\n", .statusLine), ("HTTP/1.1 -20 OK\r\n\r\n", .statusLine),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .chunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .chunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .chunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", .chunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", .chunkSize),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "0", count: 5000), .chunkSize),
            ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 40_000), .headerTooLarge(limit: 32768)),
        ])
    func refused(answer: String, error: HTTPResponseError) {
        for pieces in [1, 7, .max] {
            #expect(throws: error) { try parse(answer, isEnded: true, pieces: pieces) }
        }
    }

    @Test("the digest is that of the decoded body")
    func digest() throws {
        let page = HTTPPage(
            path: "/",
            digest: [0x5D, 0x41, 0x40, 0x2A, 0xBC, 0x4B, 0x2A, 0x76, 0xB9, 0x71, 0x9D, 0x91, 0x10, 0x17, 0xC5, 0x92])
        for (answer, isRight) in [
            ("HTTP/1.0 200 OK\r\n\r\nhello", true), ("HTTP/1.0 200 OK\r\n\r\nhello\n", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello\n", true),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", true),
        ] {
            let response = try #require(try parse(answer, isEnded: true))
            #expect((page.failure(of: response) == nil) == isRight)
        }
    }

    @Test(
        "an answer that ends before its last chunk is a failure, whatever its body is judged by",
        arguments: [
            ("9\r\nhello", true), ("5\r\nhello\r\n", true), ("5\r\nhello", true), ("5", true), ("", true),
            ("0\r\n", false), ("5\r\nhello\r\n0\r\n", false),
        ])
    func brokenOff(body: String, isBrokenOff: Bool) throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
        let response = try #require(try parse(answer, isEnded: true))
        #expect(response.isBrokenOff == isBrokenOff)
        #expect(
            HTTPPage(path: "/").failure(of: response)
                == (isBrokenOff ? .malformedResponse(path: "/", .brokenOff) : nil))
        #expect(
            HTTPPage(path: "/", statusCodes: [500...599]).failure(of: response)
                == .unexpectedStatus(path: "/", status: 200))
    }

    @Test("the status is judged before the digest")
    func order() {
        let page = HTTPPage(path: "/x", statusCodes: [200...299, 301...301], digest: [1])
        #expect(
            page.failure(of: HTTPResponse(status: 500, bodyLength: 0)) == .unexpectedStatus(path: "/x", status: 500))
        #expect(page.failure(of: HTTPResponse(status: 301, bodyLength: 0, digest: [1])) == nil)
        #expect(
            page.failure(of: HTTPResponse(status: 200, bodyLength: 0, digest: [2]))
                == .unexpectedDigest(path: "/x", digest: [2]))
    }

    @Test("the request is keepalived's, byte for byte, in each version")
    func requests() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        let six = ConnectionTarget(address: address, port: 8080)
        let four = ConnectionTarget(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80)
        func text(_ version: HTTPExchange.Version, _ page: HTTPPage, _ target: ConnectionTarget) -> String {
            String(
                decoding: HTTPExchange(version: version, pages: [page]).requestBytes(for: page, on: target),
                as: UTF8.self)
        }
        #expect(
            text(.http10, HTTPPage(path: "/"), four)
                == "GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 10.1.80.93:80\r\n\r\n")
        #expect(
            text(.http10Close, HTTPPage(path: "/a"), six)
                == "GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: [2001:db8::1]:8080\r\n\r\n"
        )
        #expect(
            text(.http11, HTTPPage(path: "/a", virtualHost: "www"), four)
                == "GET /a HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: www\r\n\r\n")
    }
}
