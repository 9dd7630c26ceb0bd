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
enum ChatCommand {
    private static let prompt = Option<String?>(
        "prompt", short: "p", default: nil, placeholder: "TEXT",
        "one question; its answer, and the end")
    private static let temperature = Option(
        "temperature", short: "t", default: 0.6, "0 takes the likeliest token")
    private static let topK = Option(
        "top-k", short: "k", default: 50, "draw among so many likeliest tokens; 0 for all")
    private static let maxNewTokens = Option(
        "max-new-tokens", short: "m", default: 256, "tokens of an answer, at most")
    private static let direction = Option<Reading?>(
        "direction", default: nil,
        "forward or backward; by default as the model was trained, forward where both ways")

    static let command = Command<World>(
        "chat", "Talk to a model in the terminal.",
        details: """
            A backward model's answer grows leftward while it is written and stands in natural order at \
            the end. Control-C stops the answer, not the program; /help lists the commands.
            """,
        examples: [
            Example("chat -i sft -g d20_backward", "talk to a backward model"),
            Example("chat -i sft -p \"Why is the sky blue?\"", "one answer"),
        ],
        options: [
            ModelChoice.group,
            OptionGroup(
                "Answers",
                [
                    prompt.row, direction.row, temperature.row, topK.row,
                    GenerationOptions.topP.row, GenerationOptions.minP.row,
                    GenerationOptions.repetitionPenalty.row, maxNewTokens.row,
                    GenerationOptions.stop.row, GenerationOptions.seed.row,
                ]),
            OptionGroup(
                "Machine", [BaseOptions.device.row, BaseOptions.dtype.row, Common.threads.row]),
            Common.writing,
        ]
    ) { world, options in
        let settings = try GenerationOptions.settings(
            options, temperature: options[temperature], topK: options[topK],
            maximumCount: options[maxNewTokens])
        let compute = try ComputeSettings(options, in: world)
        let loaded = try LoadedModel(options, defaultSource: .sft, compute: compute, in: world)
        let native = loaded.direction.readings
        let reading = options[direction] ?? native[0]
        if !native.contains(reading) {
            world.say(
                "the model was trained \(loaded.direction.rawValue), not \(reading.rawValue): "
                    + "expect little", options)
        }
        let root = options[GenerationOptions.seed] ?? UInt64.random(in: 0...0xFFFF_FFFF)
        var session = ChatSession(
            loaded, settings: settings, reading: reading, seed: Seed(root)["chat"], in: world)
        if let question = options[prompt] {
            world.signals.hold { _ in }
            session.answer(question)
            return .success
        }
        world.say(
            "\(loaded.run.name), \(loaded.phase.rawValue) after \(loaded.step) steps, reads "
                + "\(loaded.direction.rawValue); seed \(root); /help lists the commands", options)
        return talk(&session, world)
    }

    private static func talk(_ session: inout ChatSession, _ world: World) -> ExitCode {
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
