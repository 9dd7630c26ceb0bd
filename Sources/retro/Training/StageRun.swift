import Arguments
import Corpus
import Evaluation
import Faults
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import Terminal
import Training

/// One run of a stage from claim to ending: the world's side of `StageLoop`.
struct StageRun {
    let world: World
    let experiment: Experiment
    let tokenizer: Tokenizer
    let data: any StageData
    let directory: RunDirectory
    let compute: ComputeSettings
    /// Measured peak of matrix products, FLOP/s.
    let peakFLOPs: Double
    /// Where metrics are sent.
    let trackers: TrackerOptions
    /// The options of the command, for the record.
    let settings: [ResolvedSetting]
    /// Checkpoint to go on from; `nil` for the newest.
    var resumeFrom: Int?
    /// The run whose weights this one begins with; nil for base training.
    var parent: StageParent?
    /// Writes samples of what the model has learnt after so many steps.
    var sample: (StageRun, GPT, _ step: Int) -> Void = { run, model, step in
        run.continueTexts(SamplePrompts.facts, with: model, step: step)
    }
    /// Tries tasks after so many steps.
    var evaluate: (StageRun, GPT, _ step: Int) throws -> [(name: String, value: Double)] = {
        _, _, _ in []
    }
    /// Tries ChatCORE after so many steps.
    var tryChatCORE: (StageRun, GPT, _ step: Int) throws -> [(name: String, value: Double)] = {
        _, _, _ in []
    }

    /// Trains, or goes on training, and says how it ended.
    func perform() throws -> StageLoop.Ending {
        try trackers.check(world)
        let state = try claimed()
        let claim = state.claim
        FaultRecord.use(folder: directory.path)
        defer {
            FaultRecord.use(folder: nil)
            withExtendedLifetime(claim) {}
        }
        try trackers.start(for: directory, world)
        let trainer = try trainer(from: state.checkpoint)
        let first = trainer.step
        let metrics = try MetricsLog(path: directory.metrics, resumingAt: first)
        let research = try ResearchLog(
            path: directory.researchLog(experiment.phase), resumingAt: first,
            attributes: [
                "run": directory.name, "settings_hash": experiment.hash.hex,
                "direction": experiment.direction.rawValue,
            ])
        let source = try data.objective(
            for: self, model: trainer.model, from: state.checkpoint?.state.cursor ?? .start)
        defer { source.stop() }
        let validation = try data.validation(for: self)
        let line = ConsoleLine(
            stepCount: experiment.schedule.stepCount, usesColor: world.errors.usesColor,
            duration: { "\(Quantity.seconds($0))" })
        var shown = LiveLine(world, line, firstStep: first)
        var loop = StageLoop(
            experiment, objective: source.objective, trainer: trainer,
            checkpoints: directory.checkpoints, resuming: state.checkpoint?.state,
            surroundings: StageLoop.Surroundings(
                now: world.seconds, shouldStop: { world.signals.requested != nil },
                peakFLOPs: peakFLOPs,
                validate: { (step, readings) throws(TrainingError) in
                    guard let validation else { return [] }
                    let scores = try readings.map { (reading) throws(TrainingError) in
                        try score(trainer.model, validation, reading, step)
                    }
                    let tables = EvaluationTables.record(
                        scores, of: validation, byteCounts: tokenizer.byteCounts, step: step,
                        attention: attention(trainer.model, validation, readings))
                    do throws(JournalError) { try research.record(tables) } catch {
                        throw .journal(error)
                    }
                    return scores
                },
                evaluate: { (step) throws(TrainingError) in
                    do { return try evaluate(self, trainer.model, step) } catch {
                        throw .evaluation("\(error)")
                    }
                },
                tryChatCORE: { (step) throws(TrainingError) in
                    do { return try tryChatCORE(self, trainer.model, step) } catch {
                        throw .evaluation("\(error)")
                    }
                },
                sample: { sample(self, trainer.model, $0) }, recorders: [metrics, research],
                show: { shown.show($0) },
                saved: { world.say("saved \($0)") }))
        return try loop.run()
    }

    /// Trains, says how it ended, and prints the checkpoint.
    func performAndTell() throws -> ExitCode {
        let ending: StageLoop.Ending
        do { ending = try perform() } catch let error as TrainingError
            where "\(error)".contains(String(cString: strerror(ENOSPC)))
        {
            world.errors.line(
                "the disk is full, so the run stopped: \(error) The last checkpoint and the record up to "
                    + "it are whole; with more space the same command goes on.")
            return .resumable
        }
        let used = StorageEstimate(used: directory, phase: experiment.phase)
        world.say(used.compared(with: StorageEstimate(of: experiment)))
        switch ending {
        case .finished(let checkpoint):
            try tell(checkpoint, finished: true)
            return .success
        case .stopped(let checkpoint, let step):
            world.say("stopped at step \(step); the same command goes on from there")
            try tell(checkpoint, finished: false)
            return .resumable
        }
    }

