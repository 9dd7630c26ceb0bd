internal import Foundation
public import Provenance

/// L = E + A / N^α + B / D^β for several kinds of model with one E: how loss falls with parameters and tokens.
/// - Source: Hoffmann et al., "Training Compute-Optimal Large Language Models", arXiv:2203.15556, approach 3.
public struct PowerLaw: Hashable, Sendable {
    /// One trained model.
    public struct Point: Hashable, Sendable {
        /// Which kind, counted from 0.
        public var kind: Int
        /// N.
        public var parameters: Double
        /// D.
        public var tokens: Double
        /// L, nats per token.
        public var loss: Double

        /// A model of `kind`.
        public init(kind: Int, parameters: Double, tokens: Double, loss: Double) {
            self.kind = kind
            self.parameters = parameters
            self.tokens = tokens
            self.loss = loss
        }
    }

    /// What one kind of model has of its own.
    public struct Terms: Hashable, Sendable {
        /// A and α of the parameters' term.
        public var a, alpha: Double
        /// B and β of the tokens' term.
        public var b, beta: Double
    }

    /// E: what no model of any size gets below, nats per token.
    public let irreducible: Double
    /// One entry a kind.
    public let terms: [Terms]
    /// Root mean square of ln(fit) − ln(data).
    public let error: Double
    /// e, then a, α, b, β of each kind; A, B and E as logarithms.
    private let vector: [Double]

    /// The loss that the law gives a model.
    public func loss(kind: Int, parameters: Double, tokens: Double) -> Double {
        let own = terms[kind]
        return irreducible + own.a / pow(parameters, own.alpha) + own.b / pow(tokens, own.beta)
    }

    /// Why `points` cannot support a fit, or `nil` where they can.
    public static func objection(to points: [Point]) -> String? {
        let kinds = Set(points.map(\.kind)).sorted()
        for kind in kinds {
            let own = points.filter { $0.kind == kind }
            let sizes = Set(own.map(\.parameters)).count
            let budgets = Set(own.map(\.tokens)).count
            guard sizes >= 3, budgets >= 3 else {
                return
                    "a fit needs three sizes and three token budgets of each kind; there are \(sizes) sizes "
                    + "and \(budgets) budgets"
            }
            let correlation = Correlation.pearson(
                own.map { log($0.parameters) }, own.map { log($0.tokens) })
            guard abs(correlation ?? 1) < 0.98 else {
                return "sizes and token budgets go together (their logarithms correlate by "
                    + String(format: "%.3f", correlation ?? 1)
                    + "), so their effects cannot be told apart; train some sizes on other budgets"
            }
        }
        let cells = Set(points.map { [Double($0.kind), $0.parameters, $0.tokens] }).count
        let unknowns = 1 + 4 * kinds.count
        guard cells > unknowns else {
            return "\(cells) different runs cannot fix \(unknowns) unknowns"
        }
        return nil
    }

    /// The law of least squared ln(fit) − ln(data), from many starting places; `nil` where none comes to an end.
    public init?(fitting points: [Point]) {
        guard let least = points.map(\.loss).min(), points.allSatisfy({ $0.loss > 0 }) else {
            return nil
        }
        let kinds = (points.map(\.kind).max() ?? 0) + 1
        var best: PowerLaw?
        for share in [0.3, 0.6, 0.85, 0.97] {
            for alpha in [0.1, 0.3, 0.6] {
                for beta in [0.1, 0.3, 0.6] {
                    var start = [log(least * share)]
                    for kind in 0..<kinds {
                        let own = points.filter { $0.kind == kind }
                        let rest = own.map { ($0.loss - least * share) / 2 }
                        let mean = log(rest.reduce(0, +) / Double(max(1, rest.count)))
                        func meanLog(_ value: (Point) -> Double) -> Double {
                            own.reduce(0) { $0 + log(value($1)) } / Double(max(1, own.count))
                        }
                        start += [
                            mean + alpha * meanLog(\.parameters), alpha,
                            mean + beta * meanLog(\.tokens), beta,
                        ]
                    }
                    guard let found = Self.descend(points, from: start) else { continue }
                    if found.error < best?.error ?? .infinity { best = found }
                }
            }
        }
        guard let best else { return nil }
        self = best
    }

