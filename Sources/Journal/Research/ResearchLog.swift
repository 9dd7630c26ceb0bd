internal import Dispatch
internal import Foundation
internal import Synchronization

/// The HDF5 record of a run, readable by plain h5py at any moment.
///
/// A record is appended to an open tail before `record` returns; a writing thread turns tails into
/// closed parts and keeps the index, the file of the log's name, up to date. Its errors appear at
/// the next call; no row is lost by them, since its tail stays.
public final class ResearchLog: Recorder {
    private let parts: ResearchParts
    private let segmentStepCount: Int
    private let queue = DispatchQueue(label: "research log")
    private let writer: Shared
    /// Bounds the records in memory when the disk is slower than training.
    private let places = DispatchSemaphore(value: 64)
    private var tail: (first: Int, file: AppendFile)?
    private var lastStep = -1

    /// Work that the caller's thread and the writing thread share.
    private final class Shared: Sendable {
        let writer: Mutex<ResearchWriter>
        let failure = Mutex<JournalError?>(nil)

        init(_ writer: consuming ResearchWriter) { self.writer = Mutex(writer) }

        /// Runs `body` unless something failed before: later parts must not overtake earlier ones.
        func perform(_ body: (inout ResearchWriter) throws(JournalError) -> Void) {
            guard failure.withLock({ $0 }) == nil else { return }
            writer.withLock { writer in
                do throws(JournalError) { try body(&writer) } catch {
                    failure.withLock { $0 = error }
                }
            }
        }

        func check() throws(JournalError) {
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
    }

    /// Opens the log whose index is at `path`, dropping rows at or past `step`.
    /// - Parameters:
    ///   - step: the first step that will be recorded; 0 begins anew.
    ///   - attributes: text attached to the root, such as the run's name and settings hash.
    ///   - segmentStepCount: steps whose columns are filed together.
    public init(
        path: String, resumingAt step: Int = 0, attributes: [String: String] = [:],
        segmentStepCount: Int = 100
    ) throws(JournalError) {
        precondition(segmentStepCount > 0, "a segment has steps")
        parts = ResearchParts(index: path)
        self.segmentStepCount = segmentStepCount
        writer = Shared(
            try ResearchWriter(
                parts: parts, resumingAt: step, segmentStepCount: segmentStepCount,
                attributes: attributes))
        lastStep = step - 1
    }

    /// The index: what users open.
    public var path: String { parts.index }

    /// Keeps `record`, whose step must follow the last one's.
    public func record(_ record: StepRecord) throws(JournalError) {
        precondition(record.step > lastStep, "step \(record.step) follows step \(lastStep)")
        try writer.check()
        let tail = try openTail(for: record.step)
        try tail.file.append(StepFrame.encoded(record))
        lastStep = record.step
        places.wait()
        let first = tail.first
        queue.async { [writer, places] in
            writer.perform { (writer) throws(JournalError) in
                try writer.append(record, tail: first)
            }
            places.signal()
        }
    }

    /// The tail for `step`; a new one begins with each segment, so that a filed one can go.
    private func openTail(for step: Int) throws(JournalError) -> (first: Int, file: AppendFile) {
        if let tail, tail.first / segmentStepCount == step / segmentStepCount { return tail }
        let path = parts.path(ResearchParts.tail(step))
        let opened = (first: step, file: try AppendFile(path: path, keeping: 0))
        tail = opened
        return opened
    }

    /// Keeps `evaluation`; it is on disk when this returns. One of the same step is replaced.
    public func record(_ evaluation: EvaluationRecord) throws(JournalError) {
        queue.sync { [writer] in
            writer.perform { (writer) throws(JournalError) in try writer.append(evaluation) }
        }
        try writer.check()
    }

    /// Waits for the writing thread and makes everything survive a power failure.
    public func sync() throws(JournalError) {
        queue.sync {}
        try writer.check()
        try tail?.file.sync()
    }

    /// Files everything; no further record may follow.
    public func finish() throws(JournalError) {
        queue.sync { [writer] in
            writer.perform { (writer) throws(JournalError) in try writer.finish() }
        }
        try writer.check()
        tail = nil
    }
}
