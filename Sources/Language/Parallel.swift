internal import Dispatch
internal import Synchronization

/// Work on the elements of an array by several threads, each taking the next when it is free.
enum Parallel {
    /// `transform(elements, index)` for every index, in order.
    static func map<Element: Sendable, Result>(
        _ elements: [Element], threadCount: Int,
        _ transform: @Sendable ([Element], Int) -> Result
    ) -> [Result] {
        precondition(threadCount > 0, "work needs at least one thread")
        let workers = min(threadCount, elements.count)
        guard workers > 1 else { return elements.indices.map { transform(elements, $0) } }
        return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
            nonisolated(unsafe) let results = buffer
            let next = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: workers) { _ in
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < elements.count else { return }
                    results.initializeElement(at: index, to: transform(elements, index))
                }
            }
            count = elements.count
        }
    }
}
