import Arguments
import Evaluation
import Models

/// The options that say how text is drawn, shared by `generate` and `chat`.
struct GenerationOptions: ParsableArguments {
    @Option(help: "draw among the fewest tokens that hold this much probability")
    var topP = 1.0

    @Option(help: "draw among tokens this likely, as a share of the likeliest one")
    var minP = 0.0

    @Option(help: "how much tokens lose that were there before; 1 for none")
    var repetitionPenalty = 1.0

    @Option(help: ArgumentHelp("texts at which writing stops", valueName: "TEXT…"))
    var stop: [String] = []

    @Option(help: "root of the draws; by default another every time, and told")
    var seed: UInt64?

    /// The settings that the options describe.
    func settings(
        temperature: Double, topK: Int, maximumCount: Int
    ) throws -> GenerationSettings {
        guard maximumCount > 0 else {
            throw CommandError.invalid("--max-new-tokens must be at least 1.")
        }
        var sampling = Sampling(temperature: temperature, topK: topK > 0 ? topK : nil)
        sampling.topP = topP
        sampling.minP = minP
        sampling.repetitionPenalty = repetitionPenalty
        if let fault = sampling.fault { throw CommandError.invalid("\(fault).") }
        var settings = GenerationSettings(sampling: sampling, maximumCount: maximumCount)
        settings.stopStrings = stop
        return settings
    }
}
