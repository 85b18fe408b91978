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
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A target of the pure core: no NIO, no Foundation, no Glibc, no clock, no logger. The missing
/// dependencies are what enforces it: a stray import does not compile under CI's explicit import check.
func pure(
    _ name: String, _ dependencies: [Target.Dependency] = [], test: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies + test,
            swiftSettings: settings
        ),
    ]
}

/// A target that moves bytes, tells the time or talks to the kernel.
func shell(_ name: String, _ dependencies: [Target.Dependency], test: [Target.Dependency] = []) -> [Target] {
    pure(name, dependencies, test: test)
}

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .library(name: "IPVS", targets: ["IPVS"]),
        .library(name: "VRRP", targets: ["VRRP"]),
        .library(name: "KeepalivedConfig", targets: ["KeepalivedConfig"]),
        .library(name: "Netlink", targets: ["Netlink"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Director", "RealServer", "IPVSAdmin", "KeepalivedConfig", "LinuxSystem", "IPVS", "Addressing",
                argumentParser, log,
            ],
            swiftSettings: settings),
        .systemLibrary(
            name: "CNetlink", pkgConfig: "libnl-genl-3.0",
            providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev"])]),
        .target(name: "CLinux"),
        .target(
            name: "TestKit",
            dependencies: ["Addressing", "Timing", "Netlink", "IPVS", "VRRP", "CLinux", log],
            swiftSettings: settings),
        .testTarget(name: "martletTests", dependencies: ["martlet"], swiftSettings: settings),
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
        + pure("VRRP", ["Addressing", "Timing"])
        + pure("HealthChecks", ["IPVS", "Addressing", "Timing", .product(name: "Crypto", package: "swift-crypto")])
        + pure("KeepalivedConfig", ["Addressing", "IPVS"])
        + pure("IPVSAdmin", ["IPVS", "Addressing"])
        + shell("LinuxSystem", ["IPVS", "Netlink", "Addressing", "Timing", "CLinux", "CNetlink"])
        + shell("RealServer", ["LinuxSystem", "Netlink", "Addressing"])
        + shell(
            "Probes",
            ["HealthChecks", "LinuxSystem", "Addressing", "Timing", "CLinux", nio("NIOCore"), nio("NIOPosix"), log],
            test: [nio("NIOEmbedded")])
        + shell(
            "VRRPRuntime",
            ["VRRP", "LinuxSystem", "Netlink", "Addressing", "Timing", nio("NIOCore"), nio("NIOPosix"), log])
        + shell(
            "Director",
            [
                "Probes", "VRRPRuntime", "LinuxSystem", "KeepalivedConfig", "HealthChecks", "VRRP", "IPVS", "Netlink",
                "Addressing", "Timing", "CLinux", nio("NIOCore"), nio("NIOPosix"), nio("NIOConcurrencyHelpers"), log,
            ])
)
