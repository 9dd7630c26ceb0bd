public import Foundation

/// The name of a run, which is also the name of its folder.
public struct RunIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// The name as users type it.
    public let name: String
    /// The name as users type it.
    public var description: String { name }

    /// A name chosen by the user.
    public init(_ name: String) throws(JournalError) {
        let sound = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"):
                index > 0
            default: false
            }
        }
        // 255 bytes is what file systems allow a name.
        guard sound, !name.isEmpty, name.utf8.count <= 255 else { throw .badIdentifier(name) }
        self.name = name
    }

    /// The name of a run begun at `date` without one: `20260131_235959_backward_d12`.
    public init(date: Date, timeZone: TimeZone, direction: String, depth: Int) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: date)
        func digits(_ value: Int?, _ count: Int) -> String {
            let text = String(value ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let day = digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2)
        let time = digits(parts.hour, 2) + digits(parts.minute, 2) + digits(parts.second, 2)
        name = "\(day)_\(time)_\(direction)_d\(depth)"
    }
}
