internal import Provenance

/// The two ways of fitting pieces of known size into rows.
enum BestFit {
    /// Best-fit decreasing: the largest piece first, each into the tightest row that has room.
    /// - Parameter sizes: ids each piece takes, at most `capacity`.
    /// - Returns: the row of each piece, and the number of rows.
    static func rows(sizes: [Int], capacity: Int) -> (rowOfPiece: [Int], rowCount: Int) {
        var pieces = BucketIndex(maximumKey: capacity)
        for piece in sizes.indices.reversed() { pieces.insert(piece, key: sizes[piece]) }
        var open = BucketIndex(maximumKey: capacity)
        var rowOfPiece = [Int](repeating: 0, count: sizes.count)
        var rowCount = 0
        while let (piece, size) = pieces.takeLargest(through: capacity) {
            let (row, room) = open.takeSmallest(from: size) ?? (rowCount, capacity)
            if row == rowCount { rowCount += 1 }
            rowOfPiece[piece] = row
            open.insert(row, key: room - size)
        }
        return (rowOfPiece, rowCount)
    }

    /// nanochat's greedy filling: the largest document that fits; when none does, the shortest one is
    /// cut to fill the row and the rest of it dropped.
    /// - Parameter counts: tokens of each document.
    /// - Parameter overhead: ids a document takes beside its tokens.
    /// - Returns: for each row, its documents and how many tokens of each are kept.
    /// - Source: karpathy/nanochat `dataloader.py`, 2026.
    static func cropped(
        counts: [Int], overhead: Int, capacity: Int
    ) -> [[(document: Int, kept: Int)]] {
        var fitting = BucketIndex(maximumKey: capacity)
        var long: [Int] = []
        for document in counts.indices.reversed() where counts[document] > 0 {
            let size = counts[document] + overhead
            if size <= capacity {
                fitting.insert(document, key: size)
            } else {
                long.append(document)
            }
        }
        // Longest first, so that the shortest is popped; among equals the earliest.
        long.sort { (counts[$0], $0) > (counts[$1], $1) }
        var rows: [[(document: Int, kept: Int)]] = []
        var row: [(document: Int, kept: Int)] = []
        var room = capacity
        while true {
            if let (document, size) = fitting.takeLargest(through: room) {
                row.append((document, counts[document]))
                room -= size
            } else if room > overhead,
                let document = fitting.takeSmallest(from: room + 1)?.item ?? long.popLast()
            {
                row.append((document, room - overhead))
                room = 0
            } else {
                // The row is full, or has no room for a token, or no document is left.
                guard !row.isEmpty else { return rows }
                rows.append(row)
                row = []
                room = capacity
            }
        }
    }
}
