import Journal

/// Records with recognisable numbers in every field.
struct Records {
    var T = 8
    var B = 2

    /// Step `step`: scalars always, positions every 2, samples every 5.
    func step(_ step: Int) -> StepRecord {
        var record = StepRecord(step: step)
        record.scalars = [("loss", loss(step)), ("lr", 0.02)]
        if step % 7 == 3 { record.scalars.append(("val_bpb", Double(step) / 3)) }
        if step % 2 == 0 { record.positions = positions(step) }
        if step % 5 == 0 {
            record.tokens = tokens(step)
            record.layers = layers(step)
            record.rollouts = rollouts(step)
        }
        return record
    }

    func loss(_ step: Int) -> Double { step == 4 ? .nan : 5 / Double(step + 1) }

    func positions(_ step: Int) -> PositionRecord {
        func values(_ offset: Float) -> [Float] {
            (0..<T).map { Float(step) + offset + Float($0) / 16 }
        }
        return PositionRecord(
            lossMean: values(0), lossStandardDeviation: values(0.25), accuracy: values(0.5),
            lossByContext: values(0.75))
    }

    func tokens(_ step: Int) -> TokenRecord {
        TokenRecord(
            rowCount: B, columnCount: T, losses: (0..<(B * T)).map { Float($0) + Float(step) },
            predictions: (0..<(B * T)).map { Int32($0 * 3 + step) },
            targets: (0..<(B * T)).map { Int32($0 % 4 == 0 ? -1 : $0) })
    }

    /// Texts of every kind: empty, of several lines, not ASCII.
    func rollouts(_ step: Int) -> [RolloutRecord] {
        ["", "4", "two\nlines", "naïve 日本 🙂"].enumerated().map { index, text in
            RolloutRecord(
                question: step * 10 + index, reading: index % 2 == 0 ? "forward" : "backward",
                prompt: "What is \(step)?", text: text, reward: Float(index) / 2,
                advantage: Float(step) - 0.5, length: Int32(index), isFinished: index != 2)
        }
    }

    func layers(_ step: Int) -> [LayerRecord] {
        var layers: [LayerRecord] = []
        for kind in LayerRecord.Kind.allCases {
            for (layer, part) in [
                (-1, "embedding"), (0, "attention.query"), (0, "mlp"), (10, "mlp"),
            ] {
                layers.append(
                    LayerRecord(
                        kind: kind, layer: layer, part: part,
                        statistics: [("mean", -0.5), ("norm", Float(step + layer))],
                        histogramRange: (-1, 0.5), histogram: [1, 2, Int32(step)]))
            }
        }
        return layers
    }

    func evaluation(_ step: Int) -> EvaluationRecord {
        let count = 6
        func scores(_ reading: String, _ offset: Float) -> EvaluationRecord.Scores {
            EvaluationRecord.Scores(
                reading: reading, nlls: (0..<count).map { Float($0) + offset },
                predictions: (0..<count).map { Int32($0 + step) },
                ranks: (0..<count).map { Int32($0 % 3) },
                contextLengths: reading == "forward" ? [0, 1, 2, 3, 0, 1] : [3, 2, 1, 0, 1, 0])
        }
        return EvaluationRecord(
            step: step,
            windows: .init(documents: [4, 9], starts: [0, 12], counts: [4, 2]),
            tokens: .init(
                ids: [5, 6, 7, 8, 9, 10], documents: [4, 4, 4, 4, 9, 9],
                positions: [0, 1, 2, 3, 12, 13], byteOffsets: [0, 3, 4, 9, 50, 51],
                byteCounts: [3, 1, 5, 2, 1, 0]),
            scores: [scores("backward", 0.5), scores("forward", 0)],
            summary: ["val_bpb_forward": 1.5, "gap_nats": -0.25])
    }

    /// Records `steps` into the log at `path`.
    func write(
        _ steps: Range<Int>, to path: String, segment: Int = 4, finish: Bool = true
    ) throws {
        let log = try ResearchLog(
            path: path, resumingAt: steps.lowerBound, attributes: ["run": "test"],
            segmentStepCount: segment)
        for step in steps { try log.record(self.step(step)) }
        if finish { try log.finish() } else { try log.sync() }
    }
}
