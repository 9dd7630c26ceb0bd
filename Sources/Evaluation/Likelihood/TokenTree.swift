/// Texts with common beginnings as one row of tokens, depth first: what they share is read once.
package struct TokenTree {
    /// The tokens.
    package private(set) var ids: [Int32] = []
    /// Where each stands in its own text.
    package private(set) var positions: [Int] = []
    /// Column behind the last token that comes after each in some text.
    package private(set) var ends: [Int32] = []
    /// Tokens that all texts begin with: they come first.
    package private(set) var trunkCount = 0
    /// By text, the column of each of its tokens.
    package private(set) var columns: [[Int]]

    /// Beginnings shorter than this are read by every text for itself: no tree is worth them.
    private static let shortestShare = 2

    /// The tree of `texts`.
    package init(_ texts: [[Int32]]) {
        columns = texts.map { text in
            var columns: [Int] = []
            columns.reserveCapacity(text.count)
            return columns
        }
        grow(texts, Array(texts.indices), from: 0)
        trunkCount = ends.firstIndex { Int($0) != ids.count } ?? ids.count
    }

    /// Tokens behind the trunk.
    var branchCount: Int { ids.count - trunkCount }

    /// Writes what `members` share behind their first `offset` tokens, then their branches.
    private mutating func grow(_ texts: [[Int32]], _ members: [Int], from offset: Int) {
        guard let first = members.first else { return }
        var shared = texts[first].count
        for member in members.dropFirst() {
            let text = texts[member]
            var end = offset
            let limit = min(shared, text.count)
            while end < limit && text[end] == texts[first][end] { end += 1 }
            shared = end
        }
        let start = ids.count
        for place in offset..<shared {
            for member in members { columns[member].append(ids.count) }
            ids.append(texts[first][place])
            positions.append(place)
            ends.append(0)
        }
        // Those that go on, by what they go on with, in the order of their first member.
        var branches: [[Int]] = []
        for member in members where texts[member].count > shared {
            let isLike = { (branch: [Int]) in
                Self.shareCount(texts[branch[0]], texts[member], from: shared)
                    >= Self.shortestShare
                    || texts[branch[0]][shared...] == texts[member][shared...]
            }
            if let place = branches.firstIndex(where: isLike) {
                branches[place].append(member)
            } else {
                branches.append([member])
            }
        }
        for branch in branches { grow(texts, branch, from: shared) }
        for place in start..<start + shared - offset { ends[place] = Int32(ids.count) }
    }

    private static func shareCount(_ a: [Int32], _ b: [Int32], from offset: Int) -> Int {
        var count = 0
        while offset + count < min(a.count, b.count) && a[offset + count] == b[offset + count] {
            count += 1
        }
        return count
    }
}
