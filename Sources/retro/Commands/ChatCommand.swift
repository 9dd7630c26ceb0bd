import Arguments
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal

/// `retro chat`: a conversation in the terminal, also with a model that writes backward.
struct Chat: RetroCommand {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("one question; its answer, and the end", valueName: "TEXT"))
    var prompt: String?

    @Option(name: [.short, .long], help: "0 takes the likeliest token")
    var temperature = 0.6

    @Option(
        name: [.customShort("k"), .long], help: "draw among so many likeliest tokens; 0 for all")
    var topK = 50

    @Option(name: [.short, .long], help: "tokens of an answer, at most")
    var maxNewTokens = 256

    @Option(
        help: "forward or backward; by default as the model was trained, forward where both ways")
    var direction: Reading?

    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk to a model in the terminal.",
        discussion: """
            A backward model's answer grows leftward while it is written and stands in natural order at \
            the end. Control-C stops the answer, not the program; /help lists the commands.
            """,
        examples: [
            Example("chat -i sft -g d20_backward", "talk to a backward model"),
            Example("chat -i sft -g d4_forward -p \"Why is the sky blue?\"", "one answer"),
        ])

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Draws") var draws: GenerationOptions
    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let settings = try draws.settings(
            temperature: temperature, topK: topK,
            maximumCount: maxNewTokens)
        let compute = try ComputeSettings(compute, in: world)
        let loaded = try LoadedModel(model, defaultSource: .sft, compute: compute, in: world)
        let native = loaded.direction.readings
        let reading = direction ?? native[0]
        if !native.contains(reading) {
            world.say(
                "the model was trained \(loaded.direction.rawValue), not \(reading.rawValue): "
                    + "expect little")
        }
        let root = draws.seed ?? UInt64.random(in: 0...0xFFFF_FFFF)
        var session = ChatSession(
            loaded, settings: settings, reading: reading, seed: Seed(root)["chat"], in: world)
        if let question = prompt {
            world.signals.hold { _ in }
            guard let answer = session.answer(question) else { return .failure }
            if world.wantsJSON {
                try world.write(
                    json: Output(
                        prompt: question, answer: answer.message.text, direction: reading,
                        seed: root, isFinished: answer.isFinished, ending: answer.ending))
            }
            return .success
        }
        guard !world.wantsJSON else {
            throw CommandError.invalid("--json answers one question: give it by --prompt.")
        }
        world.say(
            "\(loaded.run.name), \(loaded.phase.rawValue) after \(loaded.step) steps, reads "
                + "\(loaded.direction.rawValue); seed \(root); /help lists the commands")
        return talk(&session, world)
    }

    /// One answer for machines.
    private struct Output: Encodable {
        let prompt: String
        let answer: String
        let direction: Reading
        let seed: UInt64
        let isFinished: Bool
        let ending: Completion.Ending

        enum CodingKeys: String, CodingKey {
            case prompt, answer, direction, seed, ending
            case isFinished = "finished"
        }
    }

    private func talk(_ session: inout ChatSession, _ world: World) -> ExitCode {
        let reader = LineReader(console: world.output)
        world.signals.hold { number in
            // Control-C stops an answer; anything else ends the program, the terminal put back first.
            guard number != SIGINT else { return }
            reader.restore()
            exit(ExitCode.signal(number).rawValue)
        }
        while true {
            let prompt = session.reading == .forward ? "› " : "‹ "
            switch reader.line(prompt: prompt) {
            case .ended: return .success
            case .interrupted:
                world.errors.line(
                    world.errors.styled("Control-D or /quit ends the conversation", .dim))
            case .line(let line):
                let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
                if text.isEmpty { continue }
                if text.hasPrefix("/") {
                    if session.command(text) == .quit { return .success }
                } else {
                    session.answer(text)
                }
            }
        }
    }
}
