import Arguments
import Corpus
import Foundation

/// The folder of benchmark files.
struct BenchmarkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "folder of benchmark files (arc, gsm8k, humaneval, mmlu, smoltalk); by default HOME/task_data",
            valueName: "DIR"))
    var benchmarks: Path?
}

/// Where the files of benchmarks and conversations lie, by the names that `retro data fetch` gives them.
struct BenchmarkFiles {
    /// A file of a dataset.
    enum Name: String, CaseIterable {
        case smoltalkTrain = "smoltalk/train"
        case smoltalkTest = "smoltalk/test"
        case mmluAuxiliaryTrain = "mmlu/mmlu-auxiliary_train"
        case mmluDev = "mmlu/mmlu-dev"
        case mmluValidation = "mmlu/mmlu-validation"
        case mmluTest = "mmlu/mmlu-test"
        case arcEasyTrain = "arc/arc_easy-train"
        case arcEasyTest = "arc/arc_easy-test"
        case arcChallengeTrain = "arc/arc_challenge-train"
        case arcChallengeTest = "arc/arc_challenge-test"
        case gsm8kTrain = "gsm8k/train"
        case gsm8kTest = "gsm8k/test"
        case humanEval = "humaneval/HumanEval"

        /// What `retro data fetch` calls the dataset.
        var dataset: String { rawValue.split(separator: "/").first.map(String.init) ?? rawValue }
    }

    /// The folder.
    let path: String

    /// The folder that the options name.
    init(_ options: BenchmarkOptions, home: HomeOptions, in world: World) {
        path = options.benchmarks.map(world.resolved) ?? home.path(in: world) + "/task_data"
    }

    /// The file of this name, compressed or not; where there is none, the name it would have.
    func path(of name: Name) -> String {
        let stem = "\(path)/\(name.rawValue).jsonl"
        let found = [stem, stem + ".zst", stem + ".gz"].first {
            FileManager.default.fileExists(atPath: $0)
        }
        return found ?? stem
    }

    /// Whether the file is there.
    func has(_ name: Name) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

    /// The items of a file.
    func items<Item: TaskItem>(
        _ title: String, _ name: Name, as type: Item.Type = Item.self, in world: World
    ) throws -> TaskFile<Item> {
        try TaskFile<Item>(
            title, paths: [path(of: name)], relativeTo: world.workingDirectory,
            dataset: name.dataset, spoolFolder: world.temporaryFolder)
    }
}
