public import Provenance

/// Settings to try: every combination, some at random, or a list; no point twice.
public struct Grid: Hashable, Sendable {
    /// An option and its values, spelled as on the command line.
    public struct Axis: Hashable, Sendable {
        /// The option's name.
        public let name: String
        /// Its values.
        public let values: [String]

        /// The values of an option.
        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }

        /// Reads `init-lr-frac=0.01,0.02`.
        public init?(_ word: String) {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let values = parts[1].split(separator: ",").map(String.init)
            guard !values.isEmpty, Set(values).count == values.count else { return nil }
            name = String(parts[0].drop { $0 == "-" }).replacing("_", with: "-")
            self.values = values
        }
    }

    /// One setting of every axis.
    public struct Point: Hashable, Sendable {
        /// By option, in the order of the axes.
        public let settings: [Axis.Setting]

        /// These settings.
        public init(_ settings: [Axis.Setting]) { self.settings = settings }

        /// What points were called before names told all of them apart: sweeps of then are found by it.
        public var formerName: String {
            settings.map { "\($0.name)\($0.value)" }.joined(separator: "_")
                .map { $0.isLetter || $0.isNumber || "._-+".contains($0) ? String($0) : "-" }
                .joined()
        }
    }

    /// Why settings are no grid.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// The points, none twice.
    public let points: [Point]
    /// A name for each point, none twice: `init-lr-frac0.05_seed2`. Every character that a run's name
    /// cannot hold is written `+` and the hexadecimal digits of its UTF-8, a `_` of a value doubled.
    public let names: [String]

    /// More runs than anybody means.
    private static let mostPoints = 100_000

    /// Every combination of `axes`, the last axis moving first.
    public init(every axes: [Axis]) throws(Fault) { try self.init(list: Self.combinations(axes)) }

    /// `count` combinations of `axes`, drawn without repetition; all where there are no more.
    public init(_ count: Int, randomOf axes: [Axis], seed: Seed) throws(Fault) {
        var all = try Self.combinations(axes)
        var stream = seed.generator()
        all.shuffle(using: &stream)
        try self.init(list: Array(all.prefix(max(0, count))))
    }

    /// Points written down one by one.
    public init(list points: [Point]) throws(Fault) {
        var seen: [[String: String]: Int] = [:]
        for (index, point) in points.enumerated() {
            var values: [String: String] = [:]
            for setting in point.settings
            where values.updateValue(setting.value, forKey: setting.name) != nil {
                throw Fault(description: "run \(index + 1) is given --\(setting.name) twice.")
            }
            if let other = seen.updateValue(index, forKey: values) {
                throw Fault(
                    description: "runs \(other + 1) and \(index + 1) would be the same "
                        + "(\(point.formerName)); leave one of them out.")
            }
        }
        self.points = points
        names = Self.names(of: points)
    }

    private static func combinations(_ axes: [Axis]) throws(Fault) -> [Point] {
        var count = 1
        for (index, axis) in axes.enumerated() {
            guard !axes[..<index].contains(where: { $0.name == axis.name }) else {
                throw Fault(description: "the values of --\(axis.name) are named twice.")
            }
            let repeated = axis.values.enumerated().first {
                axis.values[..<$0.offset].contains($0.element)
            }
            if let repeated {
                throw Fault(description: "--\(axis.name) is given \(repeated.element) twice.")
            }
            count *= axis.values.count
            guard count <= mostPoints else {
                throw Fault(
                    description: "these are more than \(mostPoints) combinations; "
                        + "leave some values out.")
            }
        }
        var points = [Point([])]
        for axis in axes {
            points = points.flatMap { point in
                axis.values.map {
                    Point(point.settings + [Axis.Setting(name: axis.name, value: $0)])
                }
            }
        }
        return points
    }

    // MARK: Names

    /// The longest name, in bytes: file systems take 255, and phases are appended.
    private static let longestName = 160

    private static func names(of points: [Point]) -> [String] {
        let names = points.map { name(of: $0, separator: "") }
        if Set(names).count == names.count { return names }
        // Options of which one's name begins another's (`a` with value `b1`, `ab` with value `1`).
        return points.map { name(of: $0, separator: escaped("=")) }
    }

    private static func name(of point: Point, separator: String) -> String {
        let whole = point.settings.map { escaped($0.name) + separator + escaped($0.value) }
            .joined(separator: "_")
        guard whole.utf8.count > longestName else { return whole }
        let digest = ContentHash(of: Array(whole.utf8)).short
        return "\(whole.prefix(longestName - digest.utf8.count - 1))+\(digest)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "_"): escaped += "__"
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += digits.utf8.count == 1 ? "+0\(digits)" : "+\(digits)"
            }
        }
        return escaped
    }
}

extension Grid.Axis {
    /// One value of an option.
    public struct Setting: Hashable, Sendable {
        /// The option's name.
        public let name: String
        /// Its value.
        public let value: String

        /// A value of an option.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
