import Corpus
import Language
import Provenance
import Testing

@Suite struct ValidationWindowsTests {
    private let x: Int32 = -1

    private func list(
        _ documents: [[Int32]], columnCount: Int = 6, maximumTokens: Int = 1000
    ) throws -> ValidationWindows {
        try ValidationWindows(
            TokenList(documents, documentsPerBlock: 3), vocabulary: tinyVocabulary,
            columnCount: columnCount, maximumTokens: maximumTokens)
    }

    @Test func rowsByHand() throws {
        let windows = try list([[1, 2, 3], [], [4, 5, 6, 7, 8, 9, 10, 11]])
        #expect(windows.windows.map(\.start) == [0, 0, 4])
        #expect(windows.windows.map(\.document) == [0, 2, 2])

        let forward = windows.rows(0..<3, reading: .forward, usesMarkers: false)
        #expect(
            forward.inputs == [
                bos, 1, 2, 3, bos, bos,
                bos, 4, 5, 6, 7, bos,
                bos, 8, 9, 10, 11, bos,
            ])
        #expect(
            forward.targets == [
                1, 2, 3, bos, x, x,
                4, 5, 6, 7, x, x,
                8, 9, 10, 11, bos, x,
            ])
        #expect(forward.targetBytes[..<6] == [2, 3, 4, 0, 0, 0])
        #expect((0..<3).map { forward.endColumn(row: $0) } == [3, nil, 4])

        let backward = windows.rows(1..<3, reading: .backward, usesMarkers: true)
        #expect(
            backward.inputs == [
                bos, bwd, 7, 6, 5, 4,
                bos, bwd, 11, 10, 9, 8,
            ])
        #expect(
            backward.targets == [
                x, 7, 6, 5, 4, bos,
                x, 11, 10, 9, 8, x,
            ])
        #expect(backward.targetColumns(row: 0) == 1..<5)
        #expect((0..<2).map { backward.endColumn(row: $0) } == [5, nil])
        #expect(backward.numbers == 1..<3)

        let narrow = windows.rows(0..<1, reading: .backward, usesMarkers: false, columnCount: 5)
        #expect(narrow.inputs == [bos, 3, 2, 1, bos])
        #expect(narrow.targets == [3, 2, 1, bos, x])
    }

    @Test func placesStandInNaturalOrder() throws {
        let windows = try list([[0, 1, 2, 3, 4, 5, 6, 7]])
        // Bytes of the tokens: 1, 2, 3, 4, 1, 2, 3, 4.
        let places = windows.places(ofWindow: 1, reading: .backward)
        #expect(places.map(\.document) == [0, 0, 0, 0])
        #expect(places.map(\.position) == [4, 5, 6, 7])
        #expect(places.map(\.byteOffset) == [10, 11, 13, 16])
        #expect(places.map(\.byteCount) == [1, 2, 3, 4])
        #expect(places.map(\.contextLength) == [3, 2, 1, 0])
        #expect(
            windows.places(ofWindow: 1, reading: .forward).map(\.contextLength) == [0, 1, 2, 3])
        #expect(windows.byteCount == 20)
    }

    @Test func targetsComeBackInNaturalOrder() throws {
        for seed in UInt64(0)..<20 {
            let documents = randomDocuments(count: 30, longest: 60, seed: seed)
            let windows = try list(documents, columnCount: 16, maximumTokens: .max)
            #expect(windows.tokenCount == documents.joined().count)
            for number in 0..<windows.count {
                for place in windows.places(ofWindow: number, reading: .backward) {
                    let before = documents[place.document][..<place.position]
                    #expect(
                        place.byteOffset
                            == before.reduce(0) { $0 + Int(tinyVocabulary.byteCounts[Int($1)]) })
                }
            }
            for reading in Reading.allCases {
                for usesMarkers in [false, true] {
                    let rows = windows.rows(
                        0..<windows.count, reading: reading, usesMarkers: usesMarkers)
                    for row in 0..<rows.rowCount {
                        let window = rows.windows[row]
                        let natural = documents[window.document][window.start...].prefix(
                            window.count)
                        #expect(
                            rows.naturalOrder(rows.targets, row: row) == Array(natural),
                            "seed \(seed)")
                        #expect(windows.tokens(ofWindow: row) == natural)
                        #expect(
                            rows.naturalOrder(rows.targetBytes, row: row).map(Int.init)
                                == windows.places(ofWindow: row, reading: reading).map(\.byteCount))
                    }
                }
            }
        }
    }

    /// Null 2, whatever the limit cuts off.
    @Test func targetsAreTheSameMultisetUnderEveryLimit() throws {
        let documents = randomDocuments(count: 12, longest: 90, seed: 6)
        for maximumTokens in 1...documents.joined().count {
            let windows = try list(documents, columnCount: 12, maximumTokens: maximumTokens)
            let counts = Reading.allCases.map { reading in
                windows.rows(0..<windows.count, reading: reading, usesMarkers: true).targets
                    .reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(counts[0] == counts[1], "\(maximumTokens) tokens")
            #expect(windows.tokenCount <= max(maximumTokens, 20))
            #expect(windows.windows.count { $0.opensDocument } == counts[0][bos])
        }
    }

    @Test func hashNamesWindowsAndTokens() throws {
        let documents = randomDocuments(count: 10, longest: 60, seed: 1)
        let hash = try list(documents).hash
        #expect(try list(documents).hash == hash)
        var changed = documents
        changed[changed.count - 1].append(1)
        #expect(try list(changed).hash != hash)
        changed = documents
        let last = try #require(changed.lastIndex { !$0.isEmpty })
        changed[last][0] ^= 1
        #expect(try list(changed).hash != hash)
        #expect(try list(documents, columnCount: 8).hash != hash)
        #expect(try list(documents, maximumTokens: 50).hash != hash)
    }

    /// One long document cannot be the whole list while others have text; where they have none, it may.
    @Test func noDocumentCrowdsOthersOut() throws {
        let book = Array(repeating: Int32(1), count: 5000)
        let articles = Array(repeating: Array(repeating: Int32(2), count: 30), count: 150)
        let mixed = try list([book] + articles, columnCount: 12, maximumTokens: 2000)
        let shares = Dictionary(grouping: mixed.windows, by: \.document)
            .mapValues { $0.reduce(0) { $0 + $1.count } }
        #expect(shares.count >= 66)
        #expect(shares.values.allSatisfy { $0 <= 30 })
        #expect(mixed.tokenCount <= 2000 && mixed.tokenCount > 1900)

        let alone = try list([book, [3]], columnCount: 12, maximumTokens: 2000)
        #expect(alone.tokenCount > 1950 && alone.tokenCount <= 2000)
        // Its windows come from all of it.
        let starts = alone.windows.filter { $0.document == 0 }.map(\.start)
        #expect(starts.contains { $0 > 2000 && $0 < 3000 } && starts.first == 0)
    }

    @Test func nothingToValidateIsRefused() throws {
        #expect(throws: BatchError.noTokens) { try list([[], []]) }
    }
}
