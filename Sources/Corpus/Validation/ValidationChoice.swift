internal import Provenance

/// Which windows of which documents validate.
///
/// Documents are visited block by block in a fixed scattered order, so that every shard of a corpus has
/// its say, and no document gives more than a hundredth of the list while others have text to give:
/// documents are what is resampled for intervals, and one book would otherwise be all of it.
struct ValidationChoice {
    /// A document and its windows in the list.
    struct Chosen {
        let document: TokenizedDocument
        let windows: [Window]
    }

    /// By rising document.
    let chosen: [Chosen]

    /// Documents that the list should hold at least, where there are so many.
    static let documentCount = 100
    /// The list is the same for every run: no seed of a run moves it.
    private static let seed = Seed(0)["validation"]

    private struct Candidate {
        let document: TokenizedDocument
        let cut: [Window]
        var tokenCount: Int { document.tokens.count }
    }

    /// Chooses at most `maximumTokens` tokens in windows of at most `capacity`; more only to hold the
    /// first and the last window of a single document.
    init(
        _ documents: some TokenizedDocuments, capacity: Int, maximumTokens: Int
    ) throws(ShardError) {
        let share = max(maximumTokens / Self.documentCount, 2 * capacity)
        let candidates = try Self.candidates(
            documents, capacity: capacity, share: share, maximumTokens: maximumTokens)
        let level = Self.level(
            candidates.map(\.tokenCount), atLeast: share, maximumTokens: maximumTokens)
        var room = maximumTokens
        var chosen: [Chosen] = []
        for candidate in candidates {
            let windows = Self.fitting(
                candidate.cut, room: min(level, room), isFirst: chosen.isEmpty)
            guard !windows.isEmpty else { continue }
            room -= windows.reduce(0) { $0 + $1.count }
            chosen.append(Chosen(document: candidate.document, windows: windows))
            if room <= 0 { break }
        }
        self.chosen = chosen.sorted { $0.document.ordinal < $1.document.ordinal }
    }

    /// Documents until their shares fill the list, or all there are.
    private static func candidates(
        _ documents: some TokenizedDocuments, capacity: Int, share: Int, maximumTokens: Int
    ) throws(ShardError) -> [Candidate] {
        let order = Permutation(count: documents.blockCount, seed: seed["blocks"])
        var candidates: [Candidate] = []
        var filled = 0
        for index in 0..<documents.blockCount {
            for document in try documents.block(order[index]) where !document.tokens.isEmpty {
                candidates.append(
                    Candidate(
                        document: document,
                        cut: DocumentCuts.windows(
                            document: document.ordinal, tokenCount: document.tokens.count,
                            capacity: capacity, seed: seed["cuts"])))
                filled += min(share, document.tokens.count)
                if filled >= maximumTokens { return candidates }
            }
        }
        return candidates
    }

    /// Tokens that each document may give so that all together give at most `maximumTokens`.
    private static func level(
        _ counts: [Int], atLeast share: Int, maximumTokens: Int
    ) -> Int {
        var (low, high) = (share, max(share, counts.max() ?? 0))
        while low < high {
            let middle = low + (high - low + 1) / 2
            let total = counts.reduce(0) { $0 + min($1, middle) }
            if total <= maximumTokens { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// As many windows of a document as fit into `room` tokens, its first and last among them and the
    /// others evenly spread; none if those two do not fit, unless the list would stay empty.
    private static func fitting(_ cut: [Window], room: Int, isFirst: Bool) -> [Window] {
        guard cut.reduce(0, { $0 + $1.count }) > room else { return cut }
        guard cut.count > 1 else { return isFirst ? cut : [] }
        let ends = [cut[0], cut[cut.count - 1]]
        let left = room - ends[0].count - ends[1].count
        guard left >= 0 || isFirst else { return [] }
        let inner = cut[1..<cut.count - 1]
        var count = inner.count
        while count > 0 {
            let spread = (0..<count).map { inner[1 + (2 * $0 + 1) * inner.count / (2 * count)] }
            if spread.reduce(0, { $0 + $1.count }) <= left { return [ends[0]] + spread + [ends[1]] }
            count -= 1
        }
        return ends
    }
}
