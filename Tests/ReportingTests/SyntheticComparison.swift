import Foundation
import Language
import Provenance
import Reporting

/// Comparisons made of plausible numbers, with known truth.
enum SyntheticComparison {
    static let documentCount = 120
    static let rowLength = 256

    static func windows(seed: Seed = Seed(1)) -> MatchedWindows {
        var random = seed["windows"].generator()
        var documents: [Int] = []
        var tokens: [Int] = []
        for document in 0..<documentCount {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                documents.append(document * 17)
                tokens.append(Int.random(in: 40...255, using: &random))
            }
        }
        return MatchedWindows(
            name: "English text, 120 documents", hash: ContentHash(of: Data("windows".utf8)),
            rowLength: rowLength, documents: documents, tokenCounts: tokens,
            byteCounts: tokens.map { Int(Double($0) * 4.2) })
    }

    /// `gap`: how much worse backward is, nats per token.
    static func input(seeds: [UInt64] = [42], gap: Double = 0.021) -> ComparisonInput {
        let windows = windows()
        var runs: [ComparedRun] = []
        for seed in seeds {
            for direction in Direction.allCases {
                runs.append(run(direction, seed: seed, windows: windows, gap: gap))
            }
        }
        return ComparisonInput(
            title: "Forward, backward and bidirectional d4", validation: windows, runs: runs,
            commands: [
                "./retro quickstart --output out",
                "./retro analyze compare --experiments 'base_*_d4'",
            ])
    }

    static func run(
        _ direction: Direction, seed: UInt64, windows: MatchedWindows, gap: Double
    ) -> ComparedRun {
        let root = Seed(seed)[direction.rawValue]
        let shift = normal(root["shift"], 1)[0] * 0.002
        let own: Double =
            switch direction {
            case .forward: 0
            case .backward: gap
            case .bidirectional: gap / 2
            }
        let steps = Array(stride(from: 0, to: 1500, by: 1))
        let shared = normal(Seed(seed)["batches"], steps.count)
        let noise = normal(root["noise"], steps.count)
        let losses = steps.map { step -> Double in
            let fast: Double = 5 * exp(-Double(step) / 60)
            let slow: Double = 1.3 * exp(-Double(step) / 500)
            let scatter: Double = 0.08 * shared[step] + 0.012 * noise[step]
            return 4.1 + own + fast + slow + scatter
        }
        let difficulty = normal(Seed(9)["difficulty"], windows.count)
        var scores: [ReadingScores] = []
        for reading in Reading.allCases {
            let isNative = direction.readings.contains(reading)
            let penalty =
                isNative
                ? (reading == .backward ? gap : 0) + (direction == .bidirectional ? 0.06 : 0) : 3.1
            let jitter = normal(root[reading.rawValue], windows.count)
            let tokens = windows.tokenCounts.indices.map { window -> [Float] in
                let count = windows.tokenCounts[window]
                let noise = normal(root[reading.rawValue][window], count)
                let base = 4.05 + shift + 0.3 * difficulty[window] + 0.04 * jitter[window]
                return (0..<count).map { index -> Float in
                    let context = Double(reading.position(of: index, count: count))
                    let start = 3.2 / (context + 1) + 0.6 * exp(-context / 40) - 0.15
                    let arrow = penalty * (isNative ? 1.5 * context / (context + 40) : 1)
                    return Float(base + start + arrow + 0.2 * noise[index])
                }
            }
            scores.append(ReadingScores(reading: reading, tokenNats: tokens))
        }
        var layers: [GradientNorms] = []
        for layer in 0..<4 {
            for part in ["attention.query", "mlp.expand"] {
                let noise = normal(root["gradient"][layer], 16)
                let norms = (0..<16).map { index -> Double in
                    let fall: Double = 0.2 + exp(-Double(index) / 3)
                    return 0.3 / Double(layer + 1) * fall * exp(0.2 * noise[index])
                }
                layers.append(
                    GradientNorms(
                        layer: layer, part: part, steps: Array(stride(from: 0, to: 1600, by: 100)),
                        norms: norms))
            }
        }
        return ComparedRun(
            name: "base_\(direction.rawValue)_d4_s\(seed)", direction: direction, seed: seed,
            manifestHash: ContentHash(of: Data("\(direction)\(seed)".utf8)),
            settings: RunSettings(
                depth: 4, width: 256, parameterCount: 7_340_032, trainingTokens: 12_288_000,
                flopsPerToken: 4.4e7, steps: 1500, rowLength: rowLength, dtype: "bfloat16",
                tokenizerHash: ContentHash(of: Data("tokenizer".utf8)), vocabularySize: 8192,
                dataFingerprints: ["text-en/000.parquet 5f0c…"]),
            training: [
                LearningCurve(
                    reading: nil, steps: steps, tokens: steps.map { ($0 + 1) * 8192 },
                    lossNats: losses)
            ],
            validationHistory: direction.readings.map { reading in
                ValidationCurve(
                    reading: reading, steps: [250, 500, 750, 1000, 1250, 1500],
                    tokens: [250, 500, 750, 1000, 1250, 1500].map { $0 * 8192 },
                    bitsPerByte: [5.1, 4.8, 4.55, 4.4, 4.3, 4.25].map { (loss: Double) -> Double in
                        let marker: Double = direction == .bidirectional ? 0.06 : 0
                        return (loss + (reading == .backward ? gap : 0) + marker) / 2.9
                    })
            },
            positions: PositionProfile(
                lossByColumn: (0..<rowLength).map { column -> Double in
                    column == 0 ? .nan : 4.1 + own + 2.8 / Double(column + 1)
                }, recordCount: 20),
            gradientNorms: layers, scores: scores,
            samples: direction.readings.map { reading in
                TextSample(
                    reading: reading, prompt: reading == .forward ? "Once upon a time" : "the end.",
                    text: reading == .forward
                        ? " there was a girl who lost her key."
                        : "and then they all went home until ",
                    isComplete: true)
            })
    }

    /// Standard normal draws by the Box–Muller transform.
    static func normal(_ seed: Seed, _ count: Int) -> [Double] {
        var random = seed.generator()
        return (0..<count).map { _ -> Double in
            let radius: Double = (-2 * log(1 - random.uniform())).squareRoot()
            return radius * cos(2 * Double.pi * random.uniform())
        }
    }
}
