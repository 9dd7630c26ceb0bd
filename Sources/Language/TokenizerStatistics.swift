/// How much text a tokenizer packs into its tokens, on one sample.
public struct Compression: Codable, Hashable, Sendable {
    /// Name of the sample.
    public let sample: String
    /// Documents in it.
    public let documentCount: Int
    /// Bytes of UTF-8.
    public let byteCount: Int
    /// Unicode scalars.
    public let characterCount: Int
    /// Tokens it was encoded to, without special tokens.
    public let tokenCount: Int

    /// Bytes in a token, on average; more is better. 0 for an empty sample.
    public var bytesPerToken: Double { tokenCount > 0 ? Double(byteCount) / Double(tokenCount) : 0 }
    /// Unicode scalars in a token, on average. 0 for an empty sample.
    public var charactersPerToken: Double {
        tokenCount > 0 ? Double(characterCount) / Double(tokenCount) : 0
    }
}

/// What the vocabulary of a tokenizer is made of.
public struct VocabularySummary: Codable, Hashable, Sendable {
    /// All ids.
    public let size: Int
    /// Single bytes.
    public let byteTokenCount: Int
    /// Tokens made by merging.
    public let mergeCount: Int
    /// Tokens that stand for structure.
    public let specialCount: Int
    /// Merged tokens that begin with a space, as words inside a sentence do.
    public let spacedCount: Int
    /// Merged tokens that are no text by themselves: parts of characters.
    public let brokenCount: Int
    /// How many plain tokens have each byte length; the index is the length.
    public let countByLength: [Int]
}

extension Tokenizer {
    /// How well `texts` compress.
    public func compression(
        of texts: [String], named sample: String, threadCount: Int
    ) -> Compression {
        let tokenCounts = Parallel.map(texts, threadCount: threadCount) { texts, index in
            self.encode(texts[index]).count
        }
        return Compression(
            sample: sample, documentCount: texts.count,
            byteCount: texts.reduce(0) { $0 + $1.utf8.count },
            characterCount: texts.reduce(0) { $0 + $1.unicodeScalars.count },
            tokenCount: tokenCounts.reduce(0, +))
    }

    /// What the vocabulary is made of.
    public var summary: VocabularySummary {
        let merged = (256..<Int32(plainTokenCount)).map { bytes(of: $0) }
        var countByLength = [Int](repeating: 0, count: 1 + Int(byteCounts.max() ?? 0))
        for id in 0..<plainTokenCount { countByLength[Int(byteCounts[id])] += 1 }
        return VocabularySummary(
            size: vocabularySize, byteTokenCount: 256, mergeCount: merges.count,
            specialCount: SpecialToken.allCases.count,
            spacedCount: merged.count { $0.first == UInt8(ascii: " ") },
            brokenCount: merged.count { String(validating: $0, as: UTF8.self) == nil },
            countByLength: countByLength)
    }

    /// The ids of the `count` longest tokens, the longest first, the lower id first among equals.
    public func longestTokens(_ count: Int) -> [Int32] {
        let ids = (0..<Int32(plainTokenCount)).sorted {
            let (a, b) = (byteCounts[Int($0)], byteCounts[Int($1)])
            return a != b ? a > b : $0 < $1
        }
        return Array(ids.prefix(count))
    }

    /// A token as one readable line: characters that print as they are, other bytes as `\xNN`,
    /// special tokens by name.
    public func spelling(of id: Int32) -> String {
        special(id)?.rawValue ?? TokenSpelling.escaped(bytes(of: id))
    }

    /// `ids` for a terminal, each token on its own background colour.
    ///
    /// Control characters and parts of characters are spelled out, so that no text can command the
    /// terminal; line ends are marked and kept.
    public func coloured(_ ids: [Int32]) -> String {
        var line = ""
        for (index, id) in ids.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let start = "\u{1B}[48;5;\(colour);38;5;16m"
            let parts = visible(id).split(separator: "\n", omittingEmptySubsequences: false)
            // A colour that runs over a line end would fill the rest of the terminal's line.
            line += parts.map { $0.isEmpty ? "" : start + $0 + "\u{1B}[0m" }
                .joined(separator: "\n")
        }
        return line
    }

    /// Six light backgrounds of the 256-colour palette that differ in lightness as well as in hue.
    private static let colours = [153, 222, 151, 217, 189, 229]

    private func visible(_ id: Int32) -> String {
        guard special(id) == nil, let text = String(validating: bytes(of: id), as: UTF8.self) else {
            return spelling(of: id)
        }
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n": shown += "⏎\n"
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                shown += TokenSpelling.escaped(Array(String(scalar).utf8)[...])
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
