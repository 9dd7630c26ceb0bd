import Arguments
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Terminal

/// A conversation with a model at a terminal, or through a pipe.
struct ChatSession {
    private let world: World
    private let loaded: LoadedModel
    private let generation: ChatGeneration
    private let renderer: ConversationRenderer
    private let seed: Seed
    private var settings: GenerationSettings
    private(set) var reading: Reading
    private(set) var messages: [Message] = []
    private var turnCount = 0

    init(
        _ loaded: LoadedModel, settings: GenerationSettings, reading: Reading, seed: Seed,
        in world: World
    ) {
        self.world = world
        self.loaded = loaded
        self.settings = settings
        self.reading = reading
        self.seed = seed
        renderer = ConversationRenderer(tokenizer: loaded.tokenizer)
        generation = ChatGeneration(
            loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer, rowLimit: 1)
    }

    /// What a command led to.
    enum Outcome: Hashable {
        case goOn
        case quit
    }

    /// The commands, with what they do.
    static let commands: [(name: String, help: String)] = [
        ("/forward", "answer reading forward (bidirectional models)"),
        ("/backward", "answer reading backward (bidirectional models)"),
        ("/clear", "begin a new conversation"),
        ("/temperature X", "0 takes the likeliest token"),
        ("/topk K", "draw among so many likeliest tokens; 0 for all"),
        ("/save FILE", "add the conversation to a JSONL file"),
        ("/help", "this list"),
        ("/quit", "end; Control-D too"),
    ]

    /// Does what a line that begins with a slash says.
    mutating func command(_ line: String) -> Outcome {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : nil
        switch words[0].lowercased() {
        case "/forward": turn(.forward)
        case "/backward": turn(.backward)
        case "/clear":
            messages = []
            tell("a new conversation")
        case "/temperature": setTemperature(argument)
        case "/topk": setTopK(argument)
        case "/save": save(argument)
        case "/help":
            for (name, help) in Self.commands {
                tell(name.padding(toLength: 16, withPad: " ", startingAt: 0) + help)
            }
        case "/quit", "/exit": return .quit
        case let other:
            let names = Self.commands.map { String($0.name.prefix { $0 != " " }) }
            let hint = nearestName(to: other, among: names).map { "; did you mean \($0)?" } ?? ""
            tell("there is no command \(other)\(hint.isEmpty ? "; see /help" : hint)")
        }
        return .goOn
    }

    private func tell(_ text: String) { world.errors.line(world.errors.styled(text, .dim)) }

    private mutating func turn(_ wanted: Reading) {
        guard loaded.direction == .bidirectional else {
            tell(
                "this model was trained \(loaded.direction.rawValue) only; a bidirectional one can "
                    + "turn around")
            return
        }
        reading = wanted
        tell("answers are written \(wanted.rawValue) from now on")
    }

    private mutating func setTemperature(_ argument: String?) {
        var sampling = settings.sampling
        guard let value = argument.flatMap(Double.init) else {
            tell("the temperature is \(sampling.temperature); /temperature 0.8 changes it")
            return
        }
        sampling.temperature = value
        if let fault = sampling.fault { tell(fault) } else { settings.sampling = sampling }
    }

    private mutating func setTopK(_ argument: String?) {
        guard let value = argument.flatMap({ Int($0) }), value >= 0 else {
            tell("top-k is \(settings.sampling.topK ?? 0); /topk 50 changes it, /topk 0 takes all")
            return
        }
        settings.sampling.topK = value > 0 ? value : nil
    }

    private func save(_ argument: String?) {
        guard let argument else { return tell("name a file: /save talks.jsonl") }
        guard messages.count > 1 else { return tell("there is nothing to save yet") }
        let path = world.resolved(Path(argument))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        do {
            let before = FileManager.default.contents(atPath: path) ?? Data()
            let line = try encoder.encode(messages) + Data("\n".utf8)
            try AtomicFile.write(before + line, to: path)
            tell("saved to \(path)")
        } catch {
            tell("not saved: \(error)")
        }
    }

    /// Answers a question, which is then part of the conversation; nil where it cannot be asked.
    @discardableResult
    mutating func answer(_ question: String) -> Answer? {
        messages.append(Message(.user, question))
        guard let conversation = try? Conversation(messages) else {
            messages.removeLast()
            tell("that cannot be asked")
            return nil
        }
        tellOfContext(conversation)
        let isLive = world.output.isTerminal && !world.wantsJSON
        var live = LiveText(
            on: world.output, reading: reading, lineCount: { [world] in world.lineCount })
        var ids: [Int32] = []
        world.signals.forget()
        let answer = generation.answers(
            to: [conversation], reading: reading, settings: settings,
            seeds: [seed["turn"][turnCount]],
            onToken: { _, _, id in
                guard isLive else { return world.signals.requested == nil }
                ids.append(id)
                live.show(shown(renderer.answer(in: ids, reading: reading)))
                return world.signals.requested == nil
            })[0][0]
        turnCount += 1
        let isStopped = world.signals.requested != nil
        world.signals.forget()
        messages.append(answer.message)
        let text = shown(answer.message)
        if isLive { live.finish(text) } else if !world.wantsJSON { world.output.line(text) }
        if isStopped {
            tell("stopped")
        } else if answer.ending == .length {
            tell("cut at \(settings.maximumCount) tokens; --max-new-tokens allows more")
        } else if answer.ending == .context {
            tell("cut: the model's context of \(contextLength) tokens is full; /clear begins anew")
        }
        for call in answer.calls where !call.agrees {
            tell("the call \(call.expression) gives \(call.result ?? "nothing")")
        }
        return answer
    }

    private var contextLength: Int { loaded.model.configuration.contextLength }

    /// Says how full the context is before it is full, and what is left out once it is.
    private func tellOfContext(_ conversation: Conversation) {
        let prompt = generation.prompt(
            conversation, reading: reading, maximumCount: settings.maximumCount)
        let limit = generation.promptLimit(maximumCount: settings.maximumCount)
        let truncation = prompt.truncation
        if truncation.isTruncated {
            let turns = truncation.droppedTurnCount
            tell(
                turns > 0
                    ? "the oldest \(turns) turns are no longer seen by the model; /clear begins anew"
                    : "the question is too long: only part of it is seen by the model")
        } else if prompt.ids.count * 5 > limit * 4 {
            tell(
                "\(prompt.ids.count) of \(limit) tokens of context are used; soon the oldest turns "
                    + "will be left out")
        }
    }

    /// An answer for people: calls and their results stand apart.
    private func shown(_ message: Message) -> String {
        message.parts.map { part in
            let text = TextWidth.printable(part.text)
            return switch part.kind {
            case .text: text
            case .python: world.output.styled("«\(text)", .dim)
            case .pythonOutput: world.output.styled(" = \(text)»", .dim)
            }
        }.joined()
    }
}
