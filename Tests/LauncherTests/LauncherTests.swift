import Foundation
import Testing

@Suite(.serialized) struct LauncherTests {
    @Test func installsBuildsAndBecomesTheProgram() throws {
        let sandbox = try Sandbox(exitStatus: 75)
        let outcome = try sandbox.start("base-train", "--data", "a b", "--quiet")
        #expect(outcome.status == 75)
        #expect(outcome.output == "<base-train><--data><a b><--quiet>")
        #expect(outcome.errors == "")
        #expect(
            sandbox.lines("installed")
                == [
                    "torch==2.13.0+cpu", "pyarrow==26.0.1", "vl-convert-python==1.9.0.post1",
                ])
        #expect(sandbox.lines("builds").count == 1)
    }

    @Test func aSecondStartDoesNothingElse() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.start("doctor")
        let outcome = try sandbox.start("doctor")
        #expect(outcome.output == "<doctor>")
        #expect(outcome.errors == "")
        #expect(sandbox.lines("builds").count == 1)
        #expect(sandbox.lines("installed").count == 3)
    }

    @Test func whatChangesTheProgramBuildsItAgain() throws {
        let sandbox = try Sandbox()
        func builds() throws -> Int {
            _ = try sandbox.start("doctor")
            return sandbox.lines("builds").count
        }
        #expect(try builds() == 1)
        let source = sandbox.root + "/Sources/x/a.swift"
        try "changed".write(toFile: source, atomically: false, encoding: .utf8)
        #expect(try builds() == 2)
        // An older file copied over a newer one keeps its old date.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: source)
        #expect(try builds() == 3)
        try FileManager.default.removeItem(atPath: source)
        #expect(try builds() == 4)
        try "pins".write(
            toFile: sandbox.root + "/Tools/bootstrap/wheels.txt", atomically: true, encoding: .utf8)
        #expect(try builds() == 5)
        #expect(try builds() == 5)
    }

    @Test func aMovedFolderBuildsFromTheBeginning() throws {
        let sandbox = try Sandbox()
        _ = try sandbox.start("doctor")
        try "elsewhere".write(
            toFile: sandbox.root + "/.build/retro.built", atomically: true, encoding: .utf8)
        let outcome = try sandbox.start("doctor")
        #expect(outcome.errors.contains("moved"))
        #expect(sandbox.lines("builds").count == 2)
    }

    @Test func ranksStartedAtOnceInstallOnce() throws {
        let sandbox = try Sandbox()
        let starts = try (0..<4).map { try sandbox.begin(["doctor", "\($0)"]) }
        for (rank, start) in starts.enumerated() {
            #expect(try start.outcome().output == "<doctor><\(rank)>")
        }
        #expect(sandbox.lines("builds").count == 1)
        #expect(sandbox.lines("installed").count == 3)
    }

    @Test func aCUDABuildBringsItsLibrariesIntoOneFolder() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start(
            "doctor", environment: ["NO_WHEEL": "torch==2.13.0+cpu"])
        #expect(outcome.errors.contains("this torch is a CUDA build"))
        let shared = sandbox.root + "/.deps/site/nvidia/lib"
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: shared).sorted()
                == [
                    "nvidia-cuda-cupti", "nvidia-cuda-runtime", "pyarrow", "torch",
                    "vl-convert-python",
                ])
    }

    @Test func whatAnInterruptedInstallationHadIsKept() throws {
        let sandbox = try Sandbox()
        let full = try sandbox.start("doctor", environment: ["FULL_DISK": "pyarrow==26.0.1"])
        #expect(full.status == 1)
        #expect(full.errors.contains("the disk is full while installing pyarrow==26.0.1"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/.deps/site"))
        #expect(try sandbox.start("doctor").status == 0)
        #expect(sandbox.lines("installed").count == 3)
    }

    @Test func tooLittleDiskIsSaidBefore() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["FREE_KB": "2500000"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("need about 3 GB"))
        #expect(outcome.errors.contains("2 GB are free"))
        #expect(sandbox.lines("installed").isEmpty)
    }

    @Test func aBrokenBuildSaysSoAndIsNotTakenForDone() throws {
        let sandbox = try Sandbox()
        for _ in 0..<2 {
            let outcome = try sandbox.start("doctor", "--quiet", environment: ["BROKEN": "1"])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("error: broken"))
            #expect(outcome.errors.contains("the build failed"))
        }
        #expect(try sandbox.start("doctor").status == 0)
    }

    @Test func rootInstallsWhatIsMissing() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["NO_HDF5": "1"])
        #expect(outcome.status == 0)
        #expect(sandbox.lines("packages") == ["install -y --no-install-recommends libhdf5-dev"])
        #expect(sandbox.lines("sudo").isEmpty)
    }

    @Test(arguments: [
        ("libcurl.so.4", "libcurl4"), ("libncurses.so.6", "libncurses6"),
        ("libsqlite3.so.0", "libsqlite3-0"), ("libxml2.so.2", "libxml2"),
    ])
    func whatTheToolchainLacksIsInstalledToo(library: String, package: String) throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["NO_LIBRARY": library])
        #expect(outcome.status == 0)
        #expect(
            sandbox.lines("packages") == ["install -y --no-install-recommends \(package)"])
    }

    @Test func aToolchainThatDoesNotStartSaysWhy() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["SWIFT_LACKS": "libx.so"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("the Swift toolchain does not start (swift: no libx.so)"))
    }

    @Test func othersAreToldTheLineOrSayYes() throws {
        let sandbox = try Sandbox()
        let world = ["NO_HDF5": "1", "USER_ID": "1000"]
        let outcome = try sandbox.start("doctor", environment: world)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("sudo apt-get install -y libhdf5-dev"))
        #expect(sandbox.lines("packages").isEmpty)
        #expect(try sandbox.start("--yes", "doctor", environment: world).output == "<doctor>")
        #expect(!sandbox.lines("sudo").isEmpty)
    }

    @Test func anInstallationThatFailsIsReported() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start(
            "doctor", environment: ["NO_HDF5": "1", "NO_APT": "1"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("E: no such package"))
        #expect(outcome.errors.contains("apt-get could not install libhdf5-dev"))
    }

    @Test func macOSIsToldHomebrewsNames() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start(
            "doctor", environment: ["NO_HDF5": "1", "SYSTEM": "Darwin"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("brew install hdf5 python3"))
    }

    @Test func aGPUTakesTheCUDABuildAndItsLibraries() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["RETRO_WHEELS": "gpu"])
        #expect(outcome.status == 0)
        let installed = sandbox.lines("installed")
        #expect(installed.first == "torch===2.13.0")
        #expect(installed.contains { $0.hasPrefix("nvidia-cublas===") })
        #expect(installed.contains { $0.hasPrefix("nvidia-cuda-runtime===") })
    }

    @Test func aKindOfWheelsThatDoesNotExistIsRefused() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["RETRO_WHEELS": "both"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("must be cpu or gpu"))
    }

    @Test func anOldToolchainIsNamed() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("doctor", environment: ["SWIFT_VERSION": "5.10"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("Swift 5.10 is too old"))
    }

    @Test func helpNeedsNothing() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("./retro quickstart"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/.deps"))
    }

    @Test func theLaunchersOwnFlagStandsBeforeTheVerb() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("--yes", "generate", "--", "--yes")
        #expect(outcome.output == "<generate><--><--yes>")
    }

    /// The program has a --yes of its own; what is not its is passed over there.
    @Test func behindTheVerbYesIsTheProgramsAndAgreesToAnInstallation() throws {
        let sandbox = try Sandbox()
        let world = ["NO_HDF5": "1", "USER_ID": "1000"]
        #expect(
            try sandbox.start("quickstart", "--yes", environment: world).output
                == "<quickstart><--yes>")
        #expect(sandbox.lines("packages") == ["install -y --no-install-recommends libhdf5-dev"])
        for _ in 0..<2 {
            let outcome = try sandbox.start("experiments", "prune", "a b", "--keep", "0", "--yes")
            #expect(outcome.output == "<experiments><prune><a b><--keep><0><--yes>")
        }
    }

    /// `setup` and `test` are the launcher's, and swift knows no --yes.
    @Test(arguments: [["test", "--yes"], ["--yes", "test"], ["setup", "--yes"]])
    func ofItsOwnVerbsTheFlagIsTheLaunchers(words: [String]) throws {
        let sandbox = try Sandbox()
        let world = ["NO_HDF5": "1", "USER_ID": "1000", "EVENTS": "{}"]
        _ = try sandbox.begin(words, world).outcome()
        #expect(sandbox.lines("packages").count == 1)
        let calls = sandbox.lines("tests") + sandbox.lines("builds")
        #expect(calls.count == 1 && !calls.contains { $0.contains("--yes") })
    }
}
