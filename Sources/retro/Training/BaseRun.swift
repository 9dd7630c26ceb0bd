import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal
import Training

/// One base run from claim to ending: the world's side of `BaseTraining`.
struct BaseRun {
    let world: World
    let options: Options
    let experiment: Experiment
    let tokenizer: Tokenizer
    let corpus: CorpusSides
    let directory: RunDirectory
    let device: Device
    /// Measured peak of matrix products, FLOP/s.
    let peakFLOPs: Double
    /// Checkpoint to go on from; `nil` for the newest.
    var resumeFrom: Int?
    /// What samples continue.
    var prompts = SamplePrompts.facts

    /// Trains, or goes on training, and says how it ended.
    func perform() throws -> BaseTraining.Ending {
        let state = try claimed()
        let claim = state.claim
        defer { withExtendedLifetime(claim) {} }
        let computeDType: DType = experiment.dtype == "bfloat16" ? .bfloat16 : .float32
        let model = GPT(
            experiment.model, seed: Seed(experiment.seed)["model/init"], device: device,
            computeDType: computeDType)
        let optimizer = Optimizer(model, experiment.optimizer)
        let trainer = Trainer(
            model: model, optimizer: optimizer, schedule: experiment.schedule, device: device)
        if let checkpoint = state.checkpoint {
            try model.load(checkpoint.model)
            try optimizer.restore(checkpoint.optimizer, stepCount: checkpoint.state.step)
            world.say("resuming \(directory.name) at step \(checkpoint.state.step)", options)
        }
        let first = trainer.step
        let metrics = try MetricsLog(path: directory.metrics, resumingAt: first)
        let research = try ResearchLog(
            path: directory.researchLog(.base), resumingAt: first,
            attributes: [
                "run": directory.name, "settings_hash": experiment.hash.hex,
                "direction": experiment.direction.rawValue,
            ])
        let batches = try corpus.batches(
            of: experiment, tokenizer: tokenizer,
            from: state.checkpoint?.state.cursor ?? .start, seconds: world.seconds)
        defer { batches.stop() }
        let validation = MatchedValidation(
            try corpus.validationWindows(of: experiment, tokenizer: tokenizer),
            rowCount: experiment.deviceBatchSize)
        let line = ConsoleLine(
            stepCount: experiment.schedule.stepCount, usesColor: world.errors.usesColor)
        var shown = LiveLine(world, options, line, firstStep: first)
        var training = BaseTraining(
            experiment, trainer: trainer, checkpoints: directory.checkpoints,
            resuming: state.checkpoint?.state,
            surroundings: BaseTraining.Surroundings(
                now: world.seconds, shouldStop: { world.signals.requested != nil },
                peakFLOPs: peakFLOPs, nextBatch: { () throws(BatchError) in try batches.next() },
                waitedSeconds: { batches.waited.seconds },
                validate: { (step, readings) throws(TrainingError) in
                    let scores = try readings.map { (reading) throws(TrainingError) in
                        try score(model, validation, reading, step)
                    }
                    let tables = EvaluationTables.record(
                        scores, of: validation.windows, byteCounts: tokenizer.byteCounts, step: step
                    )
                    do throws(JournalError) { try research.record(tables) } catch {
                        throw .journal(error)
                    }
                    return scores
                },
                sample: { sample(model, step: $0) }, recorders: [metrics, research],
                show: { shown.show($0) },
                saved: { world.say("saved \($0)", options) }))
        return try training.run()
    }

