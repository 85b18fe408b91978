import IPVSAdmin
import Testing

@Suite struct ConnectionTextTests {
    private let file = """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
        TCP 0A01505A 0000 0A01505A 0050 0A01505D 0050 NONE             48
        TCP 0A01505A 97D6 0A01505A 0050 0A01505D 0050 ESTABLISHED   86398
        TCP 2001:0db8:0000:0000:0000:0000:0000:0090 E906 2001:0db8:0000:0000:0000:0000:0000:0090 0050 2001:0db8:0000:0000:0000:0000:0000:0090 0050 CLOSE             9
        UDP 0A00000A 13C4 0A01505C 13C4 0A01505D 13C4 UDP             299 sip    a84b4c76e66710

        """

    private func listing(_ arguments: [String], _ content: String) throws -> String {
        let options = try ListingOptions(arguments: arguments)
        var listing = ConnectionListing(options: options, names: RecordedNames())
        let body = listing.lines(for: content.utf8) + listing.finish()
        return text(listing.title + body)
    }

    @Test("entries keep the file's order and push too long addresses to the right")
    func numeric() throws {
        #expect(
            try listing(["-lnc"], file)
                == screen(
                    """
                    IPVS connection entries|
                    pro expire state       source             virtual            destination|
                    TCP 00:48  NONE        10.1.80.90:0       10.1.80.90:80      10.1.80.93:80|
                    TCP 1439:58 ESTABLISHED 10.1.80.90:38870   10.1.80.90:80      10.1.80.93:80|
                    TCP 00:09  CLOSE       [2001:db8::90]:59654 [2001:db8::90]:80  [2001:db8::90]:80|
                    UDP 04:59  UDP         10.0.0.10:5060     10.1.80.92:5060    10.1.80.93:5060|
                    """))
    }

    @Test("without -n hosts and services have their names, not cut to the columns")
    func names() throws {
        let first = file.split(separator: "\n").prefix(2).joined(separator: "\n")
        #expect(
            try listing(["-lc"], first)
                == screen(
                    """
                    IPVS connection entries|
                    pro expire state       source             virtual            destination|
                    TCP 00:48  NONE        a-very-long-host-name.of-a-front-tier.example.test:0 a-very-long-host-name.of-a-front-tier.example.test:http rs1.example.test:http|
                    """))
    }

    @Test("with --persistent-conn an entry shows its engine and data")
    func engines() throws {
        #expect(
            try listing(["-lnc", "--persistent-conn"], file).split(separator: "\n").dropFirst().map(String.init) == [
                "pro expire state       source             virtual            destination        pe name          pe_data",
                "TCP 00:48  NONE        10.1.80.90:0       10.1.80.90:80      10.1.80.93:80",
                "TCP 1439:58 ESTABLISHED 10.1.80.90:38870   10.1.80.90:80      10.1.80.93:80",
                "TCP 00:09  CLOSE       [2001:db8::90]:59654 [2001:db8::90]:80  [2001:db8::90]:80",
                "UDP 04:59  UDP         10.0.0.10:5060     10.1.80.92:5060    10.1.80.93:5060  sip                a84b4c76e66710",
            ])
    }

    @Test("the chunks in which the file is read do not matter", arguments: [1, 2, 7, 64, 100, 1000])
    func chunks(size: Int) throws {
        var listing = ConnectionListing(options: try ListingOptions(arguments: ["-nc"]))
        var rest = Array(file.utf8)[...]
        var body: [UInt8] = []
        while !rest.isEmpty {
            body += listing.lines(for: rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        body += listing.finish()
        #expect(text(listing.title + body) == (try self.listing(["-nc"], file)))
    }

    @Test("SCTP pushes its line one column to the right")
    func sctp() throws {
        let line = "SCTP 0A01505A 97D6 0A01505A 0050 0A01505D 0050 ESTABLISHED      60"
        #expect(
            try listing(["-lnc"], "Pro\n\(line)\n").split(separator: "\n").last
                == "SCTP 01:00  ESTABLISHED 10.1.80.90:38870   10.1.80.90:80      10.1.80.93:80")
    }

    @Test(
        "a line that cannot be read is left out",
        arguments: [
            "", " ", "TCP", "TCP 0A01505A 97D6 0A01505A 0050 0A01505D 0050 CLOSE",
            "TCP 0A01505G 97D6 0A01505A 0050 0A01505D 0050 CLOSE 1",
            "TCP 0A01505A 197D6 0A01505A 0050 0A01505D 0050 CLOSE 1",
            "TCP 0A01505A 97D6 0A01505A 0050 0A01505D 0050 CLOSE -1",
            "TCP 0A01505A 97D6 0A01505A 0050 0A01505D 0050 CLOSE 99999999999999999999",
            "\u{0}\u{FFFD} \u{7} x x x x x x x x",
            "TCP 2001:db8 97D6 0A01505A 0050 0A01505D 0050 CLOSE 1",
        ])
    func unreadable(line: String) throws {
        let title = try listing(["-lnc"], "")
        #expect(try listing(["-lnc"], "Pro\n\(line)\n") == title)
        #expect(title.split(separator: "\n").count == 2)
    }
}
