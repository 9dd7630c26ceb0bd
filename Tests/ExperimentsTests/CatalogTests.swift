import Experiments
import Foundation
import Journal
import Provenance
import Testing

@Suite struct CatalogTests {
    /// A run's files as far as a catalog reads them.
    static func write(
        _ id: String, phase: Phase, seed: Int, parent: String? = nil, steps: Int = 4,
        in folder: String
    ) throws {
        let directory = RunDirectory(path: "\(folder)/\(id)")
        let stage =
            parent.map {
                #", "stage": {"parent": {"run": "\#($0)", "step": 300, "model_hash": "ab"}}"#
            } ?? ""
        let settings = """
            {"phase": "\(phase.rawValue)", "direction": "backward", "seed": \(seed),
             "model_config": {"n_layer": 4}, "schedule": {"stepCount": 4}\(stage)}
            """
        let start = Manifest.Start(
            date: Date(timeIntervalSince1970: Double(seed)), arguments: ["run"], step: 0,
            source: GitState(commit: "c"), machine: .current(), versions: [:])
        var link = ParentLink.none
        if let parent {
            link = try ParentLink(
                to: RunDirectory(path: "\(folder)/\(parent)"),
                checkpoint: "\(folder)/\(parent)/checkpoints/step_000004", phase: .base)
        }
        _ = try RunClaim(
            directory, configuration: Data(settings.utf8),
            manifest: Manifest(
                settingsHash: ContentHash(of: Array(id.utf8)), phase: phase,
                seed: Seed(UInt64(seed)), dataFingerprints: [:], start: start), parent: link)
        guard steps >= 0 else { return }
        let lines = (0...steps).map { #"{"step":\#($0),"loss":\#(10 - $0 - seed)}"# }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: directory.metrics, atomically: true, encoding: .utf8)
    }

    static func catalog<Result>(_ body: (Catalog) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/catalog-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("base_a", phase: .base, seed: 1, in: folder)
        try write("base_b", phase: .base, seed: 2, steps: 2, in: folder)
        try write("mid_a", phase: .mid, seed: 3, parent: "base_a", in: folder)
        try write("mid_a/sft", phase: .sft, seed: 4, parent: "mid_a", in: folder)
        try write("gone", phase: .base, seed: 5, in: folder)
        try write("orphan", phase: .mid, seed: 6, parent: "gone", in: folder)
        try FileManager.default.removeItem(atPath: folder + "/gone")
        try write(".aside/old", phase: .base, seed: 7, in: folder)
        for (path, text) in [("broken", "{"), ("half", "{}")] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
            try text.write(
                toFile: "\(folder)/\(path)/config.json", atomically: true, encoding: .utf8)
        }
        return try body(Catalog(folder: folder))
    }

