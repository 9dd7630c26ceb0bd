import Arguments
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import Terminal

/// `retro generate`: goes on with a text, or writes what comes before one.
struct Generate: RetroCommand {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("beginnings to go on from, forward", valueName: "TEXT…"))
    var prompt: [String] = []

    @Option(help: ArgumentHelp("endings to lead up to, backward", valueName: "TEXT…"))
    var ending: [String] = []

    @Option(help: "prompts, one a line; read in the direction that --direction says")
    var file: Path?

    @Option(help: "forward or backward; by default as the prompts say")
    var direction: Reading?

    @Option(name: [.short, .long], help: "texts for each prompt")
    var numSamples = 1

    @Option(name: [.short, .long], help: "tokens written, at most")
    var maxNewTokens = 256

    @Option(name: [.short, .long], help: "0 takes the likeliest token")
    var temperature = 0.8

    @Option(
        name: [.customShort("k"), .long], help: "draw among so many likeliest tokens; 0 for all")
    var topK = 50

    @Option(help: "with --json: ln p of each token, in the order of writing")
    var logprobs = false

    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Go on with a text, or write what comes before one.",
        examples: [
            Example(
                "generate -i base -g d20_forward --prompt \"The capital of France is\"", "forward"),
            Example(
                "generate -i base -g d20_backward --direction backward --ending \"…and so they went home.\"",
                "what came before"),
            Example(
                "generate -i base -g d4_forward --file prompts.txt -n 4 -t 1 --json",
                "four texts for each line of a file, for machines"),
        ])

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Draws") var draws: GenerationOptions
    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let settings = try draws.settings(
            temperature: temperature, topK: topK,
            maximumCount: maxNewTokens)
        guard (1...1 << 20).contains(numSamples) else {
            throw CommandError.invalid("--num-samples must be 1 to \(1 << 20).")
        }
        let compute = try ComputeSettings(compute, in: world)
        let loaded = try LoadedModel(model, defaultSource: .base, compute: compute, in: world)
        let (prompts, reading) = try prompts(trained: loaded.direction, in: world)
        if !loaded.direction.readings.contains(reading) {
            world.say(
                "the model was trained \(loaded.direction.rawValue), not \(reading.rawValue): "
                    + "expect little")
        }
        let root = draws.seed ?? UInt64.random(in: 0...0xFFFF_FFFF)
        if draws.seed == nil && settings.sampling.temperature > 0 {
            world.say("seed \(root)")
        }
        let generation = Generation(
            loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer)
        let seeds = prompts.indices.map { Seed(root)["generate"][$0] }
        // One text for a person grows before their eyes; several come as they are finished.
        let isLive =
            world.output.isTerminal && !world.wantsJSON && prompts.count == 1
            && numSamples == 1
        world.signals.hold { _ in }
        var live = LiveText(on: world.output, reading: reading, lineCount: { world.lineCount })
        var ids: [Int32] = []
        if isLive { live.show(TextWidth.printable(prompts[0])) }
        let texts = generation(
            prompts, reading: reading, sampleCount: numSamples, settings: settings,
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
        if world.wantsJSON {
            let outputs = all.map {
                Output($0, prompts[$0.prompt], reading, withLogprobs: logprobs)
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
                    + "(\(all.contains { $0.ending == .context } ? "its context is full" : "--max-new-tokens"))"
            )
        }
        return world.signals.requested.map { ExitCode.signal($0) } ?? .success
    }

    /// What is to be gone on with, and which way.
    private func prompts(
        trained: Direction, in world: World
    ) throws -> ([String], Reading) {
        var reading = direction
        guard prompt.isEmpty || ending.isEmpty else {
            throw CommandError.invalid("give --prompt or --ending, not both.")
        }
        if !prompt.isEmpty {
            guard reading != .backward else {
                throw CommandError.invalid("going backward, name the text by --ending.")
            }
            return (prompt, .forward)
        }
        if !ending.isEmpty {
            guard reading != .forward else {
                throw CommandError.invalid("going forward, name the text by --prompt.")
            }
            return (ending, .backward)
        }
        reading = reading ?? (trained == .backward ? .backward : .forward)
        guard let path = file.map(world.resolved) else {
            // Nothing at all: a text from its very beginning, or its very end.
            return ([""], reading ?? .forward)
        }
        let lines = try TextFile.text(at: path).split(whereSeparator: \.isNewline).map(String.init)
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
