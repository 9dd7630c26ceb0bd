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
            compareLearning, directionTransfer, gradientFlow, positionAccuracy, tokens, scaling,
            representations, compare, compareAll, report,
        ])

    private static let where_ = OptionGroup("Where", [Common.experiments.row, Common.seed.row])
    private static let names = Positionals("NAME", minimum: 0, maximum: 512)
    private static let what: [OptionRow] = [
        AnalysisOutput.experiments.row, AnalysisOutput.output.row,
    ]
    private static let seedBranch = "analysis"

    /// A command over runs that writes findings.
    private static func analysis(
        _ name: String, _ summary: String, details: String? = nil, _ example: Example,
        _ extra: [OptionRow] = [], groups: [OptionGroup] = [],
        _ body: @escaping @Sendable (World, Options, StudiedRuns, Seed) throws -> Findings
    ) -> Command<World> {
        Command<World>(
            name, summary, details: details ?? "", examples: [example], positionals: names,
            options: [OptionGroup("What", what + extra)] + groups + [where_, Common.writing]
        ) { world, options in
            try AnalysisOutput.check(world, options)
            let findings = try body(
                world, options, StudiedRuns(world, options),
                Seed(options[Common.seed])[seedBranch][name])
            return try AnalysisOutput.deliver(findings, world, options)
        }
    }

    // MARK: Learning

    private static let thresholds = Option<[Double]>(
        "thresholds", default: [],
        "losses whose reaching is timed, nats; by default chosen from the curves")

    private static let compareLearning = analysis(
        "compare-learning", "Learning curves side by side, speed, and the onset of the gap.",
        Example(
            "analyze compare-learning --experiments 'base_*_d20' --output learning_curves_d20.png",
            "at equal tokens"),
        [AnalysisOutput.budget.row, thresholds.row]
    ) { _, options, runs, seed in
        try LearningComparison(
            of: try runs.runs(try AnalysisOutput.patterns(options)),
            by: options[AnalysisOutput.budget], thresholds: options[thresholds], seed: seed
        ).findings()
    }

    // MARK: Transfer

    private static let experiment = Option<[String]>(
        "experiment", default: [], placeholder: "NAME", "the run whose family is looked at")
    private static let readsMarkers = Option(
        "markers", default: true,
        "score bidirectional base runs with wrong and missing markers as well")

    private static let directionTransfer = analysis(
        "direction-transfer",
        "What a model can do in its own reading and in the other, stage by stage.",
        details: "The run's ancestors and descendants are looked at with it.",
        Example(
            "analyze direction-transfer --experiment base_backward_d20 --output transfer.md",
            "likelihoods and tasks in both readings"),
        [experiment.row, readsMarkers.row],
        groups: [
            OptionGroup(
                "Model",
                [
                    Common.tokenizer.row, Common.home.row, BaseOptions.device.row,
                    BaseOptions.dtype.row, Common.threads.row,
                ])
        ]
    ) { world, options, runs, seed in
        let patterns =
            options.positionals + options[experiment] + options[AnalysisOutput.experiments]
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
        if options[readsMarkers], studied.contains(where: { $0.direction == .bidirectional }) {
            do {
                let models = try ModelAnalyses(world, options)
                effects = try studied.flatMap { try models.markerEffects($0) }
            } catch {
                world.errors.line("the effect of markers is left out: \(error)")
            }
        }
        return try DirectionTransfer(through: studied, markers: effects, seed: seed).findings()
    }

    // MARK: Inside

    private static let gradientFlow = analysis(
        "gradient-flow",
        "Gradients and activations by layer over training; vanishing and exploding ones named.",
        Example(
            "analyze gradient-flow --experiments 'base_*_d4' --output flow.html",
            "heat maps and lines")
    ) { _, options, runs, _ in
        try GradientFlow(of: try runs.runs(try AnalysisOutput.patterns(options))).findings()
    }

    private static let boundary = Option(
        "boundary", default: 8, "tokens at either end of a document that are told apart")

    private static let positionAccuracy = analysis(
        "position-accuracy",
        "Accuracy and loss by position and context length, both directions in one figure.",
        Example(
            "analyze position-accuracy --experiments 'base_*_d4' --output positions.pdf",
            "with the gap by context"),
        [boundary.row]
    ) { _, options, runs, seed in
        guard options[boundary] >= 0 else {
            throw CommandError.invalid("--boundary must be at least 0.")
        }
        return try PositionAccuracy(
            of: try runs.runs(try AnalysisOutput.patterns(options)), boundary: options[boundary],
            seed: seed
        ).findings()
    }

    private static let tokens = analysis(
        "tokens", "The gap taken apart by class of token, and scores of each document.",
        details:
            "Written as .csv it holds one line a document: mean losses in both readings and forward − backward.",
        Example(
            "analyze tokens --experiments base_forward_d4 base_backward_d4 --output documents.csv",
            "scores of documents"),
        groups: [OptionGroup("Model", [Common.tokenizer.row, Common.home.row])]
    ) { world, options, runs, seed in
        let studied = try runs.runs(try AnalysisOutput.patterns(options))
        guard let hash = studied.first?.settings.tokenizerHash else {
            throw CommandError.missing(
                "the runs do not say which tokenizer they were trained with.")
        }
        let tokenizer = try world.tokenizer(options, matching: hash, of: studied[0].id)
        return try TokenClasses(
            of: studied, bytes: { Array(tokenizer.bytes(of: $0)) }, seed: seed
        ).findings()
    }

    private static let tokenCount = Option(
        "tokens", default: 8192, "validation tokens that are read")

    private static let representations = analysis(
        "representations",
        "How alike two checkpoints are layer by layer, and where their heads look.",
        details:
            "The windows are the first one's validation; a bidirectional run given twice is compared in both readings.",
        Example(
            "analyze representations base_forward_d4 base_backward_d4 --output layers.html",
            "CKA, RSA and attention"),
        [tokenCount.row],
        groups: [
            OptionGroup(
                "Model",
                [
                    Common.tokenizer.row, Common.home.row, BaseOptions.device.row,
                    BaseOptions.dtype.row, Common.threads.row,
                ])
        ]
    ) { world, options, runs, seed in
        let two = try AnalysisOutput.patterns(options).flatMap {
            $0.split(separator: ",").map(String.init)
        }
        guard two.count == 2 else {
            throw CommandError.invalid(
                "representations compares two runs or checkpoints, not \(two.count).")
        }
        guard options[tokenCount] >= 256 else {
            throw CommandError.invalid("--tokens must be at least 256.")
        }
        return try ModelAnalyses(world, options).representations(
            runs, two[0], two[1], tokenLimit: options[tokenCount], seed: seed)
    }

    // MARK: Many

    private static let scaling = analysis(
        "scaling",
        "L = E + A/N^α + B/D^β for each direction with one E, or why the data cannot support it.",
        Example(
            "analyze scaling --experiments 'base_*' --output scaling.html", "over sizes and budgets"
        )
    ) { _, options, runs, seed in
        try ScalingFit(of: try runs.runs(try AnalysisOutput.patterns(options)), seed: seed)
            .findings()
    }

    private static let metrics = Option<[String]>(
        "metrics", default: [], placeholder: "NAME,…",
        "what is compared: accuracy, loss, convergence_speed, TASK_acc, any column or result")

    private static let compare = analysis(
        "compare",
        "Experiments side by side: any of their numbers, curves, tasks with paired tests, ranking.",
        details:
            "Runs that differ in the seed alone are one group; a swept setting gives response curves.",
        Example(
            "analyze compare --experiments 'sft_lr*' --metrics mmlu_acc,arc_easy_acc,convergence --output sweep.png",
            "a sweep"),
        [metrics.row, AnalysisOutput.budget.row]
    ) { _, options, runs, seed in
        try ExperimentComparison(
            of: try runs.runs(try AnalysisOutput.patterns(options)),
            metrics: options[metrics].flatMap { $0.split(separator: ",").map(String.init) },
            by: options[AnalysisOutput.budget], seed: seed
        ).findings()
    }

    private static let baseExperiments = Option<[String]>(
        "base-experiments", default: [], placeholder: "NAME…",
        "base runs; later stages are found by descent")
    private static let title = Option(
        "title", default: "Forward, backward and bidirectional models compared",
        "heading of the page")
    private static let corpusName = Option(
        "corpus-name", default: "held-out documents of the training corpus",
        "where the validation text comes from, in words")

    private static let compareAll = analysis(
        "compare-all",
        "Everything that base runs and their descendants say beside each other, on one page.",
        Example(
            "analyze compare-all --base-experiments 'base_*' --output comprehensive_comparison.html",
            "one offline page"),
        [baseExperiments.row, AnalysisOutput.budget.row, title.row, corpusName.row]
    ) { _, options, runs, seed in
        let patterns =
            options.positionals + options[baseExperiments] + options[AnalysisOutput.experiments]
        guard !patterns.isEmpty else {
            throw CommandError.invalid("name the base runs: --base-experiments NAME….")
        }
        let folders = try runs.folders(patterns)
        return try runs.comparison(
            of: try runs.baseRuns(of: folders), withDescendants: true, title: options[title],
            corpusName: options[corpusName], budget: options[AnalysisOutput.budget], seed: seed)
    }

    // MARK: Report

    private static let folder = Option<Path?>(
        "output", default: nil, placeholder: "PATH",
        "folder of the report, or a file; by default the run's own folder, or 'comparison' for several"
    )
    private static let baseline = Option<String?>(
        "baseline", default: nil, placeholder: "NAME",
        "forward run to compare one experiment with; by default the nearest one")

    private static let report = Command<World>(
        "report", "One experiment from configuration to findings; several base runs compared.",
        details: """
            One run gives RESEARCH_REPORT.md, report.html and figures/ in its own folder. Several finished base runs \
            are compared on the windows that all of them were validated on.
            """,
        examples: [
            Example("analyze report sft_v2", "RESEARCH_REPORT.md and report.html in its folder"),
            Example(
                "analyze report ~/.cache/retrograde/base_checkpoints/d4_* --output d4",
                "the report of three directions"),
        ],
        positionals: names,
        options: [
            OptionGroup(
                "What",
                [
                    AnalysisOutput.experiments.row, folder.row, baseline.row,
                    AnalysisOutput.budget.row, title.row, corpusName.row,
                ]), where_, Common.writing,
        ]
    ) { world, options in
        let runs = StudiedRuns(world, options)
        let folders = try runs.folders(try AnalysisOutput.patterns(options))
        let findings =
            folders.count == 1
            ? try runs.report(on: folders[0], baseline: options[baseline])
            : try runs.comparison(
                of: folders, withDescendants: false, title: options[title],
                corpusName: options[corpusName], budget: options[AnalysisOutput.budget],
                seed: Seed(options[Common.seed])["report"])
        let place =
            options[folder].map { world.resolved($0) }
            ?? (folders.count == 1 ? folders[0] : "comparison")
        let writer = FindingsWriter(renderer: AnalysisOutput.renderer(world))
        let isFile = FindingsWriter.endings.contains((place as NSString).pathExtension.lowercased())
        let outcome =
            try isFile
            ? writer.write(findings, to: place) : writer.writeReport(findings, in: place)
        if let failure = outcome.renderingFailure { world.say(failure, options) }
        if options[Common.json] {
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
