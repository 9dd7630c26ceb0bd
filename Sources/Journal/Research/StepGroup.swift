/// What was sampled at one step, as the group `/step_000100`.
enum StepGroup {
    /// Whether `record` has anything for it.
    static func isSampled(_ record: StepRecord) -> Bool {
        record.tokens != nil || !record.layers.isEmpty || !record.rollouts.isEmpty
    }

    static func write(_ record: StepRecord, to root: borrowing HDF5Group) throws(JournalError) {
        if let loss = record[Metric.loss] { try root.write(loss, as: "loss") }
        let metadata = try root.create("metadata")
        try metadata.set("step", Int64(record.step))
        var named: Set<String> = ["step"]
        for (name, value) in record.scalars where named.insert(name).inserted {
            try metadata.set(name, value)
        }
        if let tokens = record.tokens {
            let shape = [tokens.rowCount, tokens.columnCount]
            try root.write(tokens.losses, as: "per_token_losses", shape: shape)
            try root.write(tokens.predictions, as: "per_token_predictions", shape: shape)
            try root.write(tokens.targets, as: "per_token_targets", shape: shape)
        }
        if !record.rollouts.isEmpty {
            try write(record.rollouts, to: try root.create("rollouts"))
        }
        for layer in record.layers {
            // `attention.query` becomes two levels; parts outside the blocks stand on their own.
            let place = layer.layer < 0 ? "" : "layer_\(layer.layer)/"
            let part = layer.part.split(separator: ".").joined(separator: "/")
            let group = try root.create("\(layer.kind.rawValue)/\(place)\(part)")
            for (name, value) in layer.statistics { try group.write(value, as: name) }
            guard !layer.histogram.isEmpty else { continue }
            try group.write(layer.histogram, as: "histogram")
            try group.set("histogram_lower", layer.histogramRange.lower)
            try group.set("histogram_width", layer.histogramRange.width)
        }
    }

    /// Columns, one entry a text.
    private static func write(
        _ rollouts: [RolloutRecord], to group: borrowing HDF5Group
    ) throws(JournalError) {
        try group.write(rollouts.map { Int64($0.question) }, as: "question")
        try group.write(rollouts.map(\.reward), as: "reward")
        try group.write(rollouts.map(\.advantage), as: "advantage")
        try group.write(rollouts.map(\.length), as: "length")
        try group.write(rollouts.map { Int32($0.isFinished ? 1 : 0) }, as: "finished")
        try group.write(rollouts.map(\.reading), as: "reading")
        try group.write(rollouts.map(\.prompt), as: "prompt")
        try group.write(rollouts.map(\.text), as: "text")
    }

    private static func rollouts(
        in group: borrowing HDF5Group
    ) throws(JournalError) -> [RolloutRecord] {
        let questions: [Int64] = try group.read("question").values
        let rewards: [Float] = try group.read("reward").values
        let advantages: [Float] = try group.read("advantage").values
        let lengths: [Int32] = try group.read("length").values
        let finished: [Int32] = try group.read("finished").values
        let (readings, prompts, texts) = (
            try group.texts("reading"), try group.texts("prompt"), try group.texts("text")
        )
        let counts = [
            rewards.count, advantages.count, lengths.count, finished.count, readings.count,
            prompts.count, texts.count,
        ]
        guard counts.allSatisfy({ $0 == questions.count }) else {
            throw .corrupt(path: group.path, detail: "columns of rollouts differ in length")
        }
        return questions.indices.map {
            RolloutRecord(
                question: Int(questions[$0]), reading: readings[$0], prompt: prompts[$0],
                text: texts[$0], reward: rewards[$0], advantage: advantages[$0],
                length: lengths[$0], isFinished: finished[$0] == 1)
        }
    }

    /// Reads what `write` wrote; `layers` come in the order of their names.
    static func read(_ step: Int, from root: borrowing HDF5Group) throws(JournalError) -> StepRecord
    {
        var record = StepRecord(step: step)
        record.scalars = try root.open("metadata").numbers().filter { $0.name != "step" }
        if root.contains("per_token_losses") {
            let losses: HDF5Array<Float> = try root.read("per_token_losses")
            let predictions: HDF5Array<Int32> = try root.read("per_token_predictions")
            let targets: HDF5Array<Int32> = try root.read("per_token_targets")
            guard losses.shape.count == 2, predictions.shape == losses.shape,
                targets.shape == losses.shape
            else { throw .corrupt(path: root.path, detail: "per-token tables differ in shape") }
            record.tokens = TokenRecord(
                rowCount: losses.shape[0], columnCount: losses.shape[1], losses: losses.values,
                predictions: predictions.values, targets: targets.values)
        }
        record.layers = try layers(in: root, withHistograms: true)
        if root.contains("rollouts") {
            record.rollouts = try rollouts(in: try root.open("rollouts"))
        }
        return record
    }

    /// The layer statistics alone.
    static func layers(
        in root: borrowing HDF5Group, withHistograms: Bool
    ) throws(JournalError) -> [LayerRecord] {
        var layers: [LayerRecord] = []
        for kind in LayerRecord.Kind.allCases where root.contains(kind.rawValue) {
            let group = try root.open(kind.rawValue)
            var found: [LayerRecord] = []
            for name in try group.names() {
                let inside = try group.open(name)
                if name.hasPrefix("layer_"), let layer = Int(name.dropFirst("layer_".count)) {
                    try collect(inside, kind, layer, "", withHistograms, into: &found)
                } else {
                    try collect(inside, kind, -1, name, withHistograms, into: &found)
                }
            }
            // By number, not by name: 10 comes after 9.
            layers += found.enumerated()
                .sorted { ($0.element.layer, $0.offset) < ($1.element.layer, $1.offset) }
                .map(\.element)
        }
        return layers
    }

    private static func collect(
        _ group: borrowing HDF5Group, _ kind: LayerRecord.Kind, _ layer: Int, _ part: String,
        _ withHistograms: Bool, into layers: inout [LayerRecord]
    ) throws(JournalError) {
        var record = LayerRecord(kind: kind, layer: layer, part: part, statistics: [])
        var isPart = false
        for name in try group.names() {
            if group.isGroup(name) {
                let inner = part.isEmpty ? name : part + "." + name
                try collect(
                    try group.open(name), kind, layer, inner, withHistograms, into: &layers)
            } else if name == "histogram" {
                isPart = true
                guard withHistograms else { continue }
                record.histogram = try group.read(name).values
                for (name, value) in try group.numbers() {
                    if name == "histogram_lower" { record.histogramRange.lower = Float(value) }
                    if name == "histogram_width" { record.histogramRange.width = Float(value) }
                }
            } else if let value = try group.read(name, as: Float.self).values.first {
                isPart = true
                record.statistics.append((name, value))
            }
        }
        if isPart { layers.append(record) }
    }
}
