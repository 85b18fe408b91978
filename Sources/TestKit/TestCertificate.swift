/// A certificate of www.example.org that signs itself, for tests alone.
public enum TestCertificate {
    /// The certificate, PEM.
    public static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBizCCATGgAwIBAgIUfGJEl/CfBqyLsvE7E7kyJoDFdiMwCgYIKoZIzj0EAwIw
        GjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUub3JnMCAXDTI2MTEyMTIzMTYyMFoYDzIx
        MjYxMDI4MjMxNjIwWjAaMRgwFgYDVQQDDA93d3cuZXhhbXBsZS5vcmcwWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAASaqnUkLpdaXJJ21xEhxk4P93JXXgecYg1XK4Uf
        jiK6JNVXpNT0tKvWCDpYKynZbPSXqUHInq+IJPydKurXikTco1MwUTAdBgNVHQ4E
        FgQUxZLBt0nH35Vm8zcsyUyxD1a4n1EwHwYDVR0jBBgwFoAUxZLBt0nH35Vm8zcs
        yUyxD1a4n1EwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAS7fHB
        ftp+JUQR7MVr9fpvXK4w+2L75rz8o/uRy28QWQIhAI278sfNXMfOo5SbxGXwN3Vw
        7EqOJAWyWMW4A7RhyCKb
        -----END CERTIFICATE-----
        """

    /// Its key, PEM.
    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYlvo31JvvyqlE7P2
        C3verlWBdM93d/+zOa5MWg9/my2hRANCAASaqnUkLpdaXJJ21xEhxk4P93JXXgec
        Yg1XK4UfjiK6JNVXpNT0tKvWCDpYKynZbPSXqUHInq+IJPydKurXikTc
        -----END PRIVATE KEY-----
        """

    /// The key, locked with the password `secret`.
    public static let lockedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh3FbYeTbaI5QICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAvfheXTKT1djhzbkBnP7qsEgZC1
        oDXYOXBe9IAXB2Pi3blWJnvCwL0n9Rfs/HqD4jvHmLFgUbAFDSWunvTfXObSq5n1
        NypWaVxoM8P/hGNgN1+uXTCcGeqU1CNdl1mBBSFLjeBXQMMl0mslKk+KugHSxmNJ
        iN9PfK/HSqvBfAG++ijZRmxkNI5kovCbLB4J5XMTCXhd1B/OyO304nGl1ehAtYk=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// A key of another certificate.
    public static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4OIBi0BmgipNDZzQ
        rhgBKr6gx2L7mAYriCOxmB2T1cahRANCAARRaHT+BcAlz24B5pxr+FL9JxiYc36X
        l20DkXmD2INHFX2lDWcg2NoiHFfRgM/R7Mevh11h+zK7E/GySe5opwYq
        -----END PRIVATE KEY-----
        """
}
