internal import Foundation
internal import Language

/// What compared runs were given equal amounts of, as their own numbers say, depth by depth.
public struct Budget: Hashable, Sendable {
    /// The amounts of runs of one depth.
    public struct Amounts: Hashable, Sendable {
        /// L.
        public let depth: Int
        /// How many runs.
        public let runCount: Int
        /// Whether one of them read both ways.
        public let hasBidirectional: Bool
        /// Tokens trained on, in all readings together: the least and the most.
        public let totalTokens: ClosedRange<Int>
        /// Tokens trained on in each reading that a run can do.
        public let tokensPerDirection: ClosedRange<Int>
        /// Floating-point operations of training; `nil` where a run does not say.
        public let operations: ClosedRange<Double>?

        /// Whether every run saw as many tokens in all.
        public var hasEqualTokens: Bool { Budget.isEqual(totalTokens) }
        /// Whether every run saw as many tokens in each reading it can do.
        public var hasEqualTokensPerDirection: Bool { Budget.isEqual(tokensPerDirection) }
        /// Whether every run spent as many operations.
        public var hasEqualCompute: Bool {
            operations.map(Budget.isEqual) ?? false
        }
        /// Whether the runs have anything in common.
        public var isEqual: Bool {
            hasEqualTokens || hasEqualTokensPerDirection || hasEqualCompute
        }
    }

    /// One entry a depth, in order of appearance.
    public let depths: [Amounts]

    /// Amounts that differ by less than a thousandth, as those of whole steps do, are equal.
    private static let tolerance = 0.001

    fileprivate static func isEqual(_ range: ClosedRange<Double>) -> Bool {
        range.upperBound - range.lowerBound <= tolerance * range.upperBound
    }

    fileprivate static func isEqual(_ range: ClosedRange<Int>) -> Bool {
        isEqual(Double(range.lowerBound)...Double(range.upperBound))
    }

    /// The budget of `runs`.
    public init(of runs: [ComparedRun]) {
        var order: [Int] = []
        for run in runs where !order.contains(run.settings.depth) {
            order.append(run.settings.depth)
        }
        depths = order.compactMap { depth in
            let own = runs.filter { $0.settings.depth == depth }
            let tokens = own.map(\.settings.trainingTokens)
            let each = own.map { $0.settings.trainingTokens / $0.direction.readings.count }
            let operations = own.map {
                Double($0.settings.trainingTokens) * $0.settings.flopsPerToken
            }
            guard let least = tokens.min(), let most = tokens.max(), let low = each.min(),
                let high = each.max()
            else { return nil }
            let spent = operations.allSatisfy { $0 > 0 }
            return Amounts(
                depth: depth, runCount: own.count,
                hasBidirectional: own.contains { $0.direction == .bidirectional },
                totalTokens: least...most, tokensPerDirection: low...high,
                operations: spent
                    ? (operations.min() ?? 0)...(operations.max() ?? 0) : nil)
        }
    }

    /// What was equal and what was not, with the numbers.
    public var sentence: String {
        guard depths.count > 1 else { return (depths.first?.words ?? "no run") + "." }
        return depths.map { "depth \($0.depth): \($0.words)" }.joined(separator: "; ") + "."
    }

    /// The beginning of a sentence about runs of `depth`.
    func phrase(depth: Int?) -> String {
        guard let own = depths.first(where: { $0.depth == depth }) else { return "Here" }
        if own.hasEqualTokens { return "At equal total tokens, half of them in each reading" }
        if own.hasEqualTokensPerDirection { return "At equal tokens per direction" }
        return own.hasEqualCompute ? "At equal compute" : "At budgets that are not equal"
    }
}

extension Budget.Amounts {
    /// "equal total tokens (12,288,000 a run), not equal tokens per direction (from …)".
    var words: String {
        func number(_ value: Double) -> String { String(format: "%.3g", value) }
        func tokens(_ range: ClosedRange<Int>, isEqual: Bool) -> String {
            isEqual
                ? Numeral.grouped(range.upperBound)
                : "from \(Numeral.grouped(range.lowerBound)) to \(Numeral.grouped(range.upperBound))"
        }
        guard runCount > 1 else {
            return "one run, \(Numeral.grouped(totalTokens.upperBound)) tokens"
        }
        let total = tokens(totalTokens, isEqual: hasEqualTokens)
        let each = tokens(tokensPerDirection, isEqual: hasEqualTokensPerDirection)
        let spent = operations.map {
            hasEqualCompute
                ? number($0.upperBound)
                : "from \(number($0.lowerBound)) to \(number($0.upperBound))"
        }
        let parts = [
            (hasEqualTokens, "total tokens (\(total) a run)"),
            (hasEqualTokensPerDirection, "tokens per direction (\(each))"),
            (hasEqualCompute, "compute (\(spent ?? "not known") FLOPs a run)"),
        ]
        guard isEqual else {
            return "not equal: \(parts.map { $0.1 }.joined(separator: ", "))"
        }
        var text = parts.filter { $0.0 }.map { "equal \($0.1)" }.joined(separator: ", ")
        let unequal = parts.filter { !$0.0 && !$0.1.contains("not known") }
        if !unequal.isEmpty {
            text += "; not equal: " + unequal.map { $0.1 }.joined(separator: ", ")
        }
        if hasEqualTokens, hasBidirectional {
            text +=
                ". A bidirectional model sees half of its tokens in each reading, so against a dedicated "
                + "model it has half as many of that reading"
        }
        return text
    }
}
