internal import Foundation

/// What an experiment says under one name.
public enum FieldValue: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A text.
    case text(String)
    /// Yes or no.
    case flag(Bool)

    /// As tables show it.
    public var shown: String {
        switch self {
        case .number(let value):
            value == value.rounded() && abs(value) < 1e15
                ? String(Int64(value)) : String(format: "%.5g", value)
        case .text(let text): text
        case .flag(let flag): String(flag)
        }
    }

    /// In full.
    public var exact: String {
        switch self {
        case .number(let value):
            value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
        case .text, .flag: shown
        }
    }

    /// The plain values of a JSON document by name: nested ones by their own name where no other has it, and always
    /// by their whole path, joined by dots. Lists are left out.
    public static func flattened(_ document: Any) -> [String: FieldValue] {
        var whole: [String: FieldValue] = [:]
        var ambiguous: Set<String> = []
        var short: [String: FieldValue] = [:]
        func walk(_ value: Any, _ path: [String]) {
            if let object = value as? [String: Any] {
                for (key, member) in object { walk(member, path + [key]) }
                return
            }
            guard let field = FieldValue(plain: value), let name = path.last else { return }
            whole[path.joined(separator: ".")] = field
            guard path.count > 1 else { return }
            if short.updateValue(field, forKey: name) != nil { ambiguous.insert(name) }
        }
        walk(document, [])
        for (name, field) in short where !ambiguous.contains(name) && whole[name] == nil {
            whole[name] = field
        }
        return whole
    }

    /// A value as it is typed.
    public init(spelled text: String) {
        if let number = Double(text), number.isFinite {
            self = .number(number)
        } else if let flag = Bool(text) {
            self = .flag(flag)
        } else {
            self = .text(text)
        }
    }

    /// A plain value of a JSON document; nil for objects, lists and null.
    public init?(plain value: Any) {
        switch value {
        case let text as String: self = .text(text)
        case let number as NSNumber:
            // JSON's true is a number to Foundation.
            let isFlag = number.objCType.pointee == CChar(UInt8(ascii: "c"))
            self = isFlag ? .flag(number.boolValue) : .number(number.doubleValue)
        default: return nil
        }
    }
}

extension FieldValue: Encodable {
    /// As the plain value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let value): try container.encode(value)
        case .text(let text): try container.encode(text)
        case .flag(let flag): try container.encode(flag)
        }
    }
}
