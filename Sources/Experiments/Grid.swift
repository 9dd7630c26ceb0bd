public import Provenance

/// Settings to try: every combination, some at random, or a list.
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

        /// What is told apart: `init-lr-frac0.05_seed2`.
        public var name: String {
            settings.map { "\($0.name)\($0.value)" }.joined(separator: "_")
                .map { $0.isLetter || $0.isNumber || "._-+".contains($0) ? String($0) : "-" }
                .joined()
        }

        /// These settings.
        public init(_ settings: [Axis.Setting]) { self.settings = settings }
    }

    /// The points, none twice.
    public let points: [Point]

    /// Every combination of `axes`, the last axis moving first.
    public init(every axes: [Axis]) {
        var points = [Point([])]
        for axis in axes {
            points = points.flatMap { point in
                axis.values.map {
                    Point(point.settings + [Axis.Setting(name: axis.name, value: $0)])
                }
            }
        }
        self.points = points
    }

    /// `count` combinations of `axes`, drawn without repetition; all where there are no more.
    public init(_ count: Int, randomOf axes: [Axis], seed: Seed) {
        var all = Grid(every: axes).points
        var stream = seed.generator()
        all.shuffle(using: &stream)
        points = Array(all.prefix(max(0, count)))
    }

    /// Points written down one by one.
    public init(list points: [Point]) { self.points = points }
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
