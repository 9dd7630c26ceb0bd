import Corpus
import Language
import Provenance

/// A hundred text ids, then the specials, as rows are written by hand in these tests.
let bos: Int32 = 100
let fwd: Int32 = 101
let bwd: Int32 = 102

let tinyVocabulary = Vocabulary(
    bos: bos, forwardMarker: fwd, backwardMarker: bwd,
    byteCounts: (0..<103).map { $0 < 100 ? $0 % 4 + 1 : 0 })

/// Documents of random tokens; lengths spread over a few orders of magnitude, some of them empty.
func randomDocuments(count: Int, longest: Int, seed: UInt64) -> [[Int32]] {
    var random = Seed(seed)["documents"].generator()
    return (0..<count).map { _ in
        let scale = random.uniform()
        let length = Int(Double(longest + 1) * scale * scale * random.uniform())
        return (0..<length).map { _ in Int32(random.uniform() * 100) }
    }
}

/// All batches of the first epoch, and those that begin in it.
func firstEpoch(
    _ documents: [[Int32]], layout: BatchLayout, seed: UInt64 = 0, documentsPerBlock: Int = 16,
    control: BatchStream<TokenList>.Control = .none
) throws -> [Batch] {
    var stream = try BatchStream(
        TokenList(documents, documentsPerBlock: documentsPerBlock), vocabulary: tinyVocabulary,
        layout: layout, seed: Seed(seed), control: control)
    var batches: [Batch] = []
    while stream.cursor.epoch == 0 && stream.cursor.document < stream.documentsPerEpoch {
        batches.append(try stream.next())
    }
    return batches
}

/// How often each id is a target.
func targetCounts(_ batches: [Batch]) -> [Int32: Int] {
    batches.reduce(into: [:]) { counts, batch in
        for target in batch.targets where target >= 0 { counts[target, default: 0] += 1 }
    }
}

/// The rows of a batch, `[B][T]`.
func rows(_ values: [Int32], of batch: Batch) -> [[Int32]] {
    (0..<batch.rowCount).map {
        Array(values[$0 * batch.columnCount..<($0 + 1) * batch.columnCount])
    }
}

/// Whether two batches hold the same numbers for a model.
func sameNumbers(_ one: Batch, _ other: Batch) -> Bool {
    one.inputs == other.inputs && one.targets == other.targets
        && one.targetBytes == other.targetBytes && one.targetCount == other.targetCount
        && one.paddingCount == other.paddingCount && one.next == other.next
}
