// swift-tools-version: 6.2
import PackageDescription

/// CI sets this so that a warning anywhere in Martlet's own targets fails the build;
/// on a developer's machine a half-finished edit may still compile with warnings.
let warningsAreErrors = Context.environment["MARTLET_WARNINGS_AS_ERRORS"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
func collection(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-collections") }
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A target of the pure core: no NIO, no Foundation, no Glibc, no clock, no logger. The missing
/// dependencies are what enforces it: a stray import does not compile under CI's explicit import check.
func pure(
    _ name: String, _ dependencies: [Target.Dependency] = [], test: [Target.Dependency] = [],
    testLinks: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies + test,
            swiftSettings: settings, linkerSettings: testLinks.map { .linkedLibrary($0) }
        ),
    ]
}

/// A target that moves bytes, tells the time or talks to the kernel.
func shell(
    _ name: String, _ dependencies: [Target.Dependency], test: [Target.Dependency] = [], testLinks: [String] = []
) -> [Target] {
    pure(name, dependencies, test: test, testLinks: testLinks)
}

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .library(name: "IPVS", targets: ["IPVS"]),
        .library(name: "VRRP", targets: ["VRRP"]),
        .library(name: "BFD", targets: ["BFD"]),
        .library(name: "KeepalivedConfig", targets: ["KeepalivedConfig"]),
        .library(name: "Netlink", targets: ["Netlink"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    ],
    targets: [
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Director", "ControlPlane", "RealServer", "IPVSAdmin", "KeepalivedConfig", "LinuxSystem", "IPVS",
                "Netlink", "Addressing", "Timing", "VRRP", "VRRPRuntime", argumentParser, log,
            ],
            swiftSettings: settings),
        .systemLibrary(name: "CNetlink", pkgConfig: "libnl-3.0", providers: [.apt(["libnl-3-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .target(name: "COpenSSL"),
        .target(name: "CLinux"),
        .target(
            name: "TestKit",
            dependencies: ["Addressing", "Timing", "Netlink", "IPVS", "VRRP", "CLinux", log],
            swiftSettings: settings),
        .executableTarget(
            name: "ElectionHistories", dependencies: ["TestKit"], path: "Tests/ElectionHistories",
            swiftSettings: settings),
        .testTarget(
            name: "martletTests",
            dependencies: [
                "martlet", "ControlPlane", "KeepalivedConfig", "IPVS", "IPVSAdmin", "Addressing", argumentParser,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IPVSKernelTests",
            dependencies: ["IPVS", "Netlink", "LinuxSystem", "Addressing", "TestKit"], swiftSettings: settings),
        .testTarget(
            name: "ExamplesTests", dependencies: ["KeepalivedConfig"], swiftSettings: settings),
    ]
        + pure("Addressing")
        + pure("Timing")
        + pure("Netlink", ["Addressing", "CLinux"])
        + pure("IPVS", ["Netlink", "Addressing", "CLinux"])
        + pure("VRRP", ["Addressing", "Timing", "Digests"])
        + pure("BFD", ["Addressing", "Timing", collection("HeapModule")])
        + pure("Digests", ["COpenSSL"])
        + pure("SMTP", ["Timing"])
        + pure("DNS", ["Timing"])
        + pure(
            "HealthChecks",
            [
                "DNS", "SMTP", "IPVS", "Addressing", "Timing", "Digests", collection("HeapModule"),
                collection("DequeModule"),
            ])
        + pure("KeepalivedConfig", ["Addressing", "IPVS"])
        + pure("IPVSAdmin", ["KeepalivedConfig", "IPVS", "Netlink", "Addressing"])
        + shell("LinuxSystem", ["IPVS", "Netlink", "Addressing", "Timing", "CLinux", "CNetlink"])
        + shell("RealServer", ["KeepalivedConfig", "IPVS", "LinuxSystem", "Netlink", "Addressing"])
        + shell("FileWatching", ["LinuxSystem", nio("NIOCore"), nio("NIOPosix")])
        + shell("Patterns", ["HealthChecks", "CPCRE2"])
        + shell("TLS", ["COpenSSL"])
        + shell(
            "Probes",
            [
                "HealthChecks", "DNS", "SMTP", "Patterns", "TLS", "FileWatching", "LinuxSystem", "Addressing", "Timing",
                "CLinux",
                nio("NIOCore"), nio("NIOPosix"), log,
            ],
            // The server's side of TLS, which COpenSSL does not forward.
            test: ["COpenSSL"], testLinks: ["ssl", "crypto"])
        + shell(
            "VRRPRuntime",
            [
                "VRRP", "FileWatching", "LinuxSystem", "Netlink", "Addressing", "Timing", "CLinux", nio("NIOCore"),
                nio("NIOPosix"), log,
            ])
        + shell("BFDRuntime", ["BFD", "LinuxSystem", "Addressing", "Timing", "CLinux", log])
        + shell("ControlPlane", ["LinuxSystem", nio("NIOCore"), nio("NIOPosix"), log])
        + shell(
            "Director",
            [
                "ControlPlane", "Probes", "Patterns", "TLS", "VRRPRuntime", "BFDRuntime", "BFD", "DNS", "SMTP",
                "LinuxSystem",
                "KeepalivedConfig", "HealthChecks", "VRRP",
                "IPVS", "Netlink", "Addressing", "Timing", "CLinux", nio("NIOCore"), nio("NIOPosix"),
                nio("NIOConcurrencyHelpers"), log, "Digests", collection("DequeModule"),
            ])
)
