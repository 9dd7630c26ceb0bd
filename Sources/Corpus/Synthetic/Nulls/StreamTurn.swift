internal import Language

/// How a stream of documents is made into backward readings: the right way, and mistakes that were made elsewhere.
///
/// The exact nulls take one of these, so that a test (or a doubter) can break the mechanism and watch them
/// turn red.
public enum StreamTurn: String, Codable, Hashable, CaseIterable, Sendable {
    /// Each document by itself, through `Reading.backward`.
    case perDocument
    /// The whole stream at once, cut where the documents ended in natural order.
    case acrossBoundaries
    /// Not at all.
    case forgotten
    /// Each document by itself, but its last id stays where it was.
    case allButLast

    /// The backward readings of the documents at `ranges` in `stream`, each in reading order.
    public func readings(of stream: [Int32], _ ranges: [Range<Int>]) -> [[Int32]] {
        switch self {
        case .perDocument: ranges.map { Reading.backward.turned(stream[$0]) }
        case .acrossBoundaries: cut(Reading.backward.turned(stream), ranges)
        case .forgotten: cut(stream, ranges)
        case .allButLast:
            ranges.map { Reading.backward.turned(stream[$0].dropLast()) + stream[$0].suffix(1) }
        }
    }

    private func cut(_ stream: [Int32], _ ranges: [Range<Int>]) -> [[Int32]] {
        ranges.map { Array(stream[$0]) }
    }
}
