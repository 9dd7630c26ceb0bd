import Corpus
import Foundation
import Testing

@Suite struct DocumentSplitTests {
    private let texts = (0..<20_000).map { "document \($0)" }

    @Test func sidesAreAPartition() throws {
        let whole = DocumentList(texts, documentsPerBlock: 100)
        let sides = try CorpusSplit.sides(of: whole, DocumentSplit(validationFraction: 0.05))
        let training = try sides.training.all()
        let validation = try sides.validation.all()
        #expect((training + validation).map(\.ordinal).sorted() == Array(texts.indices))
        // Five standard deviations of a binomial draw.
        #expect(abs(validation.count - 1000) < 155)
        #expect(validation.allSatisfy { $0.text == texts[$0.ordinal] })
        #expect(sides.training.ordinalCount == 20_000)
    }

    /// Results depend on it, so it must never move.
    @Test func theSplitIsFixedForEver() {
        let split = DocumentSplit(validationFraction: 0.01)
        let chosen = texts.indices.prefix(1000).filter {
            split.side(of: Array(texts[$0].utf8)) == .validation
        }
        #expect(chosen == [36, 314, 326, 406, 756, 824, 878])
        #expect(split.side(of: []) == .training)
    }

    /// Near texts fall independently: each bit of a text moves about half of the sides at one half.
    @Test func everyByteMatters() {
        let split = DocumentSplit(validationFraction: 0.5)
        let text = Array("The quick brown fox jumps over the lazy dog".utf8)
        var changed = 0
        for place in text.indices {
            for bit in 0..<8 {
                var other = text
                other[place] ^= 1 << UInt8(bit)
                if split.side(of: other) != split.side(of: text) { changed += 1 }
            }
        }
        #expect(abs(changed - 172) < 47)  // 344 flips, five standard deviations
    }

    /// Neither copies, nor other shards, nor other numbers move a document.
    @Test func onlyTheTextDecides() throws {
        let split = DocumentSplit(validationFraction: 0.3)
        let alone = try CorpusSplit.sides(of: DocumentList(texts), split).validation.texts()
        let mixed = DocumentList((texts + texts).reversed(), documentsPerBlock: 7)
        let doubled = try CorpusSplit.sides(of: mixed, split).validation.texts()
        #expect(doubled.count == 2 * alone.count)
        #expect(Set(doubled) == Set(alone))
    }

    @Test func anEmptySideIsRefused() {
        for (fraction, side) in [(0.0, "validation"), (0.999999, "training")] {
            #expect(
                throws: ShardError.emptySplit(
                    side: side, documentCount: 3, validationFraction: fraction)
            ) {
                try CorpusSplit.sides(
                    of: DocumentList(["a", "b", "c"]), DocumentSplit(validationFraction: fraction))
            }
        }
    }

    @Test func aOneShardCorpusIsSplit() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.txt", texts.prefix(2000).joined(separator: "\n\n").utf8)
        let split = try CorpusSplit(
            paths: ["a.txt"], relativeTo: scratch.path, spoolFolder: scratch.path)
        let validation = try split.validation.texts()
        let training = try split.training.texts()
        #expect(training.count + validation.count == 2000)
        #expect(!validation.isEmpty && Set(training).isDisjoint(with: validation))
    }

    @Test func namedValidationFilesAreKeptOutOfTraining() throws {
        let scratch = try ShardScratch()
        try scratch.write("data/a.txt", "learn\n\nmore".utf8)
        try scratch.write("data/val.txt", "measure".utf8)
        let split = try CorpusSplit(
            paths: ["data"], validationPaths: ["data/val.txt"], relativeTo: scratch.path,
            spoolFolder: scratch.path)
        #expect(try split.training.texts() == ["learn", "more"])
        #expect(try split.validation.texts() == ["measure"])
        #expect(split.shards.count == 2)
        #expect(throws: ShardError.self) {
            try CorpusSplit(
                paths: ["data/val.txt"], validationPaths: ["data"], relativeTo: scratch.path,
                spoolFolder: scratch.path)
        }
    }
}
