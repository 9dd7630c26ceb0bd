import Arguments
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal

/// `retro generate`: goes on with a text, or writes what comes before one.
enum GenerateCommand {
    private static let prompt = Option<[String]>(
        "prompt", short: "p", default: [], placeholder: "TEXT…", "beginnings to go on from, forward"
    )
    private static let ending = Option<[String]>(
        "ending", default: [], placeholder: "TEXT…", "endings to lead up to, backward")
    private static let file = Option<Path?>(
        "file", default: nil, "prompts, one a line; read in the direction that --direction says")
    private static let direction = Option<Reading?>(
        "direction", default: nil, "forward or backward; by default as the prompts say")
    private static let sampleCount = Option(
        "num-samples", short: "n", default: 1, "texts for each prompt")
    private static let maxNewTokens = Option(
        "max-new-tokens", short: "m", default: 256, "tokens written, at most")
    private static let temperature = Option(
        "temperature", short: "t", default: 0.8, "0 takes the likeliest token")
    private static let topK = Option(
        "top-k", short: "k", default: 50, "draw among so many likeliest tokens; 0 for all")
    private static let logprobs = Option(
        "logprobs", default: false, "with --json: ln p of each token, in the order of writing")

    static let command = Command<World>(
        "generate", "Go on with a text, or write what comes before one.",
        examples: [
            Example(
                "generate -i base -g d20_forward --prompt \"The capital of France is\"", "forward"),
            Example(
                "generate -i base -g d20_backward --direction backward --ending \"…and so they went home.\"",
                "what came before"),
            Example("generate -i base --file prompts.txt -n 4 --json", "many texts, for machines"),
        ],
        options: [
            ModelChoice.group,
            OptionGroup(
                "Text",
                [
                    prompt.row, ending.row, file.row, direction.row, sampleCount.row,
                    maxNewTokens.row, GenerationOptions.stop.row,
                ]),
            OptionGroup(
                "Draws",
                [
                    temperature.row, topK.row, GenerationOptions.topP.row,
                    GenerationOptions.minP.row, GenerationOptions.repetitionPenalty.row,
                    GenerationOptions.seed.row, logprobs.row,
                ]),
            OptionGroup(
                "Machine", [BaseOptions.device.row, BaseOptions.dtype.row, Common.threads.row]),
            Common.writing,
        ]
    ) { world, options in
        let settings = try GenerationOptions.settings(
            options, temperature: options[temperature], topK: options[topK],
            maximumCount: options[maxNewTokens])
        guard options[sampleCount] > 0 else {
            throw CommandError.invalid("--num-samples must be at least 1.")
        }
        let compute = try ComputeSettings(options, in: world)
        let loaded = try LoadedModel(options, defaultSource: .base, compute: compute, in: world)
        let (prompts, reading) = try prompts(options, loaded.direction, in: world)
        if !loaded.direction.readings.contains(reading) {
            world.say(
                "the model was trained \(loaded.direction.rawValue), not \(reading.rawValue): "
                    + "expect little", options)
        }
        let root = options[GenerationOptions.seed] ?? UInt64.random(in: 0...0xFFFF_FFFF)
        if options[GenerationOptions.seed] == nil && settings.sampling.temperature > 0 {
            world.say("seed \(root)", options)
        }
        let generation = Generation(
            loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer)
        let seeds = prompts.indices.map { Seed(root)["generate"][$0] }
        // One text for a person grows before their eyes; several come as they are finished.
        let isLive =
            world.output.isTerminal && !options[Common.json] && prompts.count == 1
            && options[sampleCount] == 1
        world.signals.hold { _ in }
        var live = LiveText(on: world.output, reading: reading, lineCount: { world.lineCount })
        var ids: [Int32] = []
        if isLive { live.show(TextWidth.printable(prompts[0])) }
        let texts = generation(
            prompts, reading: reading, sampleCount: options[sampleCount], settings: settings,
            seeds: seeds,
            onToken: { _, _, id in
                guard isLive else { return world.signals.requested == nil }
                ids.append(id)
                let own = loaded.tokenizer.decode(reading.turned(ids))
                live.show(
                    TextWidth.printable(
                        reading == .forward ? prompts[0] + own : own + prompts[0]))
                return world.signals.requested == nil
            })
        let all = texts.flatMap { $0 }
        if options[Common.json] {
            let outputs = all.map {
                Output($0, prompts[$0.prompt], reading, withLogprobs: options[logprobs])
            }
            try world.write(json: outputs)
        } else if isLive {
            live.finish(TextWidth.printable(all[0].natural))
        } else {
            for text in all {
                world.output.line(
                    world.output.isTerminal ? TextWidth.printable(text.natural) : text.natural)
            }
        }
        let cut = all.count { $0.ending == .length || $0.ending == .context }
        if cut > 0 {
            world.say(
                "\(cut) of \(all.count) texts were not ended by the model "
                    + "(\(all.contains { $0.ending == .context } ? "its context is full" : "--max-new-tokens"))",
                options)
        }
        return world.signals.requested.map { ExitCode.signal($0) } ?? .success
    }

    /// What is to be gone on with, and which way.
    private static func prompts(
        _ options: Options, _ trained: Direction, in world: World
    ) throws -> ([String], Reading) {
        var reading = options[direction]
        guard options[prompt].isEmpty || options[ending].isEmpty else {
            throw CommandError.invalid("give --prompt or --ending, not both.")
        }
        if !options[prompt].isEmpty {
            guard reading != .backward else {
                throw CommandError.invalid("going backward, name the text by --ending.")
            }
            return (options[prompt], .forward)
        }
        if !options[ending].isEmpty {
            guard reading != .forward else {
                throw CommandError.invalid("going forward, name the text by --prompt.")
            }
            return (options[ending], .backward)
        }
        reading = reading ?? (trained == .backward ? .backward : .forward)
        guard let path = options[file].map(world.resolved) else {
            // Nothing at all: a text from its very beginning, or its very end.
            return ([""], reading ?? .forward)
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandError.missing("'\(path)' cannot be read as text.")
        }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else { throw CommandError.missing("'\(path)' holds no line.") }
        return (lines, reading ?? .forward)
    }

    /// One text for machines.
    private struct Output: Encodable {
        let prompt: String
        let direction: Reading
        let text: String
        let tokens: [Int32]
        let logprobs: [Float]?
        let ending: Completion.Ending

        init(_ text: Generation.Text, _ prompt: String, _ reading: Reading, withLogprobs: Bool) {
            self.prompt = prompt
            direction = reading
            self.text = text.natural
            tokens = text.tokens
            logprobs = withLogprobs ? text.logProbabilities : nil
            ending = text.ending
        }
    }
}
