/// The candidate that a mistyped word most likely stands for; nil when none is near.
///
/// Counts insertions, deletions, replacements and swapped neighbours (optimal string alignment);
/// a word that begins a candidate is near as well. The first candidate wins a tie.
public func nearestName(to word: String, among candidates: [String]) -> String? {
    let limit = max(2, word.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        var distance = editDistance(Array(word), Array(candidate))
        if word.count >= 3, candidate.hasPrefix(word) { distance = min(distance, 1) }
        // A distance as long as the word itself would match anything.
        guard distance <= limit, distance < max(word.count, candidate.count) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast = [Int]()
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
