internal import Foundation
internal import Provenance

/// `tokenizer.json`: one merge a line, readable, and verified in every part when read back.
enum TokenizerFile {
    static let name = "tokenizer.json"
    private static let format = "retrograde-tokenizer"
    private static let version = 1

    /// The digest of what decides how text becomes ids.
    static func hash(merges: [Merge]) -> ContentHash {
        var hasher = ContentHash.Hasher()
        let head = [
            format, "\(version)", SplitScanner.unicodeVersion, SplitScanner.pattern,
            "\(merges.count)",
        ]
        hasher.update(Array((head.joined(separator: "\n") + "\n").utf8))
        var body: [UInt8] = []
        body.reserveCapacity(8 * merges.count)
        for merge in merges {
            for id in [merge.left, merge.right] {
                withUnsafeBytes(of: id.littleEndian) { body += $0 }
            }
        }
        hasher.update(body)
        hasher.update(Array(SpecialToken.allCases.map(\.rawValue).joined(separator: "\n").utf8))
        return hasher.finish()
    }

    // MARK: Writing

    static func write(_ tokenizer: Tokenizer, to folder: String) throws(TokenizerError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: folder, reason: FileError.reason(of: error)))
        }
        let specials = SpecialToken.allCases.map { quoted($0.rawValue) }
        var text = """
            {
              "format": \(quoted(format)),
              "version": \(version),
              "content_hash": \(quoted(tokenizer.hash.hex)),
              "vocabulary_size": \(tokenizer.vocabularySize),
              "unicode_version": \(quoted(SplitScanner.unicodeVersion)),
              "split_pattern": \(quoted(SplitScanner.pattern)),
              "special_tokens": [
                \(specials.joined(separator: ",\n    "))
              ],
              "merges": [

            """
        for (index, merge) in tokenizer.merges.enumerated() {
            let left = quoted(TokenSpelling.escaped(tokenizer.bytes(of: merge.left)))
            let right = quoted(TokenSpelling.escaped(tokenizer.bytes(of: merge.right)))
            text += "    [\(left), \(right)]"
            text += index + 1 < tokenizer.merges.count ? ",\n" : "\n"
        }
        text += "  ]\n}\n"
        do throws(FileError) {
            try AtomicFile.write(
                Data(text.utf8), to: (folder as NSString).appendingPathComponent(name))
        } catch {
            throw .file(error)
        }
    }

    /// A JSON string; spellings hold no control characters.
    private static func quoted(_ text: String) -> String {
        "\""
            + text.replacingOccurrences(of: "\\", with: "\\\\")
            .replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }

    // MARK: Reading

    private struct Content: Decodable {
        let format: String
        let version: Int
        let contentHash: String
        let vocabularySize: Int
        let unicodeVersion: String
        let splitPattern: String
        let specialTokens: [String]
        let merges: [[String]]

        enum CodingKeys: String, CodingKey, CaseIterable {
            case format, version, merges
            case contentHash = "content_hash"
            case vocabularySize = "vocabulary_size"
            case unicodeVersion = "unicode_version"
            case splitPattern = "split_pattern"
            case specialTokens = "special_tokens"
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The names of an object's fields, whatever their values.
    private struct Fields: Decodable {
        let names: [String]
        init(from decoder: any Decoder) throws {
            names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        }
    }

    /// The merges of the file at `path`, a file or the folder that holds one.
    static func read(_ path: String) throws(TokenizerError) -> [Merge] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let path =
            exists && isFolder.boolValue ? (path as NSString).appendingPathComponent(name) : path
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        let data: Data
        do throws(FileError) { data = try TextFile.data(at: path) } catch { throw .file(error) }
        let content: Content
        do {
            let known = Set(Content.CodingKeys.allCases.map(\.rawValue))
            let fields = try JSONDecoder().decode(Fields.self, from: data)
            if let unknown = fields.names.first(where: { !known.contains($0) }) {
                throw TokenizerError.malformed(path: path, reason: "it has a field '\(unknown)'")
            }
            content = try JSONDecoder().decode(Content.self, from: data)
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw .malformed(path: path, reason: JSONFault.words(for: error, in: data))
        }
        return try merges(of: content, path)
    }

    private static func merges(
        of content: Content, _ path: String
    ) throws(TokenizerError) -> [Merge] {
        guard content.format == format, content.version == version else {
            throw .malformed(
                path: path,
                reason: "its format is '\(content.format)' \(content.version), "
                    + "this program reads '\(format)' \(version)")
        }
        guard content.splitPattern == SplitScanner.pattern else {
            throw .foreignSplit(
                path: path, field: "split_pattern", stated: content.splitPattern,
                expected: SplitScanner.pattern)
        }
        guard content.unicodeVersion == SplitScanner.unicodeVersion else {
            throw .foreignSplit(
                path: path, field: "unicode_version", stated: content.unicodeVersion,
                expected: SplitScanner.unicodeVersion)
        }
        guard content.specialTokens == SpecialToken.allCases.map(\.rawValue) else {
            throw .malformed(path: path, reason: "its special tokens are not this program's")
        }
        let size = 256 + content.merges.count + SpecialToken.allCases.count
        guard content.vocabularySize == size else {
            throw .malformed(
                path: path,
                reason: "it states a vocabulary of \(content.vocabularySize) but holds \(size)")
        }
        let merges = try resolved(content.merges, path)
        let found = hash(merges: merges)
        guard content.contentHash == found.hex else {
            throw .altered(path: path, stated: content.contentHash, found: found.hex)
        }
        return merges
    }

    /// The merges as ids: every side of a pair must spell a byte or an earlier token.
    private static func resolved(
        _ spelled: [[String]], _ path: String
    ) throws(TokenizerError) -> [Merge] {
        var ids: [[UInt8]: Int32] = [:]
        for byte in UInt8.min...UInt8.max { ids[[byte]] = Int32(byte) }
        var merges: [Merge] = []
        merges.reserveCapacity(spelled.count)
        for (index, pair) in spelled.enumerated() {
            guard pair.count == 2, let left = TokenSpelling.bytes(pair[0]),
                let right = TokenSpelling.bytes(pair[1])
            else {
                throw .malformed(path: path, reason: "merge \(index) is not a pair of tokens")
            }
            guard let leftID = ids[left], let rightID = ids[right] else {
                let missing = ids[left] == nil ? pair[0] : pair[1]
                throw .malformed(
                    path: path,
                    reason: "merge \(index) uses '\(missing.prefix(40))', "
                        + "which is no earlier token")
            }
            merges.append(Merge(left: leftID, right: rightID))
            guard ids.updateValue(Int32(256 + index), forKey: left + right) == nil else {
                throw .malformed(path: path, reason: "merge \(index) repeats an earlier token")
            }
        }
        return merges
    }
}
