import Arguments
import Corpus
import Foundation
import Language
import Terminal

/// A conversation as ids, for `retro tokenizer inspect --conversation`: what is learnt, and in which order
/// it is read.
struct ConversationInspect: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "a conversation to look at, from a JSONL file; the first line by default",
            valueName: "FILE[:LINE]"))
    var conversation: Path?

    @Option(help: "order in which turns are read")
    var reading = ReadingName.forward

    @Option(help: "put the direction marker in, as for bidirectional models")
    var marker = false

    @Option(help: "ids at most, as in a row; the rest is left out as in training")
    var limit: Int?

    /// The spellings of `Reading`.
    enum ReadingName: String, CaseIterable, OptionValue {
        case forward
        case backward

        var reading: Reading { self == .forward ? .forward : .backward }
    }

    /// One id for machines.
    private struct Token: Encodable {
        let id: Int32
        let spelling: String
        let supervised: Bool
    }

    private struct Result: Encodable {
        let tokens: [Token]
        let supervised: Int
        let truncation: EncodedConversation.Truncation
    }

    /// Shows the conversation that the options name; false if they name none.
    func show(_ tokenizer: Tokenizer, in world: World) throws -> Bool {
        guard let place = conversation.map(world.resolved) else { return false }
        if let limit, limit < ConversationRenderer.minimumLimit {
            throw CommandError.invalid(
                "--limit must be at least \(ConversationRenderer.minimumLimit).")
        }
        let rendered = ConversationRenderer(tokenizer: tokenizer).render(
            try read(place, world), reading: reading.reading, marker: marker,
            limit: limit)
        if world.wantsJSON {
            let tokens = zip(rendered.ids, rendered.mask).map {
                Token(id: $0, spelling: tokenizer.spelling(of: $0), supervised: $1)
            }
            try world.write(
                json: Result(
                    tokens: tokens, supervised: rendered.supervisedCount,
                    truncation: rendered.truncation))
            return true
        }
        world.output.line(text(of: rendered, tokenizer, usesColor: world.output.usesColor))
        world.output.line()
        world.output.line(
            "\(rendered.ids.count) ids, \(rendered.supervisedCount) of them supervised, read "
                + "\(rendered.reading.rawValue)")
        let missing = rendered.truncation
        if missing.isTruncated {
            world.output.line(
                "left out: \(missing.droppedTurnCount) whole turns, pieces of "
                    + "\(missing.cutTurnCount), together \(missing.droppedTokenCount) tokens")
        }
        return true
    }

    /// The conversation in a line of a file.
    private func read(_ place: String, _ world: World) throws -> Conversation {
        var (path, line) = (place, 1)
        if let colon = place.lastIndex(of: ":"),
            let number = Int(place[place.index(after: colon)...])
        {
            (path, line) = (String(place[..<colon]), number)
        }
        let file = try TaskFile<Conversation>(
            "conversation", paths: [path], relativeTo: world.workingDirectory,
            spoolFolder: world.temporaryFolder)
        guard (1...file.count).contains(line) else {
            throw CommandError.invalid(
                "'\(path)' has \(file.count) conversations; there is no number \(line).")
        }
        return try file.item(at: line - 1)
    }

    /// The ids as text, a turn a line: what is learnt on green, backward on magenta; what is given on cyan,
    /// backward on yellow; structure bold where it is learnt, else dim. Without colours what is learnt stands
    /// between ⟦ and ⟧.
    private func text(
        of rendered: RenderedConversation, _ tokenizer: Tokenizer, usesColor: Bool
    ) -> String {
        var text = ""
        var isOpen = false
        for (id, isSupervised) in zip(rendered.ids, rendered.mask) {
            let special = tokenizer.special(id)
            if !usesColor, isSupervised != isOpen {
                text += isSupervised ? "⟦" : "⟧"
                isOpen = isSupervised
            }
            if special == .userStart || special == .assistantStart { text += "\n" }
            let spelling = tokenizer.spelling(of: id)
            if usesColor {
                let style =
                    switch (isSupervised, special != nil, rendered.reading) {
                    case (true, false, .forward): "30;42"
                    case (true, false, .backward): "30;45"
                    case (false, false, .forward): "30;46"
                    case (false, false, .backward): "30;43"
                    case (true, true, _): "1"
                    case (false, true, _): "2"
                    }
                text += "\u{1B}[\(style)m\(spelling)\u{1B}[0m"
            } else {
                text += spelling
            }
        }
        return isOpen ? text + "⟧" : text
    }
}
