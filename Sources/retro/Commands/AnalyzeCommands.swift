import Arguments
import Foundation
import Journal
import Language
import Provenance
import Reporting
import Terminal

/// `retro analyze`: what runs have to say beside each other.
enum AnalyzeCommands {
    static let all = Command<World>(
        "analyze", "Turn runs into figures, tables, statistics and reports.",
        subcommands: [
            Command(AnalyzeLearning.self), Command(AnalyzeTransfer.self),
            Command(AnalyzeGradients.self), Command(AnalyzePositions.self),
            Command(AnalyzeTokens.self), Command(AnalyzeScaling.self),
            Command(AnalyzeRepresentations.self), Command(AnalyzeSettings.self),
            Command(AnalyzeAll.self), Command(AnalyzeReport.self),
        ])
}

// MARK: Learning

/// `retro analyze compare-learning`.
struct AnalyzeLearning: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-learning",
        abstract: "Learning curves side by side, speed, and the onset of the gap.",
        examples: [
            Example(
                "analyze compare-learning --experiments 'base_*_d20' --output learning_curves_d20.png",
                "at equal tokens")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions
    @OptionGroup(title: "What") var budget: BudgetOptions

    @Option(
        help: "losses whose reaching is timed, nats; by default chosen from the curves")
    var thresholds: [Double] = []

    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        try LearningComparison(
            of: try runs.runs(try studied.patterns()), by: budget.budget, thresholds: thresholds,
            seed: seed
        ).findings()
    }
}

// MARK: Transfer

/// `retro analyze direction-transfer`.
struct AnalyzeTransfer: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "direction-transfer",
        abstract: "What a model can do in its own reading and in the other, stage by stage.",
        discussion: "The run's ancestors and descendants are looked at with it.",
        examples: [
            Example(
                "analyze direction-transfer --experiment base_backward_d20 --output transfer.md",
                "likelihoods and tasks in both readings")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions

    @Option(
        help: ArgumentHelp("the run whose family is looked at", valueName: "NAME"))
    var experiment: [Name] = []

    @Flag(help: "score bidirectional base runs with wrong and missing markers as well")
    var markers = true

    @OptionGroup(title: "Model") var model: ModelAnalysisOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        let patterns = studied.named + experiment.map(\.string)
        guard !patterns.isEmpty else {
            throw CommandError.invalid("name the run: --experiment NAME.")
        }
        var folders: [String] = []
        for path in try runs.folders(patterns) {
            for one in runs.ancestors(of: path) + [path] + runs.descendants(of: path)
            where !folders.contains(one) {
                folders.append(one)
            }
        }
        let studied = try folders.map { try runs.run($0) }
        var effects: [DirectionTransfer.MarkerEffect] = []
        if markers, studied.contains(where: { $0.direction == .bidirectional }) {
            do {
                let models = try ModelAnalyses(world, model)
                effects = try studied.flatMap { try models.markerEffects($0) }
            } catch {
                world.errors.line("the effect of markers is left out: \(error)")
            }
        }
        return try DirectionTransfer(through: studied, markers: effects, seed: seed).findings()
    }
}

// MARK: Inside

/// `retro analyze gradient-flow`.
struct AnalyzeGradients: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradient-flow",
        abstract:
            "Gradients and activations by layer over training; vanishing and exploding ones named.",
        examples: [
            Example(
                "analyze gradient-flow --experiments 'base_*_d4' --output flow.html",
                "heat maps and lines")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        try GradientFlow(of: try runs.runs(try studied.patterns())).findings()
    }
}

/// `retro analyze position-accuracy`.
struct AnalyzePositions: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "position-accuracy",
        abstract:
            "Accuracy and loss by position and context length, both directions in one figure.",
        examples: [
            Example(
                "analyze position-accuracy --experiments 'base_*_d4' --output positions.pdf",
                "with the gap by context")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions

    @Option(help: "tokens at either end of a document that are told apart")
    var boundary = 8

    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        guard boundary >= 0 else {
            throw CommandError.invalid("--boundary must be at least 0.")
        }
        return try PositionAccuracy(
            of: try runs.runs(try studied.patterns()), boundary: boundary, seed: seed
        ).findings()
    }
}

/// `retro analyze tokens`.
struct AnalyzeTokens: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "The gap taken apart by class of token, and scores of each document.",
        discussion:
            "Written as .csv it holds one line a document: mean losses in both readings and forward − backward.",
        examples: [
            Example(
                "analyze tokens --experiments base_forward_d4 base_backward_d4 --output documents.csv",
                "scores of documents")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions
    @OptionGroup(title: "Model") var tokenizer: TokenizerOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        let studied = try runs.runs(try studied.patterns())
        guard let hash = studied.first?.settings.tokenizerHash else {
            throw CommandError.missing(
                "the runs do not say which tokenizer they were trained with.")
        }
        let tokenizer = try tokenizer.tokenizer(
            matching: hash, of: studied[0].reader.directory, in: world)
        return try TokenClasses(
            of: studied, bytes: { Array(tokenizer.bytes(of: $0)) }, seed: seed
        ).findings()
    }
}

