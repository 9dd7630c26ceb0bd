import Arguments
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Reporting
import Tensors
import Terminal
import Training

/// Analyses that read validation windows again with the runs' models.
struct ModelAnalyses {
    let world: World
    let tokenizer: TokenizerOptions
    let compute: ComputeSettings

    init(_ world: World, _ options: ModelAnalysisOptions) throws {
        self.world = world
        tokenizer = options.tokenizer
        compute = try ComputeSettings(options.compute, in: world)
    }

    /// The newest model of the run in `folder`, or the one of a checkpoint in it.
    private func model(_ path: String) throws -> (model: GPT, state: Checkpoint.State) {
        var chosen = path
        if !FileManager.default.fileExists(atPath: path + "/state.json") {
            let checkpoints = RunDirectory(path: path).checkpoints
            guard let step = Checkpoint.steps(in: checkpoints).last else {
                throw CommandError.missing("'\(path)' has no checkpoint to read with.")
            }
            chosen = Checkpoint.path(of: step, in: checkpoints)
        }
        let checkpoint = try Checkpoint(reading: chosen, withOptimizer: false)
        let state = checkpoint.state
        let model = GPT(
            state.modelConfiguration, seed: Seed(state.experiment.seed)["model/init"],
            device: compute.device, computeDType: compute.dtype)
        try model.load(checkpoint.model)
        return (model, state)
    }

    private func marker(_ direction: Direction, _ reading: Reading) -> RecordedWindows.Marker {
        direction.usesMarkers ? .of(reading) : .none
    }

    /// Losses of a bidirectional run with the right marker, none, and the wrong one.
    func markerEffects(_ run: StudiedRun) throws -> [DirectionTransfer.MarkerEffect] {
        guard run.direction == .bidirectional, run.phase == .base else { return [] }
        let path = run.reader.directory.path
        let (model, state) = try model(path)
        let tokenizer = try tokenizer.tokenizer(
            matching: state.tokenizerHash, of: run.reader.directory, in: world)
        let windows = RecordedWindows(
            try run.evaluation(), tokenizer: tokenizer, tokenLimit: 200_000)
        return Reading.allCases.map { reading in
            func nats(_ marker: RecordedWindows.Marker) -> [Double] {
                windows.nats(model, reading: reading, marker: marker)
            }
            return DirectionTransfer.MarkerEffect(
                run: run.id, reading: reading, right: nats(.of(reading)), missing: nats(.none),
                wrong: nats(.of(reading.opposite)), tokens: windows.windows.map(\.count),
                documents: windows.documents)
        }
    }

    /// The layers of two models on the windows of the first one's validation.
    func representations(
        _ runs: StudiedRuns, _ first: String, _ second: String, tokenLimit: Int, seed: Seed
    ) throws -> Findings {
        let sides = try [first, second].map { pattern -> (path: String, run: StudiedRun) in
            let folders = try runs.folders([pattern])
            guard folders.count == 1 else {
                throw CommandError.invalid(
                    "'\(pattern)' names \(folders.count) runs; representations compares two checkpoints."
                )
            }
            let whole = pattern.hasPrefix("/") ? pattern : "\(world.workingDirectory)/\(pattern)"
            let isCheckpoint = FileManager.default.fileExists(atPath: whole + "/state.json")
            return (isCheckpoint ? whole : folders[0], try runs.run(folders[0]))
        }
        let (a, b) = (try model(sides[0].path), try model(sides[1].path))
        guard a.state.tokenizerHash == b.state.tokenizerHash else {
            throw CommandError.invalid(
                "the two were trained with different tokenizers, so their tokens cannot be aligned."
            )
        }
        let tokenizer = try tokenizer.tokenizer(
            matching: a.state.tokenizerHash, of: sides[0].run.reader.directory, in: world)
        let windows = RecordedWindows(
            try sides[0].run.evaluation(), tokenizer: tokenizer, tokenLimit: tokenLimit)
        func states(_ model: GPT, _ direction: Direction, _ reading: Reading) -> HiddenStates {
            let progress = world.progress(
                "reading \(reading.rawValue)", total: windows.windows.count,
                unit: .things("windows"))
            defer { progress.finish(at: windows.windows.count) }
            return windows.states(
                model, reading: reading, marker: marker(direction, reading),
                progress: { progress.advance(to: $0) })
        }
        // A bidirectional model is read forward; beside itself, in both readings.
        let isSame = sides[0].path == sides[1].path && a.state.direction == .bidirectional
        let readings = [
            a.state.direction.readings[0],
            isSame ? Reading.backward : b.state.direction.readings[0],
        ]
        let x = states(a.model, a.state.direction, readings[0])
        let y = states(b.model, b.state.direction, readings[1])
        var random = seed["shuffle"].generator()
        var order = Array(Int64(0)..<Int64(x.tokens))
        order.shuffle(using: &random)
        let chosen = Array(order.prefix(256))
        let (firstHeads, secondHeads) = (Self.heads(x), Self.heads(y))
        return RepresentationComparison(
            of: RepresentationComparison.Input(
                first: "\(sides[0].run.id) (\(readings[0].rawValue))",
                second: "\(sides[1].run.id) (\(readings[1].rawValue))",
                alignment: x.alignment(with: y), shuffled: x.alignment(with: y, shuffle: order),
                firstCosines: (0..<x.count).map { x.cosines($0, tokens: chosen) },
                secondCosines: (0..<y.count).map { y.cosines($0, tokens: chosen) },
                firstHeads: firstHeads, secondHeads: secondHeads, tokenCount: x.tokens,
                cosineTokens: chosen.count)
        ).findings()
    }

    private static func heads(_ states: HiddenStates) -> [RepresentationComparison.Head] {
        states.heads.enumerated().flatMap { layer, heads in
            heads.enumerated().map { head, summary in
                RepresentationComparison.Head(
                    layer: layer, head: head, distance: summary.distance,
                    entropy: summary.entropy, firstMass: summary.firstMass)
            }
        }
    }
}
