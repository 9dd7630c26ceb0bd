internal import Synchronization

/// Tells a person how far a long work is, how fast it goes and when it will be done.
///
/// On a terminal one line is redrawn, elsewhere a new line is written now and then. It may be told
/// from several threads.
public final class ProgressLine: Sendable {
    /// What is counted.
    public enum Unit: Hashable, Sendable {
        /// Bytes.
        case bytes
        /// Things of this name, in the plural.
        case things(String)

        fileprivate func spelled(_ amount: Double) -> String {
            switch self {
            case .bytes: "\(Quantity.bytes(amount))"
            case .things: "\(Quantity.count(amount))"
            }
        }
    }

    /// Whether and how often lines are written where no person watches.
    public enum Manner: Hashable, Sendable {
        /// Nothing at all.
        case quiet
        /// A line a so many seconds, on a terminal ten a second.
        case seconds(Double)
    }

    private struct State {
        var shownAt: Double?
        var marks: [(seconds: Double, amount: Double)] = []
        var isFinished = false
    }

    private let label: String
    private let unit: Unit
    private let total: Double?
    private let console: Console
    private let manner: Manner
    private let seconds: @Sendable () -> Double
    private let start: Double
    private let state: Mutex<State>

    /// Begins to tell.
    /// - Parameters:
    ///   - label: what is done, such as `reading shards`.
    ///   - total: how much there is; nil where nobody knows.
    ///   - seconds: a clock that never goes back.
    public init(
        _ label: String, total: Int? = nil, unit: Unit, on console: Console,
        manner: Manner = .seconds(10), seconds: @escaping @Sendable () -> Double
    ) {
        self.label = label
        self.unit = unit
        self.total = total.map(Double.init)
        self.console = console
        self.manner = manner
        self.seconds = seconds
        start = seconds()
        state = Mutex(State(marks: [(start, 0)]))
    }

    /// Says that so much is done, with a few words that change, such as a loss.
    public func advance(to amount: Int, note: String = "") {
        guard case .seconds(let sparse) = manner else { return }
        let now = seconds()
        state.withLock { state in
            guard !state.isFinished else { return }
            let last = state.shownAt ?? (console.isTerminal ? -.infinity : start)
            guard now - last >= (console.isTerminal ? 0.1 : sparse) else { return }
            state.shownAt = now
            state.marks.append((now, Double(amount)))
            // The rate is that of the last half minute; a mark a second is enough for it.
            while state.marks.count > 2, now - state.marks[1].seconds > 30 {
                state.marks.removeFirst()
            }
            show(line(Double(amount), at: now, state, note))
        }
    }

    /// Closes with what was done in which time; nothing is written afterwards.
    public func finish(at amount: Int, note: String = "") {
        guard manner != .quiet else { return }
        let elapsed = seconds() - start
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            var text = "\(label): \(unit.spelled(Double(amount)))\(name) in"
            text += " \(Quantity.seconds(elapsed))"
            if elapsed > 0 { text += " (\(unit.spelled(Double(amount) / elapsed))/s)" }
            if !note.isEmpty { text += " | \(note)" }
            console.line(text)
        }
    }

    private var name: String {
        switch unit {
        case .bytes: ""
        case .things(let name): " \(name)"
        }
    }

    private func line(_ amount: Double, at now: Double, _ state: State, _ note: String) -> String {
        var text = "\(label): \(unit.spelled(amount))"
        if let total {
            let share = total > 0 ? 100 * amount / total : 100
            text += "/\(unit.spelled(total))\(name) (\(Quantity.fixed(share, 1))%)"
        } else {
            text += name
        }
        if let first = state.marks.first, now > first.seconds, amount > first.amount {
            let rate = (amount - first.amount) / (now - first.seconds)
            text += " | \(unit.spelled(rate))/s"
            if let total { text += " | eta \(Quantity.seconds(max(0, total - amount) / rate))" }
        }
        return note.isEmpty ? text : text + " | \(note)"
    }

    private func show(_ text: String) {
        console.isTerminal ? console.redraw(text) : console.line(text)
    }
}
