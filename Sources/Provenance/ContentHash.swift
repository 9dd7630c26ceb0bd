internal import COpenSSL
public import Foundation

/// A SHA-256 digest that names content: settings, tokenizers, shards, checkpoints.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hex: String

    /// The digest of `bytes`.
    public init(of bytes: some ContiguousBytes) {
        var hasher = Hasher()
        hasher.update(bytes)
        self = hasher.finish()
    }

    /// The digest of the file at `path`, read in pieces of one megabyte.
    public init(ofFile path: String) throws(FileError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { try? handle.close() }
        var hasher = Hasher()
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                hasher.update(piece)
            }
        } catch {
            throw .unreadable(path: path, reason: FileError.reason(of: error))
        }
        self = hasher.finish()
    }

    /// A digest read back from a manifest; `nil` unless it is 64 hexadecimal digits.
    public init?(hex: String) {
        guard hex.utf8.count == 64, hex.allSatisfy(\.isHexDigit) else { return nil }
        self.hex = hex.lowercased()
    }

    fileprivate init(digest: [UInt8]) {
        hex = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The first twelve digits: enough to tell runs apart on a screen.
    public var short: String { String(hex.prefix(12)) }
    /// All digits.
    public var description: String { hex }

    /// A digest in the making, for content that arrives in pieces.
    public struct Hasher: ~Copyable {
        private let context: OpaquePointer

        /// A digest of nothing yet.
        public init() {
            guard let context = EVP_MD_CTX_new(),
                EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
            else { preconditionFailure("libcrypto offers no SHA-256") }
            self.context = context
        }

        deinit { EVP_MD_CTX_free(context) }

        /// Appends `bytes` to the content.
        public mutating func update(_ bytes: some ContiguousBytes) {
            bytes.withUnsafeBytes { buffer in
                precondition(EVP_DigestUpdate(context, buffer.baseAddress, buffer.count) == 1)
            }
        }

        /// The digest of everything appended.
        public consuming func finish() -> ContentHash {
            var digest = [UInt8](repeating: 0, count: 32)
            precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1)
            return ContentHash(digest: digest)
        }
    }
}

extension ContentHash: Codable {
    /// Decodes the hexadecimal form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = ContentHash(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a content hash is 64 hexadecimal digits")
        }
        self = hash
    }

    /// Encodes the hexadecimal form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
