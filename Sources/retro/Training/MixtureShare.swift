import Arguments
import Corpus
import Foundation
import Language
import Provenance

/// A word of `--mixture`: a source of conversations, where it lies, and how much of it is read.
///
/// `gsm8k`, `gsm8k@4x` (four times an epoch), `simple-spelling@2000` (two thousand), `jsonl=FILE@0.5x`.
struct MixtureShare: OptionValue, Hashable {
    /// Kinds of sources, as they are typed.
    enum Kind: String, CaseIterable {
        /// Conversations of any kind, one a line; the file has to be named.
        case jsonl
        case smoltalk
        case mmlu
        case arcEasy = "arc-easy"
        case arcChallenge = "arc-challenge"
        case gsm8k
        case simpleSpelling = "simple-spelling"
        case spellingBee = "spelling-bee"
        case arithmetic

        /// Whether the conversations stand in a file; the others are made.
        var isFile: Bool {
            switch self {
            case .simpleSpelling, .spellingBee, .arithmetic: false
            default: true
            }
        }
    }

    /// How much of a source an epoch of the mixture holds.
    enum Amount: Hashable {
        case epochs(Double)
        case count(Int)
    }

    let kind: Kind
    /// The file, where it is not the one that `retro data fetch` writes.
    let path: String?
    let amount: Amount

    init(_ kind: Kind, path: String? = nil, _ amount: Amount = .epochs(1)) {
        self.kind = kind
        self.path = path
        self.amount = amount
    }

    init?(words: [String]) {
        guard var word = words.first, words.count == 1 else { return nil }
        var amount = Amount.epochs(1)
        if let at = word.lastIndex(of: "@"),
            let given = Self.amount(String(word[word.index(after: at)...]))
        {
            amount = given
            word = String(word[..<at])
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0]).replacing("_", with: "-")
        guard let kind = Kind(rawValue: name), parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        // The generators have no file but a count; conversations have no file of their own.
        if kind == .jsonl && parts.count == 1 { return nil }
        self.init(kind, path: parts.count == 2 ? String(parts[1]) : nil, amount)
    }

    private static func amount(_ text: String) -> Amount? {
        if text.hasSuffix("x") {
            guard let epochs = Double(text.dropLast()), epochs > 0, epochs <= 1e6 else {
                return nil
            }
            return .epochs(epochs)
        }
        // Beyond these bounds nobody trains, and sums of shares could not be counted.
        return Int(words: [text]).flatMap {
            (1...1_000_000_000_000).contains($0) ? .count($0) : nil
        }
    }

    var words: [String] {
        let share =
            switch amount {
            case .epochs(1): ""
            case .epochs(let epochs): "@\(epochs)x"
            case .count(let count): "@\(count)"
            }
        return [kind.rawValue + (path.map { "=\($0)" } ?? "") + share]
    }

    static var placeholder: String { "KIND[=FILE][@SHARE]" }

    /// Shares between commas; a comma within a file's name is one that no kind follows.
    static func pieces(of word: String) -> [String] {
        var pieces: [String] = []
        for part in word.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let name = String(part.prefix { $0 != "=" && $0 != "@" }).replacing("_", with: "-")
            if pieces.isEmpty || Kind(rawValue: name) != nil {
                pieces.append(part)
            } else {
                pieces[pieces.count - 1] += "," + part
            }
        }
        return pieces
    }
    static var choices: [String] { [] }
    static var namesFiles: Bool { false }
}

extension MixtureShare {
    /// The part of the mixture that reads `source` as much as the share says.
    func part(of source: any ConversationSource) -> Mixture.Part {
        switch amount {
        case .epochs(let epochs): Mixture.Part(source, epochs: epochs)
        case .count(let count): Mixture.Part(source, count: count)
        }
    }

    /// The conversations.
    func source(
        _ benchmarks: BenchmarkFiles, words: WordListOptions, seed: Seed, in world: World
    ) throws -> any ConversationSource {
        func file<Item: TaskItem>(
            _ name: String, _ place: BenchmarkFiles.Name?, _ type: Item.Type
        ) throws -> any ConversationSource {
            let given = path.map { world.resolved(Path($0)) }
            return try TaskFile<Item>(
                name, paths: [given ?? place.map(benchmarks.path) ?? ""],
                relativeTo: world.workingDirectory, dataset: place?.dataset,
                spoolFolder: world.temporaryFolder)
        }
        /// Questions of a generator: as many as an epoch takes.
        func count() throws -> Int {
            guard case .count(let count) = amount else {
                throw CommandError.invalid(
                    "say how many questions '\(kind.rawValue)' makes, as in \(kind.rawValue)@2000.")
            }
            return count
        }
        switch kind {
        case .jsonl:
            return try file(ConversationOptions.name(ofFile: path ?? ""), nil, Conversation.self)
        case .smoltalk: return try file("SmolTalk", .smoltalkTrain, Conversation.self)
        case .mmlu: return try file("MMLU", .mmluAuxiliaryTrain, MultipleChoiceItem.self)
        case .arcEasy: return try file("ARC-Easy", .arcEasyTrain, MultipleChoiceItem.self)
        case .arcChallenge:
            return try file("ARC-Challenge", .arcChallengeTrain, MultipleChoiceItem.self)
        case .gsm8k: return try file("GSM8K", .gsm8kTrain, GSM8KItem.self)
        case .simpleSpelling:
            return SimpleSpelling(
                count: try count(), words: try words.list(seed: seed, in: world),
                seed: seed)
        case .arithmetic: return Arithmetic(count: try count(), split: .train, seed: seed)
        case .spellingBee:
            return SpellingBee(
                count: try count(), split: .train,
                words: try words.list(seed: seed, in: world), seed: seed)
        }
    }
}
