public import Corpus
internal import Language
internal import Models
internal import Provenance
internal import Runs
internal import Tensors

/// The exact nulls again for conversations: fine-tuning rows with tool calls, packed as training packs them.
extension TrainingNulls {
    /// Null 1: fine-tuning backward is fine-tuning forward on turned conversations.
    /// - Parameter broken: leaves the conversations as they are.
    public static func chatBackwardIsForwardTurned(
        broken: Bool = false
    ) throws(TrainingError) -> NullResult {
        var run = try TinyChat()
        run.direction = .backward
        var stream = try run.stream()
        let backward = try TinyRun.losses(of: run.trainer(), &stream, steps: TinyChat.stepCount)
        run.direction = .forward
        run.control = broken ? .none : .mirrored
        stream = try run.stream()
        let forward = try TinyRun.losses(of: run.trainer(), &stream, steps: TinyChat.stepCount)
        let largest = zip(backward, forward).map { abs($0 - $1) }.max() ?? .infinity
        return NullResult(
            name: "1 backward = forward on turned conversations", passed: backward == forward,
            detail: "\(TinyChat.stepCount) losses of fine-tuning, compared bit for bit",
            measurements: [.init("largest difference, nats", largest)])
    }

    /// Null 2: both readings of the same conversations learn the same ids, equally often, apart from the
    /// results of calls, which only a backward reading learns.
    /// - Parameter broken: leaves out the first target of backward readings.
    public static func chatTargetsAreEqual(
        broken: Bool = false
    ) throws(TrainingError) -> NullResult {
        var run = try TinyChat()
        run.rowCount = 1
        run.control = broken ? .missingFirstTargets : .none
        func balance(_ direction: Direction) throws(TrainingError) -> [Int] {
            run.direction = direction
            var stream = try run.stream()
            var counts = [Int](repeating: 0, count: run.tokenizer.vocabularySize)
            while true {
                let batch: Batch
                do { batch = try stream.next() } catch { throw .batches(error) }
                for target in batch.targets where target >= 0 { counts[Int(target)] += 1 }
                if batch.next.document == stream.conversationsPerEpoch { break }
            }
            return counts
        }
        let forward = try balance(.forward)
        var expected = forward
        for id in try run.resultIDs() { expected[Int(id)] += 1 }
        let backward = try balance(.backward)
        let differing = expected.indices.filter { expected[$0] != backward[$0] }
        return NullResult(
            name: "2 equal targets of conversations in both readings",
            passed: differing.isEmpty && expected != forward,
            detail: "multisets of supervised ids over an epoch, results of calls apart",
            measurements: [
                .init("targets", Double(forward.reduce(0, +))),
                .init("ids that differ", Double(differing.count)),
            ])
    }

    /// Null 9: a conversation scores alike alone, in a batch, and through the cache, in both readings.
    /// - Parameter broken: the cache forgets how many positions it holds when it turns new ones.
    public static func chatScoringIsOne(broken: Bool = false) throws(TrainingError) -> NullResult {
        var run = try TinyChat()
        run.direction = .bidirectional
        var model = try run.trainer().model
        stir(model, run.seed)
        if broken { model.flaw = .cacheForgetsPositions }
        var stream = try run.stream()
        let batch: Batch
        do { batch = try stream.next() } catch { throw .batches(error) }
        return NullResult(
            name: "9 alone = batched = cached scoring of conversations",
            distances: distances(of: batch, by: model))
    }
}
