/// Something that keeps step records: the JSONL file, the HDF5 log, a tracker.
public protocol Recorder: AnyObject {
    /// Keeps `record`. When this returns, killing the process no longer loses it.
    func record(_ record: StepRecord) throws(JournalError)
    /// Makes everything kept so far survive a power failure.
    func sync() throws(JournalError)
    /// Writes what is still open and ends the record; no further record may follow.
    func finish() throws(JournalError)
}
