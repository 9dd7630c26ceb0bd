internal import Foundation

/// Makes batches on a thread of its own, ahead of whoever trains on them.
///
/// Holds at most `capacity` finished batches. The consumer is one thread; what it waited is measured, so
/// that "the trainer never waits for data" is a number.
public final class BatchPrefetcher: Sendable {
    private let queue: Queue

    /// Starts to make the batches of `stream`, keeping about a million positions ready: what a fast
    /// accelerator trains on while the next group of documents is tokenized and planned.
    /// - Parameter seconds: a clock that only rises; read by the consumer when it has to wait.
    public convenience init(
        _ stream: some BatchSource, seconds: @escaping @Sendable () -> Double
    ) {
        self.init(
            stream, capacity: max(4, (1 << 20) / stream.positionCount), seconds: seconds)
    }

    /// Starts to make the batches of `stream`.
    /// - Parameter capacity: finished batches that may wait; at least 1.
    /// - Parameter seconds: a clock that only rises; read by the consumer when it has to wait.
    public init(
        _ stream: some BatchSource, capacity: Int,
        seconds: @escaping @Sendable () -> Double
    ) {
        precondition(capacity > 0, "a queue of \(capacity) batches")
        let queue = Queue(capacity: capacity, seconds: seconds)
        self.queue = queue
        let thread = Thread {
            var stream = stream
            while queue.hasRoom() {
                do throws(BatchError) {
                    queue.put(.success(try stream.next()))
                } catch {
                    queue.put(.failure(error))
                    break
                }
            }
            queue.finish()
        }
        thread.name = "retro.batches"
        // Packing recurses nowhere, but a tokenizer may be called here: leave it the usual main-thread room.
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { queue.stop() }

    /// The next batch; waits for it if it is not ready. An error is thrown again at every later call.
    public func next() throws(BatchError) -> Batch { try queue.take() }

    /// Ends the thread and waits until it has ended; batches already made are dropped.
    public func stop() { queue.stop() }

    /// How long and how often the consumer had to wait so far, the first batch included.
    public var waited: (seconds: Double, count: Int) { queue.waited() }
}

/// The bounded queue between the two threads.
///
/// `@unchecked`: every stored variable is touched under `condition` only.
private final class Queue: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private let seconds: @Sendable () -> Double
    private var ready: [Result<Batch, BatchError>] = []
    private var isStopping = false
    private var isFinished = false
    private var waitSeconds = 0.0
    private var waitCount = 0

    init(capacity: Int, seconds: @escaping @Sendable () -> Double) {
        self.capacity = capacity
        self.seconds = seconds
    }

    /// Waits for room; false once the consumer has gone.
    func hasRoom() -> Bool {
        condition.withLock {
            while ready.count >= capacity && !isStopping { condition.wait() }
            return !isStopping
        }
    }

    func put(_ result: Result<Batch, BatchError>) {
        condition.withLock {
            ready.append(result)
            condition.broadcast()
        }
    }

    func finish() {
        condition.withLock {
            isFinished = true
            condition.broadcast()
        }
    }

    func take() throws(BatchError) -> Batch {
        condition.lock()
        defer { condition.unlock() }
        precondition(!isStopping, "a batch was asked of a prefetcher that had been stopped")
        if ready.isEmpty {
            let begin = seconds()
            while ready.isEmpty { condition.wait() }
            waitSeconds += seconds() - begin
            waitCount += 1
        }
        // A failure is the last thing in the queue and stays there.
        guard case .success(let batch) = ready[0] else { return try ready[0].get() }
        ready.removeFirst()
        condition.broadcast()
        return batch
    }

    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
            while !isFinished { condition.wait() }
            ready = []
        }
    }

    func waited() -> (seconds: Double, count: Int) {
        condition.withLock { (waitSeconds, waitCount) }
    }
}
