internal import Dispatch
internal import Synchronization

/// Counts the chunks of documents by several threads, behind the caller's back.
final class ChunkShares {
    /// Documents that are counted together.
    struct Batch {
        private(set) var bytes: [UInt8] = []
        private(set) var ends: [Int] = []

        /// Enough work to be worth handing over.
        var isFull: Bool { bytes.count >= 1 << 22 }

        mutating func append(_ document: UnsafeBufferPointer<UInt8>) {
            bytes.append(contentsOf: document)
            ends.append(bytes.count)
        }
    }

    /// One batch on its way, and the counters, each of which one thread uses.
    private final class Job: @unchecked Sendable {
        let batch: Batch
        let counters: [ChunkCounter]
        let next = Atomic(0)

        init(_ batch: Batch, _ counters: [ChunkCounter]) {
            self.batch = batch
            self.counters = counters
        }

        func work(as worker: Int) {
            let counter = counters[worker]
            batch.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                while true {
                    let document = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard document < batch.ends.count else { return }
                    let start = document == 0 ? 0 : batch.ends[document - 1]
                    counter.count(
                        base + start, length: batch.ends[document] - start,
                        room: bytes.count - start)
                }
            }
        }
    }

    private let counters: [ChunkCounter]
    private let running = DispatchGroup()
    private let queue = DispatchQueue(label: "tokenizer.chunks", attributes: .concurrent)

    init(threadCount: Int) {
        precondition(threadCount > 0, "counting needs at least one thread")
        counters = (0..<threadCount).map { _ in ChunkCounter() }
    }

    deinit { running.wait() }

    /// Counts a batch; returns when the one before is done, so that at most two are in memory.
    func count(_ batch: Batch) {
        let job = Job(batch, counters)
        running.wait()
        if counters.count == 1 { return job.work(as: 0) }
        for worker in counters.indices {
            queue.async(group: running) { job.work(as: worker) }
        }
    }

    /// The counts of all batches; the shares are spent.
    func total() -> ChunkCounter {
        running.wait()
        for other in counters.dropFirst() { counters[0].add(other) }
        return counters[0]
    }
}
