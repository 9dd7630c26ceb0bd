import Arguments
import Corpus
import Provenance
import Terminal

/// `retro data inspect`: what shards hold, read from end to end.
struct DataInspect: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Read shards and show documents, sizes, lengths, what is skipped, and a sample.",
        discussion:
            "Lengths are counted in characters (Unicode scalars). Every shard is read whole, so"
            + " that what would stop a training stops here.",
        examples: [
            Example("data inspect stories.txt corpus/", "two paths"),
            Example("data inspect --data 'shards/*.parquet' --json", "for machines"),
        ])

    @Argument(help: ArgumentHelp("shards or folders of shards", valueName: "PATH"))
    var paths: [Path] = []

    @OptionGroup(title: "Data") var text: TextOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    private struct Result: Encodable {
        let fingerprint: String
        let documents: Int
        let characters: Int
        let bytes: Int
        let shards: [ShardInspection]
    }

    func perform(in world: World) throws -> ExitCode {
        let set = try text.shards(paths, in: world)
        let progress = world.progress(
            "reading", total: set.shards.count, unit: .things("shards"))
        var inspections: [ShardInspection] = []
        for shard in set.shards {
            inspections.append(try ShardInspection(of: shard))
            progress.advance(to: inspections.count, note: shard.name)
        }
        progress.finish(at: inspections.count)
        let result = Result(
            fingerprint: set.fingerprint.hex,
            documents: inspections.reduce(0) { $0 + $1.documentCount },
            characters: inspections.reduce(0) { $0 + $1.characterCount },
            bytes: inspections.reduce(0) { $0 + $1.byteCount }, shards: inspections)
        if world.wantsJSON {
            try world.write(json: result)
        } else {
            for line in lines(result) { world.output.line(line) }
        }
        return .success
    }

    private func lines(_ result: Result) -> [String] {
        var table = TextTable([
            ("shard", .left), ("kind", .left), ("documents", .right), ("characters", .right),
            ("bytes", .right), ("stored", .right), ("shortest", .right), ("median", .right),
            ("longest", .right), ("skipped", .left),
        ])
        for shard in result.shards {
            let kind = shard.layout.rawValue
            let packing = shard.compression == .none ? "" : " (\(shard.compression.rawValue))"
            let lengths = shard.lengths.map { [$0.min, $0.median, $0.max].map(Quantity.grouped) }
            table.add(
                [
                    shard.name, kind + packing, Quantity.grouped(shard.documentCount),
                    Quantity.grouped(shard.characterCount), Quantity.grouped(shard.byteCount),
                    Quantity.bytes(Double(shard.storedByteCount)).description,
                ] + (lengths ?? ["-", "-", "-"]) + [shard.skipped.description])
        }
        if result.shards.count > 1 {
            table.add(
                [
                    "all", "", Quantity.grouped(result.documents),
                    Quantity.grouped(result.characters), Quantity.grouped(result.bytes),
                ] + Array(repeating: "", count: 5))
        }
        var lines = table.lines
        if let first = result.shards.first(where: { !$0.sample.isEmpty }) {
            lines += ["", "first document of \(first.name):", visible(first.sample)]
        }
        return lines + ["", "fingerprint \(result.fingerprint)"]
    }

    /// Text that cannot command the terminal.
    private func visible(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                let isControl = scalar.properties.generalCategory == .control
                return isControl && scalar != "\n" ? "\u{FFFD}" : Character(scalar)
            })
    }
}
