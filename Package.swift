// swift-tools-version: 6.2
// The module graph of Documentation/Decisions/001-module-graph.md, enforced by the compiler.
import PackageDescription

/// Wheels unpacked by `./retro` (see Tools/bootstrap); plain `swift build` finds them here too.
let wheels = Context.packageDirectory + "/.deps/site"

/// A library of the pinned Arrow; wheels carry it under its versioned name only.
func arrow(_ library: String) -> String {
    #if os(macOS)
    wheels + "/pyarrow/\(library).2600.dylib"
    #else
    wheels + "/pyarrow/\(library).so.2600"
    #endif
}

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A Swift target under the house's strict settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The test target that mirrors `name`.
func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
        resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "Retrograde",
    platforms: [.macOS(.v15)],
    targets: [
        // What makes a run repeatable: named random streams, content hashes, atomic files.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        module("Provenance", ["COpenSSL"]),
        tests(of: "Provenance"),

        // What a fault of the program leaves behind; only CFaults knows signals.
        .target(name: "CFaults"),
        module("Faults", ["CFaults"]),

        // Text. Nothing here sees a tensor.
        module("Language", ["Provenance"]),
        tests(of: "Language", ["Provenance"], resources: [.copy("Golden")]),
        .target(
            name: "CParquet",
            cxxSettings: [
                .unsafeFlags(["-isystem", wheels + "/pyarrow/include", "-O3", "-std=c++20"])
            ],
            linkerSettings: [
                .unsafeFlags([
                    arrow("libparquet"), arrow("libarrow"),
                    "-Xlinker", "-rpath", "-Xlinker", wheels + "/pyarrow",
                ])
            ]),
        module("Corpus", ["CParquet", "Language", "Provenance"]),
        tests(of: "Corpus", ["Language", "Provenance"]),

        // Tensors. Only CTorch knows at::Tensor; only Tensors knows CTorch.
        .target(
            name: "CTorch",
            cxxSettings: [
                // Optimised also in debug builds: the fused kernels are loops over elements.
                .unsafeFlags(["-isystem", wheels + "/torch/include", "-O3", "-std=c++20"])
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-L", wheels + "/torch/lib", "-ltorch_cpu", "-lc10",
                    "-Xlinker", "-rpath", "-Xlinker", wheels + "/torch/lib",
                ])
            ]),
        module("Tensors", ["CTorch", "Provenance"]),
        .target(
            name: "TestSupport", dependencies: ["Tensors"], path: "Tests/Support",
            swiftSettings: strict),
        tests(of: "Tensors", ["Provenance", "TestSupport"]),
        module("Models", ["Runs", "Tensors", "Provenance"]),
        tests(of: "Models", ["Runs", "Tensors", "Provenance", "TestSupport"]),

        // The record of a run and what is made of it.
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        module("Journal", ["CHDF5", "Provenance"]),
        tests(of: "Journal", ["Provenance"], resources: [.copy("Golden")]),
        module("Reporting", ["Journal", "Language", "Provenance"]),
        tests(
            of: "Reporting", ["Journal", "Language", "Provenance"], resources: [.copy("Golden")]),

        // A run's settings, and what is known of it without tensors.
        module("Runs", ["Corpus", "Journal", "Language", "Provenance"]),
        tests(of: "Runs", ["Corpus", "Journal", "Language", "Provenance"]),

        // Many runs: finding, comparing and planning them.
        module("Experiments", ["Journal", "Provenance"]),
        tests(of: "Experiments", ["Journal", "Provenance"]),

        // Measuring and training: settings, optimizers, the one trainer, checkpoints, stages.
        module(
            "Evaluation",
            ["Models", "Runs", "Tensors", "Corpus", "Language", "Journal", "Provenance"]),
        tests(
            of: "Evaluation",
            [
                "Models", "Runs", "Tensors", "Corpus", "Language", "Journal", "Provenance",
                "TestSupport",
            ],
            resources: [.copy("Golden")]),
        module(
            "Training",
            [
                "Evaluation", "Faults", "Models", "Runs", "Tensors", "Corpus", "Language",
                "Journal",
                "Provenance",
            ]),
        tests(
            of: "Training",
            [
                "Evaluation", "Models", "Runs", "Tensors", "Corpus", "Language", "Journal",
                "Provenance", "TestSupport",
            ]),

        // The program. What can be tested of it lies in libraries of its own (Decisions/002).
        module("Arguments"),
        tests(of: "Arguments"),
        module("Terminal"),
        tests(of: "Terminal"),
        .testTarget(name: "LauncherTests", swiftSettings: strict),
        // The program itself, run as a person runs it.
        .testTarget(name: "ProgramTests", dependencies: ["retro"], swiftSettings: strict),
        .executableTarget(
            name: "retro",
            dependencies: [
                "Arguments", "Terminal", "Corpus", "Evaluation", "Experiments", "Faults", "Journal",
                "Language", "Models", "Provenance", "Reporting", "Runs", "Tensors", "Training",
            ], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx20
)
