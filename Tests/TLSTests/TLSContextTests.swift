import TestKit
import Testing

@testable import TLS

@Suite("What a client shows of itself")
struct TLSContextTests {
    @Test("a certificate and its key are taken; a key that is locked with its password")
    func identity() throws {
        let folder = try Identity()
        _ = try TLSContext(certificateFile: folder.certificate, keyFile: folder.key)
        _ = try TLSContext(certificateFile: folder.certificate, keyFile: folder.lockedKey, password: "secret")
        _ = try TLSContext()
    }

    @Test("what is wrong with a file is named, and nobody is asked for a password")
    func unusable() throws {
        let folder = try Identity()
        let none = "/no/such/file.pem"
        let cases: [(certificate: String?, key: String?, password: String?, TLSContextError)] = [
            (none, nil, nil, .init(subject: "certificate \(none)", reason: "No such file or directory")),
            (folder.key, nil, nil, .init(subject: "certificate \(folder.key)", reason: "it holds none")),
            (folder.certificate, none, nil, .init(subject: "key \(none)", reason: "No such file or directory")),
            (
                folder.certificate, folder.certificate, nil,
                .init(subject: "key \(folder.certificate)", reason: "it holds none")
            ),
            (
                folder.certificate, folder.otherKey, nil,
                .init(subject: "key \(folder.otherKey)", reason: "it does not belong to the certificate")
            ),
            (
                folder.certificate, folder.lockedKey, nil,
                .init(subject: "key \(folder.lockedKey)", reason: "it needs a password")
            ),
            (
                folder.certificate, folder.lockedKey, "wrong",
                .init(subject: "key \(folder.lockedKey)", reason: "the password does not open it")
            ),
        ]
        for (certificate, key, password, error) in cases {
            var expected = error
            // The key is read last, so it is what is wrong where there is one.
            expected.path = key ?? certificate
            #expect(throws: expected) {
                try TLSContext(certificateFile: certificate, keyFile: key, password: password)
            }
        }
    }
}

/// The files of an identity.
private struct Identity {
    private let folder: TemporaryFolder
    let certificate: String
    let key: String
    /// With the password `secret`.
    let lockedKey: String
    /// It belongs to another certificate.
    let otherKey: String

    init() throws {
        folder = try TemporaryFolder()
        certificate = try folder.write("certificate.pem", TestCertificate.certificate)
        key = try folder.write("key.pem", TestCertificate.key)
        lockedKey = try folder.write("locked.pem", TestCertificate.lockedKey)
        otherKey = try folder.write("other.pem", TestCertificate.otherKey)
    }
}
