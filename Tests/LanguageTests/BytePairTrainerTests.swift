import Language
import Provenance
import Testing

@Suite struct BytePairTrainerTests {
    private func settings(mergeCount: Int) -> BytePairSettings {
        var settings = BytePairSettings()
        settings.vocabularySize = 256 + 11 + mergeCount
        return settings
    }

    @Test(arguments: [1, 2, 3]) func mergesAreRustbpes(threadCount: Int) throws {
        let golden = try Golden.learned()
        let training = try BytePairTrainer.train(
            golden.documents, settings: settings(mergeCount: golden.merges.count),
            threadCount: threadCount)
        #expect(training.tokenizer.merges.map { [$0.left, $0.right] } == golden.merges)
        #expect(training.missingMergeCount == 0)
        #expect(training.documentCount == golden.documents.count)
        #expect(training.byteCount == golden.documents.reduce(0) { $0 + $1.utf8.count })
    }

    /// The definition, counted anew for every merge.
    private func slowly(_ documents: [String], mergeCount: Int) -> [Merge] {
        var words = documents.flatMap { SplitScanner().chunks(of: $0) }
            .map { $0.utf8.map { Int32($0) } }
        var merges: [Merge] = []
        while merges.count < mergeCount {
            var counts: [Merge: Int] = [:]
            for word in words {
                for (left, right) in zip(word, word.dropFirst()) {
                    counts[Merge(left: left, right: right), default: 0] += 1
                }
            }
            guard let best = counts.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })?.key else {
                break
            }
            for index in words.indices {
                var merged: [Int32] = []
                var rest = words[index][...]
                while let id = rest.popFirst() {
                    if id == best.left && rest.first == best.right {
                        rest.removeFirst()
                        merged.append(Int32(256 + merges.count))
                    } else {
                        merged.append(id)
                    }
                }
                words[index] = merged
            }
            merges.append(best)
        }
        return merges
    }

    @Test(arguments: 0..<30) func mergesAreTheCommonestPairs(trial: Int) throws {
        var random = Seed(UInt64(trial))["training"].generator()
        let letters = Array("aabc d'é\n1")
        let documents = (0..<20).map { _ in
            String(
                (0..<Int.random(in: 0..<50, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? "a"
                })
        }
        let training = try BytePairTrainer.train(
            documents, settings: settings(mergeCount: 120), threadCount: 2)
        let expected = slowly(documents, mergeCount: 120)
        #expect(training.tokenizer.merges == expected)
        #expect(training.missingMergeCount == 120 - expected.count)
    }

    @Test func aCorpusThatRunsOutSaysSo() throws {
        let training = try BytePairTrainer.train(
            ["abab"], settings: settings(mergeCount: 50), threadCount: 1)
        #expect(training.tokenizer.merges.count == 2)
        #expect(training.missingMergeCount == 48)
        let nothing = try BytePairTrainer.train(
            [], settings: settings(mergeCount: 50), threadCount: 2)
        #expect(nothing.tokenizer.vocabularySize == 267)
        #expect(nothing.documentCount == 0)
    }

    @Test func documentsAreCappedAndReadingStops() throws {
        var settings = settings(mergeCount: 5)
        settings.documentCap = 3
        settings.maximumCharacters = 7
        let trainer = try BytePairTrainer(settings, threadCount: 2)
        #expect(trainer.add("éèàxyz"))
        #expect(trainer.add("ab"))
        #expect(!trainer.add("🙂🙂🙂🙂"))  // passes the limit, is kept, and is the last
        #expect(!trainer.add("never read"))
        let training = try trainer.finish()
        #expect(training.documentCount == 3)
        #expect(training.characterCount == 8)
        #expect(training.byteCount == 6 + 2 + 12)
    }

    @Test(arguments: [1 << 24, Int.max])
    func tooLargeAVocabularyIsRefused(size: Int) {
        var settings = BytePairSettings()
        settings.vocabularySize = size
        #expect(
            throws: TokenizerError.vocabularyTooLarge(asked: size, maximum: (1 << 24) - 1)
        ) { try BytePairTrainer(settings, threadCount: 1) }
    }

    @Test func tooSmallAVocabularyIsRefused() {
        var settings = BytePairSettings()
        settings.vocabularySize = 266
        #expect(throws: TokenizerError.vocabularyTooSmall(asked: 266, minimum: 267)) {
            try BytePairTrainer(settings, threadCount: 1)
        }
    }

    @Test func longAndShortChunksAreCountedAlike() throws {
        // 40 letters are kept apart from short chunks; five documents fill more than one batch.
        let long = String(repeating: "abcdefgh", count: 5)
        let document = String(repeating: long + " ab ", count: 30_000)
        var settings = settings(mergeCount: 3)
        settings.documentCap = .max
        let training = try BytePairTrainer.train(
            Array(repeating: document, count: 5), settings: settings, threadCount: 2)
        #expect(training.distinctChunkCount == 4)
        #expect(training.tokenizer.merges.first == Merge(left: 97, right: 98))

        // Three long chunks are outweighed by four short ones, and not by two.
        let alphabet = "abcdefghijklmnopqrst"
        for (shortCount, first) in [(4, "yz"), (2, "ab")] {
            let documents =
                Array(repeating: alphabet, count: 3) + Array(repeating: "yz", count: shortCount)
            let pair = first.utf8.map { Int32($0) }
            let weighed = try BytePairTrainer.train(
                documents, settings: self.settings(mergeCount: 1), threadCount: 2)
            #expect(weighed.tokenizer.merges == [Merge(left: pair[0], right: pair[1])])
        }
    }
}
