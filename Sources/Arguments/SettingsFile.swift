import Foundation

/// The JSON object of `--config`: option names (dashes and underscores are the same) to values.
struct SettingsFile {
    /// Every key as it is written, with its value in words, sorted by key.
    let entries: [(key: String, words: [String])]

    init(_ data: Data, path: String) throws(UsageError) {
        let object: [String: Value]
        do {
            object = try JSONDecoder().decode([String: Value].self, from: data)
        } catch DecodingError.dataCorrupted {
            var reason = "it is not JSON."
            // What the parser stumbles over, and around which character.
            do {
                _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
            } catch {
                let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
                if let detail { reason += " " + detail }
            }
            throw .badFile(path, reason: reason)
        } catch {
            throw .badFile(
                path,
                reason: "it must be one JSON object of names and plain values (text, numbers,"
                    + " true, false, or lists of these).")
        }
        var seen: [String: String] = [:]
        var entries: [(key: String, words: [String])] = []
        for key in object.keys.sorted() {
            let name = key.replacing("_", with: "-")
            if let other = seen[name] {
                throw .badFile(path, reason: "'\(other)' and '\(key)' are the same option.")
            }
            seen[name] = key
            // null says what absence says.
            if let value = object[key], let words = value.words { entries.append((key, words)) }
        }
        self.entries = entries
    }

    private enum Value: Decodable {
        case null
        case scalar(String)
        case list([String])

        var words: [String]? {
            switch self {
            case .null: nil
            case .scalar(let word): [word]
            case .list(let words): words
            }
        }

        init(from decoder: any Decoder) throws {
            if var list = try? decoder.unkeyedContainer() {
                var words: [String] = []
                while !list.isAtEnd {
                    guard case .scalar(let word) = try list.decode(Value.self) else {
                        throw DecodingError.dataCorruptedError(
                            in: list, debugDescription: "a list within a list")
                    }
                    words.append(word)
                }
                self = .list(words)
                return
            }
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let flag = try? value.decode(Bool.self) {
                self = .scalar(String(flag))
            } else if let number = try? value.decode(Int.self) {
                self = .scalar(String(number))
            } else if let number = try? value.decode(Double.self) {
                self = .scalar(String(number))
            } else {
                self = .scalar(try value.decode(String.self))
            }
        }
    }
}
