import Arguments
import Corpus
import Foundation
import Language
import Runs
import Terminal

/// `retro bench tokenizer`: encoding and training beside tiktoken, Hugging Face's tokenizers and
/// rustbpe, in one run.
struct BenchTokenizer: RetroCommand {
    @Option(help: "ids in all")
    var vocabSize = 8192

    @Option(help: "turns of each program")
    var rounds = 3

    @Option(help: "text to take from the shards, in units of 10⁶ bytes")
    var megabytes = 20.0

    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Time encoding and training beside other tokenizers, in turn.",
        discussion: """
            All programs get the same documents and, for encoding, the same vocabulary; the token \
            counts must agree. The fastest of all turns counts. Programs that are not installed are \
            named and left out.
            """,
        examples: [
            Example("bench tokenizer --data corpus/", "20 MB of it, 8,192 ids"),
            Example(
                "bench tokenizer --data corpus/ --megabytes 50 --rounds 5 --json", "for machines"),
        ])

    @OptionGroup(title: "Data") var text: TextOptions
    @OptionGroup(title: "Machine") var threads: ThreadOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        guard rounds > 0, megabytes > 0 else {
            throw CommandError.invalid("--rounds and --megabytes must be above 0.")
        }
        let documents = try documents(world)
        let threadCount = try threads.count(in: world)
        let folder =
            world.temporaryFolder + "/retro-bench-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = try measured(documents, folder, threadCount, world)
        if world.wantsJSON {
            try world.write(json: lines)
        } else {
            show(lines, world)
        }
        return .success
    }

    /// One row of the table.
    struct Line: Encodable {
        var task: String
        var threads: Int
        var program: String
        var version: String?
        var bytes: Int
        /// Tokens found, or merges learnt.
        var results: Int
        var megabytes_per_second: Double
        /// Ours over this program's; 1 for ours.
        var ratio: Double
        /// Whether the count of tokens or merges is ours.
        var agrees: Bool
    }

    /// What `Tools/baseline/tokenizer_bench.py` answers.
    private struct Turn: Decodable {
        var program: String
        var version: String?
        var bytes: Int?
        var results: Int?
        var seconds: Double?
        var error: String?
    }

    /// Whole documents up to the wanted size; those with a zero byte, which separates them in the
    /// file that all programs read, are left out.
    private func documents(_ world: World) throws -> [String] {
        let source = SplitDocuments(
            try text.shards(in: world), split: .standard, side: .training)
        let wanted = megabytes * 1e6
        var (documents, size) = ([String](), 0)
        blocks: for block in 0..<source.blockCount {
            for document in try source.block(block) where !document.text.utf8.contains(0) {
                documents.append(document.text)
                size += document.text.utf8.count
                if Double(size) >= wanted { break blocks }
            }
        }
        guard !documents.isEmpty else {
            throw CommandError.missing("the shards hold no training document; give more text.")
        }
        return documents
    }

    private func measured(
        _ documents: [String], _ folder: String, _ threadCount: Int, _ world: World
    ) throws -> [Line] {
        var settings = BytePairSettings()
        settings.vocabularySize = vocabSize
        settings.maximumCharacters = .max
        settings.documentCap = .max
        world.say("training the vocabulary that all of them encode with")
        let tokenizer = try BytePairTrainer.train(
            documents, settings: settings, threadCount: threadCount
        ).tokenizer
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try tokenizer.save(to: folder)
        let file = folder + "/documents"
        try Data(documents.joined(separator: "\0").utf8).write(to: URL(fileURLWithPath: file))

        // Others count bytes and merges only; ours counts its special tokens too.
        let size = 256 + tokenizer.merges.count
        var races: [Race] = []
        for threads in Set([1, threadCount]).sorted() {
            let companion = try Companion(
                "tokenizer_bench.py",
                [
                    "--documents", file, "--tokenizer", folder + "/tokenizer.json", "--threads",
                    String(threads),
                ], in: world)
            races.append(
                Race(
                    task: "encode", threads: threads, companion: companion,
                    orders: ["encode tiktoken", "encode hf"]
                ) {
                    TokenizerBenchmark.encode(
                        documents, with: tokenizer, threadCount: threads, seconds: world.seconds)
                })
            if threads == threadCount {
                races.append(
                    Race(
                        task: "train", threads: threads, companion: companion,
                        orders: ["train rustbpe \(size)", "train hf \(size)"]
                    ) {
                        try TokenizerBenchmark.train(
                            on: documents, vocabularySize: vocabSize,
                            threadCount: threads, seconds: world.seconds)
                    })
            }
        }
        let progress = world.progress(
            "bench", total: rounds * races.count, unit: .things("turns"))
        for round in 0..<rounds {
            for index in races.indices {
                try races[index].turn()
                progress.advance(to: round * races.count + index + 1)
            }
        }
        progress.finish(at: rounds * races.count)
        for missing in Set(races.flatMap(\.missing)).sorted() {
            world.say(
                "\(missing). To compare with it: python3 -m pip install --require-hashes --no-deps"
                    + " --target .deps/bench -r Tools/baseline/tokenizers.txt")
        }
        return races.flatMap(\.lines)
    }

    /// One task on one number of threads: ours and the others', in turn.
    private struct Race {
        let task: String
        let threads: Int
        let companion: Companion
        let orders: [String]
        let ours: () throws -> TokenizerBenchmark.Pass

        var best: TokenizerBenchmark.Pass?
        var others: [String: Turn] = [:]
        var missing: [String] = []

        init(
            task: String, threads: Int, companion: Companion, orders: [String],
            ours: @escaping () throws -> TokenizerBenchmark.Pass
        ) {
            self.task = task
            self.threads = threads
            self.companion = companion
            self.orders = orders
            self.ours = ours
        }

        mutating func turn() throws {
            let pass = try ours()
            if pass.durationSeconds < best?.durationSeconds ?? .infinity { best = pass }
            for order in orders {
                guard let turn = companion.answer(to: order, as: Turn.self) else {
                    throw CommandError.missing(
                        "'\(order)' ended Tools/baseline/tokenizer_bench.py.")
                }
                guard let seconds = turn.seconds else {
                    let reason = turn.error ?? "no answer"
                    missing.append("\(turn.program) could not be timed (\(reason))")
                    continue
                }
                if seconds < others[order]?.seconds ?? .infinity { others[order] = turn }
            }
        }

        var lines: [Line] {
            guard let best else { return [] }
            let own = Line(
                task: task, threads: threads, program: "retrograde", version: Version.number,
                bytes: best.byteCount, results: best.resultCount,
                megabytes_per_second: best.megabytesPerSecond, ratio: 1, agrees: true)
            return [own]
                + orders.compactMap { order in
                    guard let turn = others[order], let seconds = turn.seconds,
                        let bytes = turn.bytes, let results = turn.results
                    else { return nil }
                    let speed = Double(bytes) / seconds / 1e6
                    return Line(
                        task: task, threads: threads, program: turn.program,
                        version: turn.version, bytes: bytes, results: results,
                        megabytes_per_second: speed, ratio: best.megabytesPerSecond / speed,
                        agrees: results == best.resultCount)
                }
        }
    }

    private func show(_ lines: [Line], _ world: World) {
        var table = TextTable([
            ("task", .left), ("threads", .right), ("program", .left), ("MB/s", .right),
            ("ours is", .right), ("tokens or merges", .right), ("as ours", .left),
        ])
        for line in lines {
            table.add([
                line.task, "\(line.threads)",
                line.program + (line.version.map { " \($0)" } ?? ""),
                Quantity.fixed(line.megabytes_per_second, 1),
                Quantity.fixed(line.ratio, 2) + "×", Quantity.grouped(line.results),
                line.agrees ? "yes" : "no",
            ])
        }
        for line in table.lines { world.output.line(line) }
    }
}