    /// Prints where a run ended.
    private func tell(_ checkpoint: String, finished: Bool) throws {
        guard world.wantsJSON else { return world.output.line(checkpoint) }
        let state = try Checkpoint.state(of: checkpoint)
        try world.write(
            json: End(
                run: directory.path, phase: experiment.phase, direction: experiment.direction,
                checkpoint: checkpoint, step: state.step, finished: finished,
                val_bpb: state.validationBitsPerByte))
    }

    /// The end of a run for machines.
    private struct End: Encodable {
        let run: String
        let phase: Phase
        let direction: Direction
        let checkpoint: String
        let step: Int
        let finished: Bool
        /// Bits per byte at the last validation; absent where there was none.
        let val_bpb: Double?
    }

    /// The trainer as the run begins: newborn, with the parent's weights, or as it was saved.
    private func trainer(from checkpoint: Checkpoint?) throws -> Trainer {
        let computeDType: DType = experiment.dtype == "bfloat16" ? .bfloat16 : .float32
        let model = GPT(
            experiment.model, seed: Seed(experiment.seed)["model/init"], device: compute.device,
            computeDType: computeDType)
        let optimizer = Optimizer(model, experiment.optimizer)
        if let checkpoint {
            try model.load(checkpoint.model)
            try optimizer.restore(
                checkpoint.optimizer,
                stepCount: checkpoint.state.updateCount ?? checkpoint.state.step)
            world.say("resuming \(directory.name) at step \(checkpoint.state.step)")
        } else if let parent {
            // A fresh optimizer: each stage begins its own.
            try model.load(try parent.weights())
        }
        return Trainer(
            model: model, optimizer: optimizer, schedule: experiment.schedule,
            device: compute.device,
            idleStepCount: (checkpoint?.state.step ?? 0) - optimizer.stepCount)
    }

