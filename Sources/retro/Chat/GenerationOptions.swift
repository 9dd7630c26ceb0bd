import Arguments
import Evaluation
import Models

/// The options that say how text is drawn, shared by `generate` and `chat`.
enum GenerationOptions {
    static let topP = Option(
        "top-p", default: 1.0, "draw among the fewest tokens that hold this much probability")
    static let minP = Option(
        "min-p", default: 0.0, "draw among tokens this likely, as a share of the likeliest one")
    static let repetitionPenalty = Option(
        "repetition-penalty", default: 1.0,
        "how much tokens lose that were there before; 1 for none")
    static let stop = Option<[String]>(
        "stop", default: [], placeholder: "TEXT…", "texts at which writing stops")
    static let seed = Option<UInt64?>(
        "seed", default: nil, "root of the draws; by default another every time, and told")

    /// The settings that the options describe.
    static func settings(
        _ options: Options, temperature: Double, topK: Int, maximumCount: Int
    ) throws -> GenerationSettings {
        guard maximumCount > 0 else {
            throw CommandError.invalid("--max-new-tokens must be at least 1.")
        }
        var sampling = Sampling(temperature: temperature, topK: topK > 0 ? topK : nil)
        sampling.topP = options[topP]
        sampling.minP = options[minP]
        sampling.repetitionPenalty = options[repetitionPenalty]
        if let fault = sampling.fault { throw CommandError.invalid("\(fault).") }
        var settings = GenerationSettings(sampling: sampling, maximumCount: maximumCount)
        settings.stopStrings = options[stop]
        return settings
    }
}
