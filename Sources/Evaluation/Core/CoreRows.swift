internal import Corpus
internal import Language
package import Provenance

/// An item of CORE as rows of tokens, for one reading.
///
/// Each option's tokens fall into a question and an answer: of a multiple choice the answer is what follows the
/// tokens that all options begin with, of a schema the tokens that all options end with. That is CORE's rule; it is
/// kept in both readings, so that both score the same parts.
package struct CoreRows {
    /// One option.
    package struct Option: Hashable {
        /// Question and answer, as the model reads them.
        package let joint: ScoredText
        /// Scored tokens of `joint` that are the question's and the answer's, counted from the first one.
        package let question, answer: Range<Int>
        /// Bytes of both, as far as they are scored.
        package let questionBytes, answerBytes: Int
        /// The part that is read second, read without the first: what it costs by itself.
        package let alone: ScoredText?
    }

    /// The options in the item's order.
    package let options: [Option]
    /// Whether something had to be left out.
    package let isTruncated: Bool
    /// Digest of all rows' ids.
    package let hash: ContentHash

    /// What rows are made with.
    struct Layout {
        let tokenizer: Tokenizer
        let direction: Direction
        let reading: Reading
        /// Positions a row has at most.
        let limit: Int
        /// Whether the second part is also read by itself.
        let isFull: Bool
    }

    /// The tokens of one option in natural order.
    private struct Draft {
        var ids: [Int32]
        /// Those of the item.
        var item: Range<Int>
        var question = 0..<0
        var answer = 0..<0
    }

    /// `item` with `shots` before it.
    init(_ item: CoreItem, shots: [CoreItem], delimiter: String, _ layout: Layout) {
        let solved = shots.map { $0.solved(delimiter) }
        var drafts = item.options(delimiter).map { option in
            Self.draft(
                CoreText(item: option, shots: solved, reading: layout.reading), layout.tokenizer)
        }
        switch item.kind {
        case .multipleChoice: Self.divide(&drafts, at: Self.sharedBeginning(drafts))
        case .schema: Self.divide(&drafts, before: Self.sharedEnding(drafts))
        case .language:
            let question = CoreText(
                item: item.question(delimiter) ?? "", shots: solved, reading: layout.reading)
            // What a model is given has no space at its end: the next token brings its own.
            let given = layout.tokenizer.encode(
                String(decoding: question.text, as: UTF8.self).trimmed)
            let ids = drafts[0].ids
            var shared = 0
            while shared < min(given.count, ids.count - 1) && given[shared] == ids[shared] {
                shared += 1
            }
            Self.divide(&drafts, at: shared)
        }
        var opening = [layout.tokenizer.bos]
        if layout.direction.usesMarkers {
            opening.append(layout.tokenizer.id(of: .marker(of: layout.reading)))
        }
        let byteCounts = layout.tokenizer.byteCounts
        // One cut for all options, so that they still begin alike.
        let longest = drafts.reduce(0) { max($0, $1.ids.count) }
        let cut = max(0, opening.count + longest - layout.limit)
        options = drafts.map { Self.option($0, opening, cut: cut, byteCounts, layout) }
        isTruncated = cut > 0
        var hasher = ContentHash.Hasher()
        for option in options { option.joint.ids.withUnsafeBytes { hasher.update(Array($0)) } }
        hash = hasher.finish()
    }

    private static func draft(_ text: CoreText, _ tokenizer: Tokenizer) -> Draft {
        let ids = tokenizer.encode(utf8: text.text)
        // A token belongs to the item when any of its bytes does.
        var (first, end, byte) = (ids.count, 0, 0)
        for (index, id) in ids.enumerated() {
            let next = byte + Int(tokenizer.byteCounts[Int(id)])
            if next > text.item.lowerBound { first = min(first, index) }
            if byte < text.item.upperBound { end = index + 1 }
            byte = next
        }
        return Draft(ids: ids, item: min(first, end)..<end)
    }

    /// Tokens that all drafts begin with, leaving each a token of its own.
    private static func sharedBeginning(_ drafts: [Draft]) -> Int {
        var shared = drafts.reduce(Int.max) { min($0, $1.item.upperBound - 1) }
        for draft in drafts.dropFirst() {
            var count = 0
            while count < shared && draft.ids[count] == drafts[0].ids[count] { count += 1 }
            shared = count
        }
        return max(0, shared)
    }

    /// Tokens that all items end with, leaving each a token of its own.
    private static func sharedEnding(_ drafts: [Draft]) -> Int {
        var shared = drafts.reduce(Int.max) { min($0, $1.item.count - 1) }
        let first = drafts[0]
        for draft in drafts.dropFirst() {
            var count = 0
            while count < shared
                && draft.ids[draft.item.upperBound - 1 - count]
                    == first.ids[first.item.upperBound - 1 - count]
            {
                count += 1
            }
            shared = count
        }
        return max(1, shared)
    }

    private static func divide(_ drafts: inout [Draft], at place: Int) {
        for index in drafts.indices {
            let item = drafts[index].item
            let middle = min(max(place, item.lowerBound), max(item.lowerBound, item.upperBound - 1))
            drafts[index].question = item.lowerBound..<middle
            drafts[index].answer = middle..<item.upperBound
        }
    }

    private static func divide(_ drafts: inout [Draft], before count: Int) {
        for index in drafts.indices {
            let item = drafts[index].item
            let middle = max(item.lowerBound, item.upperBound - count)
            drafts[index].question = item.lowerBound..<middle
            drafts[index].answer = middle..<item.upperBound
        }
    }

    private static func option(
        _ draft: Draft, _ opening: [Int32], cut: Int, _ byteCounts: [Int32], _ layout: Layout
    ) -> Option {
        let reading = layout.reading
        // In reading order: shots, then the part read first, then the other.
        let shots: ArraySlice<Int32>
        let first: Range<Int>
        let second: Range<Int>
        switch reading {
        case .forward:
            shots = draft.ids[..<draft.item.lowerBound]
            (first, second) = (draft.question, draft.answer)
        case .backward:
            shots = draft.ids[draft.item.upperBound...]
            (first, second) = (draft.answer, draft.question)
        }
        let read = reading.turned(shots)
        let parts = [first, second].map { reading.turned(draft.ids[$0]) }
        let whole = (read + parts[0] + parts[1]).dropFirst(cut)
        let counts = (
            first: min(first.count, max(0, whole.count - second.count)),
            second: min(second.count, whole.count)
        )
        let ids = opening + whole
        let joint = ScoredText(ids, scored: (ids.count - counts.first - counts.second)..<ids.count)
        let places = (0..<counts.first, counts.first..<counts.first + counts.second)
        func bytes(_ ids: ArraySlice<Int32>) -> Int {
            ids.reduce(0) { $0 + Int(byteCounts[Int($1)]) }
        }
        let scored = ids[joint.scored]
        let (firstBytes, secondBytes) = (
            bytes(scored.prefix(counts.first)), bytes(scored.suffix(counts.second))
        )
        var alone: ScoredText?
        if layout.isFull {
            let own = opening + read.dropFirst(cut) + parts[1].suffix(counts.second)
            alone = ScoredText(own, scored: (own.count - counts.second)..<own.count)
        }
        return reading == .forward
            ? Option(
                joint: joint, question: places.0, answer: places.1, questionBytes: firstBytes,
                answerBytes: secondBytes, alone: alone)
            : Option(
                joint: joint, question: places.1, answer: places.0, questionBytes: secondBytes,
                answerBytes: firstBytes, alone: alone)
    }
}