    /// The claim on the run's folder and the checkpoint to go on from.
    private func claimed() throws -> (claim: RunClaim, checkpoint: Checkpoint?) {
        let steps = Checkpoint.steps(in: directory.checkpoints)
        var found: Checkpoint?
        if let resumeFrom {
            guard steps.contains(resumeFrom) else {
                let have =
                    steps.isEmpty
                    ? "none" : steps.map { String($0) }.joined(separator: ", ")
                throw CommandError.missing(
                    "'\(directory.path)' has no checkpoint after \(resumeFrom) steps; there is "
                        + "\(have). Choose another --resume-from-step.")
            }
            found = try Checkpoint(
                reading: Checkpoint.path(of: resumeFrom, in: directory.checkpoints))
        } else {
            for step in steps.reversed() {
                do throws(TrainingError) {
                    found = try Checkpoint(
                        reading: Checkpoint.path(of: step, in: directory.checkpoints))
                    break
                } catch {
                    world.errors.line(
                        "passing over the checkpoint after \(step) steps, which stays as it is: "
                            + "\(error)")
                }
            }
            // Beginning anew would overwrite the record of what was trained.
            guard found != nil || steps.isEmpty else {
                throw CommandError.missing(
                    "none of the \(steps.count) checkpoints in '\(directory.checkpoints)' is "
                        + "intact. Restore one from a copy, delete that folder to begin anew, or "
                        + "choose another --model-tag.")
            }
        }
        if let found {
            guard found.state.experiment == experiment else {
                throw TrainingError.foreignCheckpoint(
                    path: directory.path,
                    "its settings differ from the command's; use its own flags, or another "
                        + "--model-tag")
            }
        }
        let start = Manifest.Start(
            date: world.startDate, arguments: world.arguments, step: found?.state.step ?? 0,
            source: world.repository.map {
                GitState.read(
                    folder: $0, git: world.find("git") ?? "/usr/bin/git",
                    home: world.environment["HOME"] ?? "/nonexistent")
            } ?? GitState(commit: nil, note: "not run from its repository"),
            machine: .current(),
            versions: ["libtorch": Libtorch.version, "retro": Version.number])
        let manifest = Manifest(
            settingsHash: experiment.hash, phase: .base, seed: Seed(experiment.seed),
            dataFingerprints: ["corpus": corpus.fingerprint, "tokenizer": tokenizer.hash],
            start: start)
        let claim = try RunClaim(
            directory, configuration: experiment.encoded(), manifest: manifest,
            parent: ParentLink.none)
        return (claim, found)
    }

    private func score(
        _ model: GPT, _ validation: MatchedValidation, _ reading: Reading, _ step: Int
    ) throws(TrainingError) -> Score {
        let progress = world.progress(
            "validating \(reading.rawValue)", total: validation.windows.count,
            unit: .things("windows"),
            options)
        let score = validation.score(
            model, direction: experiment.direction, reading: reading,
            progress: { progress.advance(to: $0) })
        progress.finish(at: validation.windows.count)
        let file = ScoreFile(
            score, of: validation.windows, direction: experiment.direction, step: step)
        try keep(file.encoded(), as: ScoreFile.name, reading)
        return score
    }

    private func sample(_ model: GPT, step: Int) {
        let generation = Generation(
            model, direction: experiment.direction, tokenizer: tokenizer)
        let generator = Generator(Seed(experiment.seed)["samples"][step], device: device)
        var sampling = Generation.Sampling()
        sampling.maximumCount = SamplePrompts.tokenCount
        for reading in experiment.direction.readings {
            var kept: [SampleFile.Sample] = []
            for prompt in prompts.of(reading) {
                let result = generation(
                    tokenizer.encode(prompt), reading: reading, sampling: sampling,
                    generator: generator)
                let text = tokenizer.decode(result.natural)
                kept.append(
                    SampleFile.Sample(prompt: prompt, text: text, isComplete: result.isFinished))
                world.say("  \(reading == .forward ? "→" : "←") \(text.debugDescription)", options)
            }
            let file = SampleFile(step: step, reading: reading, samples: kept)
            do throws(TrainingError) {
                try keep(file.encoded(), as: SampleFile.name, reading)
            } catch {
                world.errors.line("samples were not kept: \(error)")
            }
        }
    }

    private func keep(
        _ data: Data, as name: String, _ reading: Reading
    ) throws(TrainingError) {
        let folder = directory.evaluations(.base, reading: reading.rawValue)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: folder, reason: error.localizedDescription))
        }
        do { try AtomicFile.write(data, to: "\(folder)/\(name)") } catch { throw .file(error) }
    }
}

/// The live line: every step on a terminal, now and then elsewhere.
struct LiveLine {
    private let world: World
    private let options: Options
    private let line: ConsoleLine
    private let firstStep: Int
    private let begin: Double
    private var lastShown = -Double.infinity

    init(_ world: World, _ options: Options, _ line: ConsoleLine, firstStep: Int) {
        self.world = world
        self.options = options
        self.line = line
        self.firstStep = firstStep
        begin = world.seconds()
    }

    mutating func show(_ record: StepRecord) {
        guard !options[Common.quiet] else { return }
        let now = world.seconds()
        let isNotable =
            record.step == firstStep || record[Metric.validationBitsPerByte] != nil
        guard world.errors.isTerminal || isNotable || now - lastShown >= 10 else { return }
        lastShown = now
        var record = record
        let done = record.step - firstStep + 1
        if record.step < line.stepCount, done > 1 {
            // The mean pace so far, validations and saves included.
            let left = Double(line.stepCount - record.step - 1)
            record.scalars.append(
                (Metric.remainingSeconds, (now - begin) / Double(done) * left))
        }
        if world.errors.isTerminal && !isNotable {
            world.errors.redraw(line.text(record))
        } else {
            world.errors.line(line.text(record))
        }
    }
}
