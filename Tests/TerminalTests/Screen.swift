import Synchronization
import Terminal

/// A console that remembers, and a clock that goes when it is told to.
final class Screen: Sendable {
    let text = Mutex("")
    let clock = Mutex(0.0)

    func console(isTerminal: Bool, columnCount: Int = 80) -> Console {
        Console(isTerminal: isTerminal, usesColor: false, columnCount: columnCount) { new in
            self.text.withLock { $0 += new }
        }
    }

    var shown: String { text.withLock { $0 } }
    var lines: [String] { shown.split(separator: "\n").map(String.init) }
    @Sendable func seconds() -> Double { clock.withLock { $0 } }
    func wait(_ seconds: Double) { clock.withLock { $0 += seconds } }
}
