import Arguments
import Dispatch
import Foundation
import Synchronization

/// Requests to stop: SIGINT (Control-C) and SIGTERM (batch systems).
///
/// Signals end the process at once, as usual, until a command that can stop in good order asks to
/// be told. A second signal always ends it at once.
final class Signals: Sendable {
    private let received = Atomic<Int32>(0)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// The signal that came; nil while none did.
    var requested: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// From now on, a first signal only sets `requested`.
    /// - Parameter told: called once, off the main thread, when it comes.
    func hold(told: @escaping @Sendable (Int32) -> Void) {
        sources.withLock { sources in
            guard sources.isEmpty else { return }
            for number in [SIGINT, SIGTERM] {
                // The source sees the signal only where the default does not end the process first.
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { [self] in
                    guard received.exchange(number, ordering: .relaxed) == 0 else {
                        _exit(ExitCode.signal(number).rawValue)
                    }
                    told(number)
                }
                source.resume()
                sources.append(source)
            }
        }
    }

    /// The next signal is a first one again.
    func forget() { received.store(0, ordering: .relaxed) }

    /// Signals end the process at once again.
    func release() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
            sources.removeAll()
            for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        }
    }
}
