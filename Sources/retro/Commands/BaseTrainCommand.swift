import Arguments
import Corpus
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal
import Training

/// `retro base-train`: pretraining from nothing, in any direction.
enum BaseTrainCommand {
    static let command = Command<World>(
        "base-train", "Pretrain a model forward, backward or bidirectionally.",
        details: """
            The run's folder is HOME/base_checkpoints/TAG. Stopped by a signal it saves and exits with \
            75; the same command goes on from there.
            """,
        examples: [
            Example(
                "base-train --data text/*.jsonl.zst --direction backward --depth 4 --max-seq-len 256 "
                    + "--device-batch-size 32 --total-batch-size 16384 --num-iterations 600",
                "a small model on a laptop"),
            Example("base-train --depth 20 --direction forward --device cuda", "the recipe's d20"),
            Example("base-train --depth 6 --data text --dry-run", "what that would cost"),
        ],
        options: BaseOptions.groups
    ) { world, options in
        let compute = try ComputeSettings(options, in: world)
        let tokenizer = try Tokenizer(contentsOf: world.tokenizerPath(options))
        let home = world.home(options)
        var paths = options[Common.data].map(world.resolved)
        let usual = world.home(options) + "/base_data"
        if paths.isEmpty, FileManager.default.fileExists(atPath: usual) { paths = [usual] }
        guard !paths.isEmpty else {
            throw CommandError.invalid(
                "nothing to train on: name shards with --data, or make some with `retro data synth`."
            )
        }
        let fraction = options[BaseOptions.validationFraction]
        guard fraction > 0, fraction < 1 else {
            throw CommandError.invalid("--val-fraction must lie between 0 and 1.")
        }
        let split = try CorpusSplit(
            paths: paths, validationPaths: options[BaseOptions.validationData].map(world.resolved),
            split: DocumentSplit(validationFraction: fraction),
            relativeTo: world.workingDirectory, options: world.shardOptions(options),
            spoolFolder: world.temporaryFolder)
        let experiment = try BaseOptions.experiment(
            options, vocabularySize: tokenizer.vocabularySize, tokenizerHash: tokenizer.hash,
            dataHash: split.fingerprint, dtype: compute.dtype)
        if options[Common.dryRun] {
            return try RunPlan.show(experiment, compute, world, options)
        }
        world.signals.hold { _ in
            world.say("\nstopping after this step; again to stop at once", options)
        }
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let tag =
            options[BaseOptions.modelTag]
            ?? "d\(options[BaseOptions.depth])_\(experiment.direction.rawValue)"
        let step = options[BaseOptions.resumeFromStep]
        let core = try CoreMetric(options, in: world)
        var run = StageRun(
            world: world, options: options, experiment: experiment, tokenizer: tokenizer,
            data: CorpusSides(
                training: split.training, validation: split.validation,
                fingerprint: split.fingerprint),
            directory: RunDirectory(
                path: options[Common.runDirectory].map(world.resolved)
                    ?? "\(home)/base_checkpoints/\(tag)"),
            device: compute.device, peakFLOPs: peak, resumeFrom: step >= 0 ? step : nil)
        if let core { run.evaluate = { try core.measure($0, $1, $2) } }
        return try run.performAndTell()
    }
}
