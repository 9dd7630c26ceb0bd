import Corpus
import Language
import Provenance
import Testing

/// Rows written out by hand. `x` marks what is ignored.
@Suite struct RowTests {
    private let x: Int32 = -1

    /// The batch of the first seed that lays the windows out as `windows`; layouts are random.
    private func batch(
        _ documents: [[Int32]], _ layout: BatchLayout, windows: [Window]
    ) throws -> Batch {
        for seed in UInt64(0)..<1000 {
            let batch = try #require(try firstEpoch(documents, layout: layout, seed: seed).first)
            if batch.placements.map(\.window) == windows { return batch }
        }
        throw LayoutNotFound()
    }

    private struct LayoutNotFound: Error {}

    private func whole(_ document: Int, _ count: Int) -> Window {
        Window(
            document: document, start: 0, count: count, opensDocument: true, closesDocument: true)
    }

    private let two: [[Int32]] = [[1, 2, 3], [4, 5]]

    @Test func matchedForward() throws {
        let batch = try batch(
            two, BatchLayout(rowCount: 1, columnCount: 10, direction: .forward),
            windows: [whole(0, 3), whole(1, 2)])
        #expect(batch.inputs == [bos, 1, 2, 3, bos, 4, 5, bos, bos, bos])
        #expect(batch.targets == [1, 2, 3, bos, 4, 5, bos, x, x, x])
        #expect(batch.targetBytes == [2, 3, 4, 0, 1, 2, 0, 0, 0, 0])
        #expect(batch.targetCount == 7)
        #expect(batch.paddingCount == 3)
        #expect(batch.placements.map(\.column) == [0, 4])
        #expect(batch.placements.map(\.textColumn) == [1, 5])
    }

    @Test func matchedBackward() throws {
        let batch = try batch(
            two, BatchLayout(rowCount: 1, columnCount: 10, direction: .backward),
            windows: [whole(0, 3), whole(1, 2)])
        #expect(batch.inputs == [bos, 3, 2, 1, bos, 5, 4, bos, bos, bos])
        #expect(batch.targets == [3, 2, 1, bos, 5, 4, bos, x, x, x])
    }

