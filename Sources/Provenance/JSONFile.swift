public import Foundation

/// JSON as files hold it, and what is wrong with it in words.
public enum JSONFile {
    /// The value in the file at `path`.
    public static func value<Value: Decodable>(
        _ type: Value.Type, at path: String, decoder: JSONDecoder = JSONDecoder()
    ) throws(JSONFault) -> Value {
        let data: Data
        do throws(FileError) { data = try TextFile.data(at: path) } catch { throw .file(error) }
        return try value(type, from: data, path: path, decoder: decoder)
    }

    /// The value that `data` spells.
    /// - Parameter path: where it comes from, for errors.
    public static func value<Value: Decodable>(
        _ type: Value.Type, from data: Data, path: String, decoder: JSONDecoder = JSONDecoder()
    ) throws(JSONFault) -> Value {
        do { return try decoder.decode(type, from: data) } catch {
            throw .malformed(path: path, what: JSONFault.words(for: error, in: data))
        }
    }
}

/// Why a JSON file is not what it should be.
public enum JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be read.
    case file(FileError)
    /// It is no JSON, or says something else than expected.
    case malformed(path: String, what: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .malformed(let path, let what):
            "'\(path)' cannot be used: \(what). Correct it, or restore it from a copy."
        }
    }

    /// What a decoder complains about, where in the document, in words: `'model.depth' is not a
    /// whole number`.
    /// - Parameter data: the document, where it is at hand: of one that is no JSON, only it tells the place.
    public static func words(for error: any Error, in data: Data? = nil) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "it has no '\(place(context.codingPath + [key]))'"
        case DecodingError.typeMismatch(let type, let context):
            return named(context.codingPath, "is not \(noun(for: type))")
        case DecodingError.valueNotFound(let type, let context):
            return named(context.codingPath, "is nothing, where \(noun(for: type)) belongs")
        case DecodingError.dataCorrupted(let context):
            guard context.codingPath.isEmpty else {
                return named(
                    context.codingPath, "cannot be used (\(open(context.debugDescription)))")
            }
            guard let data else { return "it is not JSON" }
            // A decoder that finds a number too large or not whole tells neither the number nor the place.
            guard let complaint = parserSays(data) else {
                return "it holds a number that does not fit where it stands"
            }
            return "it is not JSON (\(open(complaint)))"
        default: return open("\(error)")
        }
    }

    /// What the parser stumbles over, and around which character; nil where the document is JSON.
    private static func parserSays(_ data: Data) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
            return nil
        } catch {
            let said = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            return said.map { $0.prefix(1).lowercased() + $0.dropFirst() }
        }
    }

    private static func open(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private static func named(_ path: [any CodingKey], _ fault: String) -> String {
        path.isEmpty ? "it \(fault)" : "'\(place(path))' \(fault)"
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if let index = key.intValue { return text + "[\(index)]" }
            return text + (text.isEmpty ? "" : ".") + key.stringValue
        }
    }

    private static func noun(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type, is any UnkeyedDecodingContainer.Type: "a list"
        case is [String: Any].Type: "an object"
        default: "what belongs there"
        }
    }
}
