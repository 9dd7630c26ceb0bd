import Arguments
import Corpus
import Foundation
import Provenance
import Terminal
import Training

/// `retro validate`: the framework proves itself on this machine.
struct Validate: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Run the exact nulls: what must be equal, on this machine, now.",
        discussion:
            "Documentation/Method.md says what each one means and how it is broken on purpose.",
        examples: [
            Example("validate", "a table; exit status 1 if any fails"),
            Example("validate --json", "name, passed, detail and measurements of each"),
        ])

    @OptionGroup(title: "Run") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let folder = "\(world.temporaryFolder)/retro-validate-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let seed = Seed(seed.seed)["validate"]
        let checks: [(label: String, run: () throws -> NullResult)] = [
            // By the numbers of Documentation/Method.md.
            ("training", { try TrainingNulls.backwardIsForwardReversed() }),
            ("fine-tuning", { try TrainingNulls.chatBackwardIsForwardTurned() }),
            ("targets", { try TrainingNulls.targetsAreEqual() }),
            ("fine-tuning targets", { try TrainingNulls.chatTargetsAreEqual() }),
            ("leakage", { try TrainingNulls.nothingLeaks() }),
            ("joint", { ExactNulls.enumeratedJoint(seed: seed["joint"]) }),
            ("n-grams", { ExactNulls.circularNGrams(seed: seed["n-grams"]) }),
            ("languages", { ExactNulls.syntheticLanguages(seed: seed["languages"]) }),
            ("scoring", { try TrainingNulls.scoringIsOne() }),
            ("fine-tuning scoring", { try TrainingNulls.chatScoringIsOne() }),
            ("resuming", { try TrainingNulls.resumingIsExact(in: folder) }),
        ]
        let progress = world.progress(
            "exact nulls", total: checks.count, unit: .things("checks"))
        var results: [NullResult] = []
        for check in checks {
            results.append(try check.run())
            progress.advance(to: results.count, note: check.label)
        }
        progress.finish(at: results.count)
        if world.wantsJSON {
            try world.write(json: results)
        } else {
            var table = TextTable([("null", .left), ("", .left), ("what was compared", .left)])
            for result in results {
                let verdict =
                    result.passed
                    ? world.output.styled("holds", .green) : world.output.styled("FAILS", .red)
                table.add([result.name, verdict, result.detail])
            }
            for line in table.lines { world.output.line(line) }
        }
        return results.allSatisfy(\.passed) ? .success : .failure
    }
}
