public import Foundation

/// Text as files hold it: UTF-8, perhaps behind a byte order mark, its lines ended by LF or CRLF.
///
/// All that reads a text whole decodes it here; what reads by pieces asks `ByteOrderMark` about the
/// first of them.
public enum TextFile {
    /// The bytes of the file at `path`, which are UTF-8, without a byte order mark.
    public static func data(at path: String) throws(FileError) -> Data {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            throw .unreadable(path: path, reason: String(cString: strerror(EISDIR)))
        }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: FileError.reason(of: error))
        }
        return Data(try text(data, path: path).utf8)
    }

    /// The text of the file at `path`, without a byte order mark.
    public static func text(at path: String) throws(FileError) -> String {
        String(decoding: try data(at: path), as: UTF8.self)
    }

    /// The text that `bytes` spell, without a byte order mark.
    /// - Parameter path: where they come from, for errors.
    public static func text(
        _ bytes: some Collection<UInt8>, path: String
    ) throws(FileError) -> String {
        let body = try bytes.dropFirst(ByteOrderMark.length(before: bytes, path: path))
        guard let text = String(validating: body, as: UTF8.self) else {
            throw .notText(path: path, reason: "some of its bytes are no characters")
        }
        return text
    }

    /// The lines of `text`, without LF or CRLF; nothing follows the last line's end.
    ///
    /// Not `split(separator: "\n")`: to that, CRLF is one character, and another one.
    public static func lines(of text: String) -> [Substring] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { Substring($0.last == "\r" ? $0.dropLast() : $0) }
    }
}

/// The mark by which a text says in which encoding it is.
/// - Source: The Unicode Standard 16, section 23.8.
public enum ByteOrderMark {
    /// Bytes of the longest one.
    public static let longest = 4

    /// Bytes of UTF-8's mark before a text that begins with `bytes`: 3 or 0. Another encoding's is an error.
    /// - Parameter path: where they come from, for errors.
    public static func length(
        before bytes: some Collection<UInt8>, path: String
    ) throws(FileError) -> Int {
        // UTF-32's little-endian mark begins with UTF-16's.
        let marks: [(mark: [UInt8], encoding: String)] = [
            ([0xff, 0xfe, 0, 0], "UTF-32"), ([0, 0, 0xfe, 0xff], "UTF-32"),
            ([0xff, 0xfe], "UTF-16"), ([0xfe, 0xff], "UTF-16"),
        ]
        if let found = marks.first(where: { bytes.starts(with: $0.mark) }) {
            throw .notText(
                path: path,
                reason: "it is \(found.encoding); save it as UTF-8, as by "
                    + "iconv -f \(found.encoding) -t UTF-8")
        }
        return bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }
}
