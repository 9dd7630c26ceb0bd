internal import Provenance

/// Where long documents are cut.
enum DocumentCuts {
    /// The windows of a document of `tokenCount` tokens, in natural order, together the whole of it.
    ///
    /// All windows but one are full. The short one stands first or last by a fair coin, so that the cuts
    /// favour neither end and a plan says nothing about a direction.
    static func windows(
        document: Int, tokenCount: Int, capacity: Int, seed: Seed
    ) -> [Window] {
        let rest = tokenCount % capacity
        let first = rest > 0 && seed[document].value & 1 == 0 ? rest : min(capacity, tokenCount)
        var windows: [Window] = []
        var start = 0
        while start < tokenCount {
            let count = min(start == 0 ? first : capacity, tokenCount - start)
            windows.append(
                Window(
                    document: document, start: start, count: count,
                    opensDocument: start == 0, closesDocument: start + count == tokenCount))
            start += count
        }
        return windows
    }
}