    /// Refuses to begin what the disk cannot hold.
    private func checkSpace() throws {
        // Masters and at most two moments of four bytes each; one checkpoint more while it is written.
        let each = experiment.model.parameterCount * 12
        let steps = experiment.schedule.stepCount
        let all = experiment.saveEvery > 0 ? steps / experiment.saveEvery + 1 : 1
        let kept = experiment.keepCheckpoints > 0 ? min(all, experiment.keepCheckpoints + 1) : all
        var folder = directory.path
        while !FileManager.default.fileExists(atPath: folder), folder.count > 1 {
            folder = (folder as NSString).deletingLastPathComponent
            if folder.isEmpty { folder = world.workingDirectory }
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else { return }
        let present = Checkpoint.steps(in: directory.checkpoints).count
        let wanted = each * max(1, kept - present)
        guard wanted <= free else {
            throw CommandError.missing(
                "the checkpoints want about \(Quantity.bytes(Double(wanted))), and '\(folder)' has "
                    + "\(Quantity.bytes(Double(free))) free; free some space, or lower --keep-checkpoints."
            )
        }
    }

    /// Versions of everything that computes or writes.
    private static func versions() -> [String: String] {
        var versions = [
            "libtorch": Libtorch.version, "retro": Version.number, "hdf5": Journal.hdf5Version,
        ]
        // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  …"
        if let driver = try? String(
            contentsOfFile: "/proc/driver/nvidia/version", encoding: .utf8)
        {
            let numbers = driver.split(whereSeparator: \.isWhitespace).first {
                $0.contains(".") && $0.allSatisfy { $0.isNumber || $0 == "." }
            }
            versions["nvidia-driver"] = numbers.map(String.init)
        }
        return versions
    }

    /// The claim on the run's folder and the checkpoint to go on from.
    private func claimed() throws -> (claim: RunClaim, checkpoint: Checkpoint?) {
        try checkSpace()
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
        let (former, changes) = try acceptedChanges()
        for change in changes { world.say("\(directory.name): \(change)") }
        var start = Manifest.Start(
            date: world.startDate, arguments: world.arguments, step: found?.state.step ?? 0,
            source: world.repository.map {
                GitState.read(
                    folder: $0, git: world.find("git") ?? "/usr/bin/git",
                    home: world.environment["HOME"] ?? "/nonexistent")
            } ?? GitState(commit: nil, note: "not run from its repository"),
            machine: .current(
                accelerators: compute.device.kind == .cpu ? [] : ["\(compute.device)"]),
            versions: Self.versions(), threadCount: compute.threadCount,
            kernels: compute.device.kind == .cpu ? KernelSupport.current.summary : nil,
            settings: recordedSettings, workingDirectory: world.workingDirectory)
        if !changes.isEmpty { start.changes = changes }
        let manifest = Manifest(
            settingsHash: experiment.hash, phase: experiment.phase,
            seed: Seed(experiment.seed), parent: parent?.run.name,
            dataFingerprints: data.fingerprints.merging(["tokenizer": tokenizer.hash]) { $1 },
            start: start)
        let claim = try RunClaim(
            directory, configuration: experiment.encoded(), manifest: manifest,
            parent: try parent?.link() ?? ParentLink.none, replacing: former)
        try tokenizer.save(to: directory.tokenizer)
        return (claim, found)
    }

    /// What differs from the settings of the run in the folder, and their digest; refuses what would make it another
    /// run.
    private func acceptedChanges() throws -> (former: ContentHash?, changes: [SettingChange]) {
        guard directory.exists,
            let data = FileManager.default.contents(atPath: directory.configuration)
        else { return (nil, []) }
        let former = try Experiment(decoding: data)
        let changes = experiment.changes(since: former)
        let refused = changes.filter { !Experiment.isAcceptable($0) }
        guard refused.isEmpty else {
            // A run that ended before its first step gives way to this one.
            guard directory.holdsTraining else { return (nil, []) }
            let shown = flagChanges(explaining: refused).map(\.description)
            throw CommandError.invalid(
                "'\(directory.path)' holds a run with other settings: "
                    + shown.joined(separator: "; ")
                    + ". Give those it began with, or another name for this run.")
        }
        return (try directory.readManifest().settingsHash, changes)
    }

    /// The options that differ from those of the last start, which people know better than keys; the keys where
    /// options were not recorded.
    private func flagChanges(explaining refused: [SettingChange]) -> [SettingChange] {
        guard let former = try? directory.readManifest().lastStart.settings else { return refused }
        let observed = Set(["threads", "device", "run_dir", "home"])
        func isObserved(_ name: String) -> Bool {
            observed.contains(name) || name.hasPrefix("log_") || name.hasPrefix("tracker")
                || name.hasSuffix("_every") || name == "keep_checkpoints"
        }
        let names = Set(former.keys).union(recordedSettings.keys).sorted()
        let changes = names.compactMap { name -> SettingChange? in
            if isObserved(name) { return nil }
            let (was, now) = (former[name] ?? [], recordedSettings[name] ?? [])
            func shown(_ words: [String]) -> String? {
                words.isEmpty ? nil : words.joined(separator: " ")
            }
            guard was != now else { return nil }
            return SettingChange(
                name: "--" + name.replacing("_", with: "-"), was: shown(was), now: shown(now))
        }
        return changes.isEmpty ? refused : changes
    }

    /// The options by name, paths from the root, without those that only say how results are shown.
    private var recordedSettings: [String: [String]] {
        let shown = Set(["json", "quiet", "dry-run", "config", "step", "resume-from-step"])
        return Dictionary(
            settings.filter { !shown.contains($0.name) }.map { setting in
                (
                    setting.name.replacing("-", with: "_"),
                    setting.namesFiles
                        ? setting.words.map { world.absolute(Path($0)) } : setting.words
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Where the model looks in each of `readings`, as far as the settings want to know.
    private func attention(
        _ model: GPT, _ validation: any MatchedList, _ readings: [Reading]
    ) -> [EvaluationRecord.Attention] {
        guard let count = experiment.logging?.attentionWindows, count != 0 else { return [] }
        let probe = AttentionProbe(windowCount: count)
        return readings.map {
            probe.look(model, at: validation, direction: experiment.direction, reading: $0)
        }
    }

    private func score(
        _ model: GPT, _ validation: any MatchedList, _ reading: Reading, _ step: Int
    ) throws(TrainingError) -> Score {
        let progress = world.progress(
            "validating \(reading.rawValue)", total: validation.list.count,
            unit: .things("windows"))
        let score = validation.score(
            model, direction: experiment.direction, reading: reading,
            progress: { progress.advance(to: $0) })
        progress.finish(at: validation.list.count)
        let file = ScoreFile(
            score, of: validation, direction: experiment.direction, step: step)
        try keep(file.encoded(), as: ScoreFile.name, reading)
        return score
    }

    /// Writes a file among the evaluations of one reading.
    func keep(
        _ data: Data, as name: String, _ reading: Reading
    ) throws(TrainingError) {
        let folder = directory.evaluations(experiment.phase, reading: reading.rawValue)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: folder, reason: FileError.reason(of: error)))
        }
        do { try AtomicFile.write(data, to: "\(folder)/\(name)") } catch { throw .file(error) }
    }
}
