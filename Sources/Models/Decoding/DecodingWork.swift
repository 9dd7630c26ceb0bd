internal import Provenance
internal import Runs
internal import Tensors

/// The rows of a decoder at work.
struct DecodingWork {
    private let model: GPT
    private let requests: [DecodingRequest]
    private let decoder: Decoder
    /// Samples that have not begun, the next one last.
    private var waiting: [(request: Int, sample: Int)]
    private var rows: [Row] = []
    /// Row r of the batch holds `rows[r]`.
    private var cache: KeyValueCache?
    /// Scores of each row's next id, `[rows, V]`, float32.
    private var logits: Tensor?
    private var finished: [[Completion?]]

    /// A text that is being written.
    private struct Row {
        var completion: Completion
        var forced: [Int32] = []
        var random: RandomStream
        var seen: Set<Int32> = []
        var isFinished = false
    }

    init(_ model: GPT, _ requests: [DecodingRequest], _ decoder: Decoder) {
        self.model = model
        self.requests = requests
        self.decoder = decoder
        // Prompts of like length are read together: little padding. Equal ones keep their order.
        let order = requests.indices.sorted {
            (requests[$0].prompt.count, $0) < (requests[$1].prompt.count, $1)
        }
        waiting = order.flatMap { request in
            (0..<requests[request].sampleCount).map { (request, $0) }
        }
        waiting.reverse()
        finished = requests.map { Array(repeating: nil, count: $0.sampleCount) }
    }

    /// The texts, once all are finished.
    var completions: [[Completion]] {
        finished.map { samples in
            samples.map { sample in
                guard let sample else { preconditionFailure("a text is not finished") }
                return sample
            }
        }
    }

    /// Writes one id in every row; whether there is more to do.
    mutating func advance(
        steer: (Int, Int, Int32) -> Steering, onFinish: (Completion) -> Void
    ) -> Bool {
        admit()
        guard !rows.isEmpty else { return false }
        write(steer, onFinish)
        dropFinished()
        read()
        return true
    }

    // MARK: Reading prompts

    /// Lets waiting samples in where there is much room: each time costs a copy of the cache.
    private mutating func admit() {
        guard !waiting.isEmpty, rows.count <= decoder.rowLimit / 2 else { return }
        var entering: [(request: Int, sample: Int)] = []
        while let next = waiting.last, rows.count + entering.count < decoder.rowLimit {
            entering.append(next)
            waiting.removeLast()
        }
        guard !entering.isEmpty else { return }
        var prompts: [Int] = []
        for entry in entering where prompts.last != entry.request { prompts.append(entry.request) }
        let (prefill, promptLogits) = read(prompts)
        let places = entering.map { entry in prompts.firstIndex(of: entry.request) ?? 0 }
        let newRows = entering.map { entry in
            let request = requests[entry.request]
            return Row(
                completion: Completion(
                    request: entry.request, sample: entry.sample, ids: [], isForced: [],
                    logProbabilities: [], ending: .length),
                random: request.seed[entry.sample].generator(),
                seen: decoder.sampling.repetitionPenalty == 1 ? [] : Set(request.prompt))
        }
        var parts: [(cache: KeyValueCache, rows: [Int])] = []
        if let cache { parts.append((cache, Array(rows.indices))) }
        parts.append((prefill, places))
        let newLogits = promptLogits.selecting(0, index(places))
        logits = logits.map { .concatenating([$0, newLogits], axis: 0) } ?? newLogits
        rows += newRows
        cache = .gathered(parts, capacity: capacity(of: rows))
    }

    /// Positions that `rows` may come to hold.
    private func capacity(of rows: [Row]) -> Int {
        let limit = model.configuration.contextLength
        let most = rows.reduce(1) { most, row in
            let request = requests[row.completion.request]
            return max(most, request.prompt.count + min(request.maximumCount, limit))
        }
        return min(most, limit)
    }

    /// Reads prompts side by side.
    /// - Returns: what they were read into, and the scores of what follows each, `[prompts, V]`.
    private func read(_ numbers: [Int]) -> (KeyValueCache, Tensor) {
        let prompts = numbers.map { requests[$0].prompt }
        let T = prompts.reduce(0) { max($0, $1.count) }
        var ids = [Int32](repeating: 0, count: prompts.count * T)
        for (row, prompt) in prompts.enumerated() {
            ids.replaceSubrange(row * T..<row * T + prompt.count, with: prompt)
        }
        let cache = KeyValueCache(
            model.configuration, rowCount: prompts.count, capacity: T,
            dtype: model.computeDType, device: model.device)
        let input = Tensor(ids, shape: [prompts.count, T], device: model.device).cast(to: .int64)
        let hidden = model.hidden(input, cache: cache)
        // Padding stands behind each prompt, where no earlier position sees it; the cache forgets it.
        cache.keep(prompts.map(\.count))
        let last = prompts.enumerated().map { $0 * T + $1.count - 1 }
        let ends = hidden.reshaped(prompts.count * T, -1).selecting(0, index(last))
        return (cache, model.logits(ends))
    }