    @Test func matchedBidirectional() throws {
        let batch = try batch(
            two,
            BatchLayout(rowCount: 2, columnCount: 10, direction: .bidirectional, mix: .both),
            windows: [whole(0, 3), whole(1, 2), whole(0, 3), whole(1, 2)])
        #expect(
            batch.inputs == [
                bos, fwd, 1, 2, 3, bos, fwd, 4, 5, bos,
                bos, bwd, 3, 2, 1, bos, bwd, 5, 4, bos,
            ])
        #expect(
            batch.targets == [
                x, 1, 2, 3, bos, x, 4, 5, bos, x,
                x, 3, 2, 1, bos, x, 5, 4, bos, x,
            ])
        #expect(batch.paddingCount == 2)
        #expect(batch.placements.map(\.column) == [0, 5, 0, 5])
        #expect(batch.placements.map(\.textColumn) == [2, 7, 2, 7])
        #expect(batch.placements.map(\.reading) == [.forward, .forward, .backward, .backward])
    }

    /// A row may be full to its last id: the closing BOS is then a target and no input.
    @Test func matchedFullRow() throws {
        let batch = try batch(
            [[1, 2, 3]],
            BatchLayout(rowCount: 1, columnCount: 5, direction: .bidirectional),
            windows: [whole(0, 3)])
        #expect(batch.inputs == [bos, fwd, 1, 2, 3])
        #expect(batch.targets == [x, 1, 2, 3, bos])
        #expect(batch.paddingCount == 0)
    }

    /// Five tokens, windows of at most four: the BOS after a window is a target only at the document's
    /// own end in reading order.
    @Test(arguments: Direction.allCases)
    func cutDocument(direction: Direction) throws {
        let document: [Int32] = [1, 2, 3, 4, 5]
        let head = Window(
            document: 0, start: 0, count: 4, opensDocument: true, closesDocument: false)
        let tail = Window(
            document: 0, start: 4, count: 1, opensDocument: false, closesDocument: true)
        let batch = try batch(
            [document],
            BatchLayout(rowCount: 2, columnCount: 6, direction: direction),
            windows: [head, tail])
        switch direction {
        case .forward:
            #expect(batch.inputs == [bos, 1, 2, 3, 4, bos, bos, 5, bos, bos, bos, bos])
            #expect(batch.targets == [1, 2, 3, 4, x, x, 5, bos, x, x, x, x])
        case .backward:
            #expect(batch.inputs == [bos, 4, 3, 2, 1, bos, bos, 5, bos, bos, bos, bos])
            #expect(batch.targets == [4, 3, 2, 1, bos, x, 5, x, x, x, x, x])
        case .bidirectional:
            #expect(batch.inputs == [bos, fwd, 1, 2, 3, 4, bos, bwd, 5, bos, bos, bos])
            #expect(batch.targets == [x, 1, 2, 3, 4, x, x, 5, x, x, x, x])
        }
    }

    @Test func streamForward() throws {
        let batch = try batch(
            two, BatchLayout(rowCount: 2, columnCount: 4, direction: .forward, packing: .stream),
            windows: [whole(0, 3), whole(1, 2)])
        #expect(batch.inputs == [bos, 1, 2, 3, bos, 4, 5, bos])
        #expect(batch.targets == [1, 2, 3, bos, 4, 5, bos, x])
        #expect(batch.paddingCount == 1)
    }

    /// The second row begins in the middle of a document, as nanochat's do.
    @Test func streamBackward() throws {
        let batch = try batch(
            [[1, 2, 3, 6, 7], [4, 5]],
            BatchLayout(rowCount: 3, columnCount: 4, direction: .backward, packing: .stream),
            windows: [
                Window(
                    document: 0, start: 2, count: 3, opensDocument: false, closesDocument: true),
                Window(
                    document: 0, start: 0, count: 2, opensDocument: true, closesDocument: false),
                Window(
                    document: 1, start: 1, count: 1, opensDocument: false, closesDocument: true),
                Window(
                    document: 1, start: 0, count: 1, opensDocument: true, closesDocument: false),
            ])
        #expect(batch.inputs == [bos, 7, 6, 3, 2, 1, bos, 5, 4, bos, bos, bos])
        #expect(batch.targets == [7, 6, 3, 2, 1, bos, 5, 4, bos, x, x, x])
        #expect(batch.placements.map(\.row) == [0, 1, 1, 2])
        #expect(batch.placements.map(\.column) == [0, 0, 2, 0])
        #expect(batch.placements.map(\.textColumn) == [1, 0, 3, 0])
    }

    @Test func streamBidirectional() throws {
        let batch = try batch(
            two,
            BatchLayout(
                rowCount: 2, columnCount: 6, direction: .bidirectional, packing: .stream),
            windows: [
                whole(0, 3), whole(1, 2),
            ])
        #expect(
            batch.inputs == [
                bos, fwd, 1, 2, 3, bos,
                bos, bwd, 5, 4, bos, bos,
            ])
        #expect(
            batch.targets == [
                x, 1, 2, 3, bos, x,
                x, 5, 4, bos, x, x,
            ])
    }

    /// Three documents of 4, 3 and 2 tokens in rows of 7 ids: [BOS + 4] leaves two, which the shortest
    /// document left fills with its first token.
    @Test(arguments: [Direction.forward, .backward])
    func croppedHead(direction: Direction) throws {
        let documents: [[Int32]] = [[1, 2, 3, 4], [5, 6, 7], [8, 9]]
        let batch = try batch(
            documents,
            BatchLayout(
                rowCount: 2, columnCount: 6, direction: direction, packing: .bestfitCrop),
            windows: [
                whole(0, 4),
                Window(
                    document: 2, start: 0, count: 1, opensDocument: true, closesDocument: false),
                whole(1, 3),
            ])
        if direction == .forward {
            #expect(batch.inputs == [bos, 1, 2, 3, 4, bos, bos, 5, 6, 7, bos, bos])
            #expect(batch.targets == [1, 2, 3, 4, bos, 8, 5, 6, 7, bos, x, x])
        } else {
            #expect(batch.inputs == [bos, 4, 3, 2, 1, bos, bos, 7, 6, 5, bos, bos])
            #expect(batch.targets == [4, 3, 2, 1, bos, 8, 7, 6, 5, bos, x, x])
        }
        #expect(batch.packing.tokenCount == 9)
        #expect(batch.packing.keptTokenCount == 8)
        #expect(batch.packing.paddingCount == batch.paddingCount)
    }

    /// The shortest document left is cut, though a longer one would not fit any row whole.
    @Test func croppedShortest() throws {
        let long = (10..<20).map { Int32($0) }
        let batch = try batch(
            [[1, 2, 3, 4], long, [5, 6, 7]],
            BatchLayout(
                rowCount: 2, columnCount: 6, direction: .forward, packing: .bestfitCrop),
            windows: [
                whole(0, 4),
                Window(
                    document: 2, start: 0, count: 1, opensDocument: true, closesDocument: false),
                Window(
                    document: 1, start: 0, count: 6, opensDocument: true, closesDocument: false),
            ])
        #expect(batch.inputs == [bos, 1, 2, 3, 4, bos, bos, 10, 11, 12, 13, 14])
        #expect(batch.targets == [1, 2, 3, 4, bos, 5, 10, 11, 12, 13, 14, 15])
    }

    /// One id of room holds the BOS that ends the document before, and no document is wasted on it.
    @Test func croppedOneIdOfRoom() throws {
        let batch = try batch(
            [[1, 2, 3, 4], [5, 6, 7, 8, 9]],
            BatchLayout(
                rowCount: 2, columnCount: 5, direction: .forward, packing: .bestfitCrop),
            windows: [whole(0, 4), whole(1, 5)])
        #expect(batch.inputs == [bos, 1, 2, 3, 4, bos, 5, 6, 7, 8])
        #expect(batch.targets == [1, 2, 3, 4, bos, 5, 6, 7, 8, 9])
        #expect(batch.packing.keptFraction == 1)
    }
}
