/// How a tokenizer is trained.
public struct BytePairSettings: Codable, Hashable, Sendable {
    /// Ids of the finished tokenizer: bytes, merges and special tokens. Source: nanochat, 2026.
    public var vocabularySize = 32_768
    /// Reading stops behind the document that passes this many characters (Unicode scalars).
    public var maximumCharacters = 2_000_000_000
    /// Characters taken from each document, the first ones, so that no long one dominates.
    public var documentCap = 10_000

    /// nanochat's settings.
    public init() {}
}

/// What a training has come to, for a live line.
public enum BytePairProgress: Hashable, Sendable {
    /// Documents are read and cut.
    case reading(documents: Int, characters: Int)
    /// Merges are found.
    case merging(done: Int, of: Int)
}

/// A finished training.
public struct BytePairTraining: Sendable {
    /// What was trained.
    public let tokenizer: Tokenizer
    /// Documents read.
    public let documentCount: Int
    /// Characters (Unicode scalars) read, after the cap.
    public let characterCount: Int
    /// Bytes read, after the cap.
    public let byteCount: Int
    /// Different chunks the documents were cut into.
    public let distinctChunkCount: Int
    /// Merges that were asked for but not made, because every chunk had become one token.
    public let missingMergeCount: Int
}

/// Learns the merges of a tokenizer from documents.
///
/// Documents are added one by one and cut by several threads while the next are read; `finish` then
/// finds the merges. The result depends only on the documents, not on their order or the threads.
public final class BytePairTrainer {
    private let settings: BytePairSettings
    private let progress: (BytePairProgress) -> Void
    private let shares: ChunkShares
    private var batch = ChunkShares.Batch()
    private var documentCount = 0
    private var characterCount = 0
    private var byteCount = 0

    /// A trainer that has read nothing.
    /// - Parameter progress: called on the caller's thread, some hundred times in a training.
    public init(
        _ settings: BytePairSettings, threadCount: Int,
        progress: @escaping (BytePairProgress) -> Void = { _ in }
    ) throws(TokenizerError) {
        let minimum = 256 + SpecialToken.allCases.count
        guard settings.vocabularySize >= minimum else {
            throw .vocabularyTooSmall(asked: settings.vocabularySize, minimum: minimum)
        }
        let maximum = Tokenizer.largestVocabulary - 1
        guard settings.vocabularySize <= maximum else {
            throw .vocabularyTooLarge(asked: settings.vocabularySize, maximum: maximum)
        }
        self.settings = settings
        self.progress = progress
        shares = ChunkShares(threadCount: threadCount)
    }

    /// Reads one document, and says whether more are wanted.
    public func add(_ document: String) -> Bool {
        guard characterCount <= settings.maximumCharacters else { return false }
        var document = document
        document.withUTF8 { utf8 in
            let (bytes, characters) = Self.cropped(utf8, to: settings.documentCap)
            batch.append(UnsafeBufferPointer(rebasing: utf8[..<bytes]))
            characterCount += characters
            byteCount += bytes
        }
        documentCount += 1
        if batch.isFull {
            shares.count(batch)
            batch = ChunkShares.Batch()
            progress(.reading(documents: documentCount, characters: characterCount))
        }
        return characterCount <= settings.maximumCharacters
    }

    /// Finds the merges of everything read.
    public func finish() throws(TokenizerError) -> BytePairTraining {
        shares.count(batch)
        progress(.reading(documents: documentCount, characters: characterCount))
        let counter = shares.total()
        let distinctChunkCount = counter.distinctCount
        var finder = MergeFinder(counter)
        let wanted = settings.vocabularySize - 256 - SpecialToken.allCases.count
        var merges: [Merge] = []
        merges.reserveCapacity(wanted)
        while merges.count < wanted {
            guard let merge = finder.next(making: Int32(256 + merges.count)) else { break }
            merges.append(merge)
            if merges.count % max(wanted / 100, 1) == 0 {
                progress(.merging(done: merges.count, of: wanted))
            }
        }
        return BytePairTraining(
            tokenizer: try Tokenizer(merges: merges), documentCount: documentCount,
            characterCount: characterCount, byteCount: byteCount,
            distinctChunkCount: distinctChunkCount, missingMergeCount: wanted - merges.count)
    }

    /// Trains on a sequence of documents, as many of them as the settings allow.
    public static func train(
        _ documents: some Sequence<String>, settings: BytePairSettings, threadCount: Int,
        progress: @escaping (BytePairProgress) -> Void = { _ in }
    ) throws(TokenizerError) -> BytePairTraining {
        let trainer = try BytePairTrainer(settings, threadCount: threadCount, progress: progress)
        for document in documents where !trainer.add(document) { break }
        return try trainer.finish()
    }

    /// Bytes and number of the first `cap` characters.
    private static func cropped(
        _ utf8: UnsafeBufferPointer<UInt8>, to cap: Int
    ) -> (bytes: Int, characters: Int) {
        var characters = 0
        for place in utf8.indices where !UTF8Shape.isContinuation(utf8[place]) {
            if characters == cap { return (place, characters) }
            characters += 1
        }
        return (utf8.count, characters)
    }
}