    // MARK: Writing

    /// Draws or forces the next id of every row.
    private mutating func write(
        _ steer: (Int, Int, Int32) -> Steering, _ onFinish: (Completion) -> Void
    ) {
        guard let logits else { preconditionFailure("rows without scores") }
        let choices = chosen(logits)
        for (row, choice) in choices.enumerated() where !rows[row].isFinished {
            let isForced = !rows[row].forced.isEmpty
            if isForced { rows[row].forced.removeFirst() }
            rows[row].completion.ids.append(choice.id)
            rows[row].completion.isForced.append(isForced)
            rows[row].completion.logProbabilities.append(choice.logProbability)
            if decoder.sampling.repetitionPenalty != 1 { rows[row].seen.insert(choice.id) }
            let completion = rows[row].completion
            let request = requests[completion.request]
            var ending: Completion.Ending?
            if !isForced {
                switch steer(completion.request, completion.sample, choice.id) {
                case .go: break
                case .force(let ids): rows[row].forced = ids
                case .stop: ending = .caller
                }
                if decoder.stopIDs.contains(choice.id) { ending = .stopID }
            }
            if ending == nil {
                if completion.ids.count >= request.maximumCount {
                    ending = .length
                } else if request.prompt.count + completion.ids.count
                    >= model.configuration.contextLength
                {
                    ending = .context
                }
            }
            if let ending {
                rows[row].completion.ending = ending
                rows[row].isFinished = true
                finished[completion.request][completion.sample] = rows[row].completion
                onFinish(rows[row].completion)
            }
        }
    }

    /// The next id of each row and its ln p.
    private mutating func chosen(_ logits: Tensor) -> [(id: Int32, logProbability: Float)] {
        let V = logits.size(1)
        let logProbabilities = logits.logSoftmax(1)
        var ids = [Int32](repeating: 0, count: rows.count)
        if let count = decoder.sampling.candidateCount {
            // One more than asked for shows nothing; ties at the edge go by libtorch's order.
            let k = min(count, V)
            let (values, indices) = logProbabilities.topK(k)
            let (scores, names) = (values.scalars(Float.self), indices.scalars(Int64.self))
            for row in rows.indices {
                let candidates = (row * k..<(row + 1) * k).map {
                    Candidate(id: Int32(names[$0]), score: Double(scores[$0]))
                }
                ids[row] = decoder.sampling.draw(candidates, &rows[row].random)
            }
        } else {
            let scores = logits.scalars(Float.self)
            scores.withUnsafeBufferPointer { scores in
                for row in rows.indices {
                    let own = UnsafeBufferPointer(rebasing: scores[row * V..<(row + 1) * V])
                    ids[row] = decoder.sampling.draw(
                        decoder.sampling.penalized(own, seen: rows[row].seen), &rows[row].random)
                }
            }
        }
        for row in rows.indices { if let forced = rows[row].forced.first { ids[row] = forced } }
        let index = Tensor(
            ids.map { Int64($0) }, shape: [ids.count, 1], device: logits.device)
        let found = logProbabilities.gathered(1, index).reshaped(-1).scalars(Float.self)
        return Array(zip(ids, found)).map { (id: $0, logProbability: $1) }
    }

    /// Takes ended rows out once they are a quarter: each time costs a copy of the cache.
    private mutating func dropFinished() {
        let live = rows.indices.filter { !rows[$0].isFinished }
        guard live.count < rows.count else { return }
        if live.isEmpty {
            rows = []
            cache = nil
            logits = nil
        } else if live.count * 4 <= rows.count * 3 || !waiting.isEmpty {
            cache = cache.map {
                .gathered(
                    [($0, live)], capacity: capacity(of: live.map { rows[$0] }))
            }
            rows = live.map { rows[$0] }
        }
    }

    /// Reads what was just written, for the scores of what comes next.
    private mutating func read() {
        guard let cache, !rows.isEmpty else { return }
        // An ended row that is still here reads its last position again.
        let stays = zip(rows, cache.lengths).map { $0.isFinished ? $1 - 1 : $1 }
        cache.keep(stays)
        let ids = rows.map { $0.completion.ids.last ?? 0 }
        let input = Tensor(ids, shape: [rows.count, 1], device: model.device).cast(to: .int64)
        let hidden = model.hidden(input, cache: cache)
        logits = model.logits(hidden.reshaped(rows.count, -1))
    }

    private func index(_ places: [Int]) -> Tensor {
        Tensor(places.map { Int64($0) }, shape: [places.count], device: model.device)
    }
}