/// `retro analyze representations`.
struct AnalyzeRepresentations: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "representations",
        abstract: "How alike two checkpoints are layer by layer, and where their heads look.",
        discussion:
            "The windows are the first one's validation; a bidirectional run given twice is compared in both readings.",
        examples: [
            Example(
                "analyze representations base_forward_d4 base_backward_d4 --output layers.html",
                "CKA, RSA and attention")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions

    @Option(help: "validation tokens that are read")
    var tokens = 8192

    @OptionGroup(title: "Model") var model: ModelAnalysisOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        let two = try studied.patterns()
        guard two.count == 2 else {
            throw CommandError.invalid(
                "representations compares two runs or checkpoints, not \(two.count).")
        }
        guard tokens >= 256 else {
            throw CommandError.invalid("--tokens must be at least 256.")
        }
        return try ModelAnalyses(world, model).representations(
            runs, two[0], two[1], tokenLimit: tokens, seed: seed)
    }
}

// MARK: Many

/// `retro analyze scaling`.
struct AnalyzeScaling: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract:
            "L = E + A/N^α + B/D^β for each direction with one E, or why the data cannot support it.",
        examples: [
            Example(
                "analyze scaling --experiments 'base_*' --output scaling.html",
                "over sizes and budgets")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        try ScalingFit(of: try runs.runs(try studied.patterns()), seed: seed).findings()
    }
}

/// `retro analyze compare`.
struct AnalyzeSettings: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Experiments side by side: any of their numbers, curves, tasks with paired tests, ranking.",
        discussion:
            "Runs that differ in the seed alone are one group; a swept setting gives response curves.",
        examples: [
            Example(
                "analyze compare --experiments 'sft_lr*' --metrics mmlu_acc,arc_easy_acc,convergence --output sweep.png",
                "a sweep")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions

    @Option(
        help: ArgumentHelp(
            "what is compared: accuracy, loss, convergence_speed, TASK_acc, any column or result",
            valueName: "NAME,…"))
    var metrics: [Name] = []

    @OptionGroup(title: "What") var budget: BudgetOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        try ExperimentComparison(
            of: try runs.runs(try studied.patterns()), metrics: metrics.map(\.string),
            by: budget.budget, seed: seed
        ).findings()
    }
}

/// The words of a page that compares base runs.
struct PageOptions: ParsableArguments {
    @Option(help: "heading of the page")
    var title = "Forward, backward and bidirectional models compared"

    @Option(help: "where the validation text comes from, in words")
    var corpusName = "held-out documents of the training corpus"
}

/// `retro analyze compare-all`.
struct AnalyzeAll: AnalysisCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-all",
        abstract:
            "Everything that base runs and their descendants say beside each other, on one page.",
        examples: [
            Example(
                "analyze compare-all --base-experiments 'base_*' --output comprehensive_comparison.html",
                "one offline page")
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions
    @OptionGroup(title: "What") var file: FindingsFileOptions

    @Option(
        help: ArgumentHelp(
            "base runs; later stages are found by descent", valueName: "NAME…"))
    var baseExperiments: [Name] = []

    @OptionGroup(title: "What") var budget: BudgetOptions
    @OptionGroup(title: "What") var page: PageOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings {
        let patterns = studied.named + baseExperiments.map(\.string)
        guard !patterns.isEmpty else {
            throw CommandError.invalid("name the base runs: --base-experiments NAME….")
        }
        let folders = try runs.folders(patterns)
        return try runs.comparison(
            of: try runs.baseRuns(of: folders), withDescendants: true, title: page.title,
            corpusName: page.corpusName, budget: budget.budget, seed: seed)
    }
}

// MARK: Report

/// `retro analyze report`.
struct AnalyzeReport: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "One experiment from configuration to findings; several base runs compared.",
        discussion: """
            One run gives RESEARCH_REPORT.md, report.html and figures/ in its own folder. Several finished base runs \
            are compared on the windows that all of them were validated on.
            """,
        examples: [
            Example("analyze report sft_v2", "RESEARCH_REPORT.md and report.html in its folder"),
            Example(
                "analyze report ~/.cache/retrograde/base_checkpoints/d4_* --output d4",
                "the report of three directions"),
        ])

    @OptionGroup(title: "What") var studied: StudiedOptions

    @Option(
        help: ArgumentHelp(
            "folder of the report, or a file; by default the run's own folder, or 'comparison' for several",
            valueName: "PATH"))
    var output: Path?

    @Option(
        help: ArgumentHelp(
            "forward run to compare one experiment with; by default the nearest one",
            valueName: "NAME"))
    var baseline: String?

    @OptionGroup(title: "What") var budget: BudgetOptions
    @OptionGroup(title: "What") var page: PageOptions
    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let runs = StudiedRuns(world, place.experiments)
        let folders = try runs.folders(try studied.patterns())
        let findings =
            folders.count == 1
            ? try runs.report(on: folders[0], baseline: baseline)
            : try runs.comparison(
                of: folders, withDescendants: false, title: page.title,
                corpusName: page.corpusName, budget: budget.budget,
                seed: Seed(place.seed.seed)["report"])
        let place =
            output.map { world.resolved($0) } ?? (folders.count == 1 ? folders[0] : "comparison")
        let writer = FindingsWriter(renderer: world.renderer)
        let isFile = FindingsWriter.endings.contains((place as NSString).pathExtension.lowercased())
        let outcome =
            try isFile
            ? writer.write(findings, to: place) : writer.writeReport(findings, in: place)
        if let failure = outcome.renderingFailure { world.say(failure) }
        if world.wantsJSON {
            try world.write(
                json: [
                    "headline": findings.headline, "html": outcome.paths[0],
                    "markdown": outcome.paths.last ?? outcome.paths[0],
                ])
        } else {
            world.output.line(findings.headline)
            for path in outcome.paths { world.output.line(path) }
        }
        return .success
    }
}
