import Foundation
import Journal
import Provenance
import Testing

@Suite struct RunClaimTests {
    private let machine = Machine(
        host: "lab", processor: "abacus", coreCount: 2, memoryBytes: 1 << 30, system: "none")

    private func manifest(settings: String, step: Int = 0) -> Manifest {
        Manifest(
            settingsHash: ContentHash(of: Data(settings.utf8)), phase: .base, seed: Seed(7),
            dataFingerprints: ["shard": ContentHash(of: Data("text".utf8))],
            start: Manifest.Start(
                date: Date(timeIntervalSince1970: 1_700_000_000), arguments: ["retro", "run"],
                step: step, source: GitState(commit: nil), machine: machine,
                versions: ["torch": "2.13.0"]))
    }

    @Test func createsTheLayoutAndReadsItBack() throws {
        try withFolder { folder in
            let directory = RunDirectory(path: folder + "/a/run_1/")
            let claim = try RunClaim(
                directory, configuration: Data("{}\n".utf8), manifest: manifest(settings: "x"),
                parent: .none)
            #expect(!claim.isResumed)
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(
                Set(names) == [
                    ".lock", "checkpoints", "config.json", "evaluations", "figures",
                    "manifest.json", "parent_link.json",
                ])
            #expect(try directory.readManifest() == manifest(settings: "x"))
            #expect(try directory.readParentLink() == .none)
            #expect(try text(directory.parentLink).contains("\"parent_experiment_id\" : null"))
            #expect(directory.name == "run_1")
        }
    }

    @Test func refusesADifferentRunAndLeavesItAlone() throws {
        try withFolder { folder in
            let directory = RunDirectory(path: folder + "/run")
            _ = try RunClaim(
                directory, configuration: Data("one".utf8), manifest: manifest(settings: "x"),
                parent: .none)
            #expect {
                try RunClaim(
                    directory, configuration: Data("two".utf8), manifest: manifest(settings: "y"),
                    parent: .none)
            } throws: {
                if case .differentRun? = $0 as? JournalError { true } else { false }
            }
            #expect(try text(directory.configuration) == "one")
            #expect(try directory.readManifest() == manifest(settings: "x"))
        }
    }

    @Test func aContinuedRunKeepsItsManifestAndAddsTheStart() throws {
        try withFolder { folder in
            let directory = RunDirectory(path: folder + "/run")
            _ = try RunClaim(
                directory, configuration: Data(), manifest: manifest(settings: "x"), parent: .none)
            let second = manifest(settings: "x", step: 40)
            let claim = try RunClaim(
                directory, configuration: Data(), manifest: second, parent: .none)
            #expect(claim.isResumed)
            var expected = manifest(settings: "x")
            expected.resumptions = [second.start]
            #expect(try directory.readManifest() == expected)
        }
    }

    @Test func twoWritersCannotShareAFolder() throws {
        try withFolder { folder in
            let directory = RunDirectory(path: folder + "/run")
            let claim = try RunClaim(
                directory, configuration: Data(), manifest: manifest(settings: "x"), parent: .none)
            #expect {
                try RunClaim(
                    directory, configuration: Data(), manifest: manifest(settings: "x"),
                    parent: .none)
            } throws: {
                guard case .busy(let path, let owner)? = $0 as? JournalError else { return false }
                return path == directory.path && owner.hasSuffix("on lab")
            }
            withExtendedLifetime(claim) {}
        }
    }

    @Test func aChildKnowsItsAncestors() throws {
        try withFolder { folder in
            let base = RunDirectory(path: folder + "/base_1")
            _ = try RunClaim(
                base, configuration: Data(), manifest: manifest(settings: "x"), parent: .none)
            let link = try ParentLink(
                to: base, checkpoint: base.checkpoint(after: 50), phase: .base)
            let mid = RunDirectory(path: folder + "/mid_1")
            _ = try RunClaim(
                mid, configuration: Data(), manifest: manifest(settings: "y"), parent: link)
            let next = try ParentLink(to: mid, checkpoint: "c", phase: .mid)
            #expect(next.inheritance_chain == ["base_1", "mid_1"])
            #expect(next.parent_experiment_id == "mid_1")
            #expect(link.parent_checkpoint_path == folder + "/base_1/checkpoints/step_000050")
        }
    }

    @Test func theSameSettingsHaveTheSameHash() throws {
        let one = try Journal.hash(["b": 1, "a": 2, "c": 3])
        #expect(one == (try Journal.hash(["c": 3, "a": 2, "b": 1])))
        #expect(one != (try Journal.hash(["c": 3, "a": 2, "b": 2])))
    }
}

@Suite struct RunIdentifierTests {
    @Test func namesARunAfterItsStart() throws {
        let date = Date(timeIntervalSince1970: 1_767_225_599)  // 2025-12-31 23:59:59 UTC
        let gmt = try #require(TimeZone(secondsFromGMT: 0))
        #expect(
            RunIdentifier(date: date, timeZone: gmt, direction: "backward", depth: 12).name
                == "20251231_235959_backward_d12")
        let later = try #require(TimeZone(secondsFromGMT: 3600))
        #expect(
            RunIdentifier(date: date, timeZone: later, direction: "forward", depth: 4).name
                == "20260101_005959_forward_d4")
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", ".hidden", "-x", "a b", "é", "a\n"])
    func refusesNamesThatAreNoFolders(_ name: String) {
        #expect(throws: JournalError.badIdentifier(name)) { try RunIdentifier(name) }
    }

    @Test(arguments: ["base_forward_d20", "sft_lr0.01", "1e+3", "a-b"])
    func takesOrdinaryNames(_ name: String) throws {
        #expect(try RunIdentifier(name).name == name)
    }
}