    @Test func experimentsAreFoundWithTheirFields() throws {
        try Self.catalog { catalog in
            #expect(
                catalog.experiments.map(\.id)
                    == ["base_a", "base_b", "mid_a", "mid_a/sft", "orphan"])
            #expect(catalog.unreadable.count == 2)
            let fields = try #require(catalog["base_b"]).fields
            #expect(fields["status"] == .text("stopped") && fields["depth"] == .number(4))
            #expect(fields["loss"] == .number(6) && fields["model_config.n_layer"] == .number(4))
            #expect(try #require(catalog["base_a"]).isFinished)
            #expect(catalog["mid_a"]?.parentID == "base_a")
            #expect(catalog["mid_a/sft"]?.parentID == "mid_a")
            #expect(catalog.children(of: "mid_a").map(\.id) == ["mid_a/sft"])
            #expect(catalog.matching("base_*").count == 2)
            let condition = try Condition("status == 'finished' && loss < 9")
            #expect(
                catalog.experiments.filter { condition.matches($0.fields) }.map(\.id)
                    == ["base_a", "mid_a", "mid_a/sft", "orphan"])
        }
    }

    /// A run that has taken no step has no step, whatever its settings say of its parent.
    @Test func whatARunRecordsIsNotReadOutOfItsSettings() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/catalog-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write("base", phase: .base, seed: 1, in: folder)
        try Self.write("child", phase: .sft, seed: 2, parent: "base", steps: -1, in: folder)
        let child = try #require(Catalog(folder: folder)["child"])
        #expect(child.fields["step"] == nil && child.fields["run"] == nil)
        #expect(child.fields["stage.parent.step"] == .number(300))
        #expect(child.fields["status"] == .text("begun") && child.progress.status == .begun)
        #expect(child.fields["stage.parent.model_hash"] == .text("ab"))
        try #"{"step":0,"loss":null}"#.appending("\n").write(
            toFile: child.directory.metrics, atomically: true, encoding: .utf8)
        #expect(Catalog(folder: folder)["child"]?.fields["status"] == .text("diverged"))
    }

    @Test func lineageIsATree() throws {
        try Self.catalog { catalog in
            #expect(
                Lineage(of: catalog).lines == [
                    "base_a (base)", "└─ mid_a (mid)", "   └─ mid_a/sft (sft)", "base_b (base)",
                    "gone (not here)", "└─ orphan (mid)",
                ])
            #expect(Lineage(of: catalog, family: "mid_a/sft").roots.map(\.id) == ["base_a"])
            let graph = Lineage(of: catalog).graphviz
            #expect(graph.contains(#""mid_a" -> "mid_a/sft";"#))
        }
    }

    /// Names that the parts of a run have too, alone, in folders of their own and inside other runs.
    @Test(arguments: ["checkpoints", "evaluations", "figures", "base_training.parts"])
    func anExperimentIsKnownByItsFilesNotItsName(name: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/catalog-\(UUID())/checkpoints"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write(name, phase: .base, seed: 1, in: folder)
        try Self.write("of/\(name)/child", phase: .mid, seed: 2, parent: name, in: folder)
        try Self.write("run", phase: .base, seed: 3, in: folder)
        try Self.write("run/\(name)", phase: .mid, seed: 4, parent: "run", in: folder)
        try Self.write("other", phase: .base, seed: 5, in: folder)
        for part in ["checkpoints/step_000004", "evaluations/base_phase", "figures"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/other/\(part)", withIntermediateDirectories: true)
            // What a checkpoint holds may be called like settings.
            try "{}".write(
                toFile: "\(folder)/other/\(part)/state.json", atomically: true, encoding: .utf8)
        }
        try "{}".write(
            toFile: "\(folder)/other/checkpoints/step_000004/config.json", atomically: true,
            encoding: .utf8)
        let catalog = Catalog(folder: folder)
        #expect(
            Set(catalog.experiments.map(\.id))
                == [name, "of/\(name)/child", "run", "run/\(name)", "other"])
        #expect(catalog.unreadable.isEmpty)
        #expect(catalog.matching("\(name.prefix(5))*").map(\.id).contains(name))
        #expect(catalog["of/\(name)/child"]?.parentID == name)
        #expect(catalog["run/\(name)"]?.parentID == "run")
    }

    /// A link that names no checkpoint, in a folder whose own path looks as if it did.
    @Test func aStrangeParentLinkIsNoTrap() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/catalog-\(UUID())/checkpoints"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write("a", phase: .base, seed: 1, in: folder)
        try Self.write("b", phase: .mid, seed: 2, parent: "a", in: folder)
        let link = """
            {"parent_experiment_id": "a", "parent_checkpoint_path": "\(folder)/step_000004",
             "parent_phase": "base", "inheritance_chain": ["a"]}
            """
        try link.write(
            toFile: RunDirectory(path: "\(folder)/b").parentLink, atomically: true, encoding: .utf8)
        #expect(Catalog(folder: folder)["b"]?.parentID == "a")
    }

    @Test func aFolderThatIsNotThereHoldsNothing() {
        #expect(Catalog(folder: "/nowhere").experiments.isEmpty)
    }
}
