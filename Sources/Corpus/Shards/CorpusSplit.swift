public import Provenance

/// What is learned from and what is measured on, kept apart by document.
public struct CorpusSplit: Sendable {
    /// Documents to learn from.
    public let training: any DocumentSource
    /// Documents to measure on.
    public let validation: any DocumentSource
    /// Shards of both sides, training first.
    public let shards: [Shard]
    /// Names the texts, their order and their sides.
    public let fingerprint: ContentHash

    /// Opens `paths`; validates on `validationPaths` if there are any, else on a share of the documents.
    ///
    /// A shard named on both sides only validates. With named files a text may still stand on both
    /// sides, as far as its makers let it.
    /// - Parameters:
    ///   - folder: what relative paths start from.
    ///   - spoolFolder: takes the decompressed text of `.gz` and `.zst` shards, in a file without a name.
    public init(
        paths: [String], validationPaths: [String] = [], split: DocumentSplit = .standard,
        relativeTo folder: String, options: ShardOptions = ShardOptions(), spoolFolder: String
    ) throws(ShardError) {
        var hasher = ContentHash.Hasher()
        if validationPaths.isEmpty {
            let whole = try ShardSet(
                paths: paths, relativeTo: folder, options: options, spoolFolder: spoolFolder)
            let sides = try Self.sides(of: whole, split)
            (training, validation) = (sides.training, sides.validation)
            shards = whole.shards
            hasher.update(
                Array("split \(split.validationFraction)\n\(whole.fingerprint.hex)\n".utf8))
        } else {
            let held = try ShardPaths.shards(validationPaths, relativeTo: folder)
            let learned = try ShardPaths.shards(paths, relativeTo: folder).filter {
                !held.contains($0)
            }
            guard !learned.isEmpty else { throw .noShards(paths: paths) }
            let training = try ShardSet(
                locations: learned, options: options, spoolFolder: spoolFolder)
            let validation = try ShardSet(
                locations: held, options: options, spoolFolder: spoolFolder)
            (self.training, self.validation) = (training, validation)
            shards = training.shards + validation.shards
            hasher.update(
                Array("named \(training.fingerprint.hex)\n\(validation.fingerprint.hex)\n".utf8))
        }
        fingerprint = hasher.finish()
    }

    /// Both sides of `whole`; an error if either has no document.
    public static func sides<Whole: DocumentSource>(
        of whole: Whole, _ split: DocumentSplit
    ) throws(ShardError) -> (training: SplitDocuments<Whole>, validation: SplitDocuments<Whole>) {
        let training = SplitDocuments(whole, split: split, side: .training)
        let validation = SplitDocuments(whole, split: split, side: .validation)
        for side in [training, validation] where try !side.hasDocuments() {
            throw .emptySplit(
                side: side.side.rawValue, documentCount: whole.ordinalCount,
                validationFraction: split.validationFraction)
        }
        return (training, validation)
    }
}
