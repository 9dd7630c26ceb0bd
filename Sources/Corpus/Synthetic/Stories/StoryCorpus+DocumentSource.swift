extension StoryCorpus: DocumentSource {
    /// Stories made at once: about a megabyte of text.
    private static let storiesPerBlock = 1024

    /// Number of blocks.
    public var blockCount: Int { (count + Self.storiesPerBlock - 1) / Self.storiesPerBlock }

    /// The numbers of the stories in block `index`.
    public func ordinals(inBlock index: Int) -> Range<Int> {
        precondition((0..<blockCount).contains(index), "no block \(index) in \(blockCount)")
        let start = index * Self.storiesPerBlock
        return start..<min(start + Self.storiesPerBlock, count)
    }

    /// The stories of block `index`.
    public func block(_ index: Int) -> [Document] {
        ordinals(inBlock: index).map { Document(ordinal: $0, utf8: utf8($0)) }
    }
}