    private init(vector: [Double], error: Double) {
        self.vector = vector
        self.error = error
        irreducible = exp(vector[0])
        terms = stride(from: 1, to: vector.count, by: 4).map {
            Terms(
                a: exp(vector[$0]), alpha: vector[$0 + 1], b: exp(vector[$0 + 2]),
                beta: vector[$0 + 3])
        }
    }

    /// ln(fit) − ln(data) of each point and its derivatives.
    private static func residuals(
        _ points: [Point], _ vector: [Double]
    ) -> (values: [Double], jacobian: [[Double]]) {
        var values: [Double] = []
        var jacobian: [[Double]] = []
        let floor = exp(vector[0])
        for point in points {
            let at = 1 + 4 * point.kind
            let (logN, logD) = (log(point.parameters), log(point.tokens))
            let first = exp(vector[at] - vector[at + 1] * logN)
            let second = exp(vector[at + 2] - vector[at + 3] * logD)
            let fit = floor + first + second
            values.append(log(fit) - log(point.loss))
            var row = [Double](repeating: 0, count: vector.count)
            row[0] = floor / fit
            row[at] = first / fit
            row[at + 1] = -logN * first / fit
            row[at + 2] = second / fit
            row[at + 3] = -logD * second / fit
            jacobian.append(row)
        }
        return (values, jacobian)
    }

    /// Levenberg and Marquardt's descent.
    private static func descend(_ points: [Point], from start: [Double]) -> PowerLaw? {
        var vector = start
        var (values, jacobian) = residuals(points, vector)
        var cost = values.reduce(0) { $0 + $1 * $1 }
        var damping = 1e-3
        for _ in 0..<400 {
            let n = vector.count
            var normal = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
            var gradient = [Double](repeating: 0, count: n)
            for (row, value) in zip(jacobian, values) {
                for i in 0..<n where row[i] != 0 {
                    gradient[i] += row[i] * value
                    for j in 0..<n { normal[i][j] += row[i] * row[j] }
                }
            }
            for i in 0..<n { normal[i][i] += damping * max(normal[i][i], 1e-12) }
            guard let step = solved(normal, gradient) else { return nil }
            let next = zip(vector, step).map { $0 - $1 }
            let trial = residuals(points, next)
            let trialCost = trial.values.reduce(0) { $0 + $1 * $1 }
            if trialCost.isFinite, trialCost <= cost {
                let gain = cost - trialCost
                vector = next
                (values, jacobian) = trial
                cost = trialCost
                damping = max(damping / 3, 1e-12)
                if gain <= 1e-14 * max(cost, 1e-12) { break }
            } else {
                damping *= 4
                if damping > 1e12 { break }
            }
        }
        guard cost.isFinite, vector.allSatisfy(\.isFinite) else { return nil }
        return PowerLaw(
            vector: vector, error: (cost / Double(max(1, points.count))).squareRoot())
    }

    /// The solution of a small symmetric system, by elimination with pivots.
    private static func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
        var a = matrix
        var b = right
        let n = b.count
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            guard abs(a[pivot][column]) > 1e-300 else { return nil }
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            for row in (column + 1)..<max(n, column + 1) {
                let factor = a[row][column] / a[column][column]
                guard factor != 0 else { continue }
                for k in column..<n { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        var x = [Double](repeating: 0, count: n)
        for row in (0..<n).reversed() {
            var sum = b[row]
            for k in (row + 1)..<max(n, row + 1) { sum -= a[row][k] * x[k] }
            x[row] = sum / a[row][row]
        }
        return x
    }

    /// Laws of resampled data: seeds of a cell are drawn anew where there are several, and residuals change their
    /// sign at random where there is one.
    public func replicates(of points: [Point], count: Int, seed: Seed) -> [PowerLaw] {
        var random = seed.generator()
        let cells = Dictionary(grouping: points) { [Double($0.kind), $0.parameters, $0.tokens] }
        return (0..<count).compactMap { _ in
            let drawn = points.map { point -> Point in
                let cell = cells[[Double(point.kind), point.parameters, point.tokens]] ?? [point]
                var copy = point
                if cell.count > 1 {
                    copy.loss = cell[random.index(below: cell.count)].loss
                } else {
                    let fit = loss(
                        kind: point.kind, parameters: point.parameters, tokens: point.tokens)
                    let residual = log(point.loss / fit)
                    copy.loss = fit * exp(random.next() & 1 == 0 ? residual : -residual)
                }
                return copy
            }
            return Self.descend(drawn, from: vector)
        }
    }
}
