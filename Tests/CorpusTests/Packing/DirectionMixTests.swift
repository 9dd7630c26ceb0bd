import Corpus
import Language
import Provenance
import Testing

@Suite struct DirectionMixTests {
    private func readings(
        _ mix: DirectionMix, rowCount: Int, batchCount: Int
    ) throws -> [[Reading]] {
        // One document a row.
        let documents = (0..<64).map { [Int32](repeating: $0, count: 6) }
        var stream = try BatchStream(
            TokenList(documents), vocabulary: tinyVocabulary,
            layout: BatchLayout(
                rowCount: rowCount, columnCount: 8, direction: .bidirectional, mix: mix),
            seed: Seed(3))
        return try (0..<batchCount).map { _ in try stream.next().placements.map(\.reading) }
    }

    @Test func rowsAlternateFromTheBeginningOfTraining() throws {
        #expect(
            try readings(.rows, rowCount: 3, batchCount: 2) == [
                [.forward, .backward, .forward], [.backward, .forward, .backward],
            ])
    }

    @Test func evenBatchesAreForward() throws {
        #expect(
            try readings(.batches, rowCount: 2, batchCount: 3) == [
                [.forward, .forward], [.backward, .backward], [.forward, .forward],
            ])
    }

    @Test func bothReadsEachRowTwice() throws {
        let documents = (0..<64).map { [Int32](repeating: $0, count: 6) }
        var stream = try BatchStream(
            TokenList(documents), vocabulary: tinyVocabulary,
            layout: BatchLayout(
                rowCount: 4, columnCount: 8, direction: .bidirectional, mix: .both),
            seed: Seed(3))
        // Past the epoch's end too.
        for _ in 0..<40 {
            let placements = try stream.next().placements
            #expect(placements.map(\.reading) == [.forward, .backward, .forward, .backward])
            #expect(placements[0].window == placements[1].window)
            #expect(placements[2].window == placements[3].window)
            #expect(placements[0].window != placements[2].window)
        }
    }

    @Test func everyStepIsHalfAndHalf() throws {
        let documents = randomDocuments(count: 60, longest: 40, seed: 2)
        for mix in DirectionMix.allCases {
            for (rowCount, batches) in [(1, 2), (2, 2), (3, 2), (3, 4), (4, 6), (6, 2)] {
                try mix.validate(
                    rowsPerStep: rowCount * batches, microBatch: rowCount,
                    direction: .bidirectional)
                var stream = try BatchStream(
                    TokenList(documents), vocabulary: tinyVocabulary,
                    layout: BatchLayout(
                        rowCount: rowCount, columnCount: 16, direction: .bidirectional, mix: mix),
                    seed: Seed(1))
                for _ in 0..<20 {
                    var forward = 0
                    for _ in 0..<batches {
                        let batch = try stream.next()
                        forward +=
                            Set(
                                batch.placements.filter { $0.reading == .forward }.map(\.row)
                            ).count
                    }
                    #expect(forward * 2 == rowCount * batches, "\(mix), \(rowCount)×\(batches)")
                }
            }
        }
    }

    @Test func impossibleStepsAreRefused() throws {
        for mix in DirectionMix.allCases {
            #expect(throws: BatchError.unevenStep(rowsPerStep: 10, microBatch: 4)) {
                try mix.validate(rowsPerStep: 10, microBatch: 4, direction: .forward)
            }
            #expect(
                throws: BatchError.unequalReadings(rowsPerStep: 9, microBatch: 3, mix: mix)
            ) {
                try mix.validate(rowsPerStep: 9, microBatch: 3, direction: .bidirectional)
            }
            try mix.validate(rowsPerStep: 9, microBatch: 3, direction: .backward)
        }
        // Six rows are an even number, but not of batches.
        #expect(
            throws: BatchError.unequalReadings(rowsPerStep: 6, microBatch: 6, mix: .batches)
        ) {
            try DirectionMix.batches.validate(
                rowsPerStep: 6, microBatch: 6, direction: .bidirectional)
        }
        try DirectionMix.rows.validate(rowsPerStep: 6, microBatch: 6, direction: .bidirectional)
    }
}
