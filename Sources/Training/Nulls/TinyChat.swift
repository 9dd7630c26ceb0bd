internal import Corpus
internal import Language
internal import Models
internal import Provenance
internal import Runs
internal import Tensors

/// A fine-tuning run small enough to repeat at every check: made-up words to spell and letters to count, with
/// calls of the calculator.
struct TinyChat {
    /// Which way the model reads.
    var direction = Direction.forward
    /// What is done to the conversations after planning.
    var control = ChatStream.Control.none
    /// Rows of a batch.
    var rowCount = 4
    /// Root of every random stream.
    let seed = Seed(2025)

    static let columnCount = 256
    static let stepCount = 4

    let tokenizer: Tokenizer
    private let mixture: Mixture

    init() throws(TrainingError) {
        do { tokenizer = try Tokenizer(merges: []) } catch {
            preconditionFailure("a tokenizer of bytes needs no merges: \(error)")
        }
        let words = WordList.generated(count: 50, seed: Seed(3))
        mixture = Mixture(
            [
                Mixture.Part(SimpleSpelling(count: 20, words: words, seed: Seed(4))),
                Mixture.Part(
                    SpellingBee(count: 12, split: .train, words: words, seed: Seed(5))),
            ], seed: Seed(6))
    }

    func trainer() throws(TrainingError) -> Trainer {
        let configuration: ModelConfiguration
        do {
            configuration = try ModelConfiguration(
                contextLength: Self.columnCount, vocabularySize: tokenizer.vocabularySize,
                layerCount: 2, headCount: 2, width: 64)
        } catch {
            throw .settings(error)
        }
        let model = GPT(configuration, seed: seed["model/init"])
        var schedule = LearningRateSchedule(stepCount: Self.stepCount, warmdownRatio: 1)
        schedule.momentumWarmupSteps = 0
        return Trainer(
            model: model, optimizer: Optimizer(model, OptimizerSettings()), schedule: schedule)
    }

    func stream() throws(TrainingError) -> ChatStream {
        do {
            return try ChatStream(
                mixture, tokenizer: tokenizer,
                layout: ChatLayout(
                    rowCount: rowCount, columnCount: Self.columnCount, direction: direction),
                seed: seed["corpus"], control: control)
        } catch {
            throw .batches(error)
        }
    }

    /// Ids of the results of all calls of an epoch, with their delimiters, as far as rows hold them.
    func resultIDs() throws(TrainingError) -> [Int32] {
        let renderer = ConversationRenderer(tokenizer: tokenizer)
        var ids: [Int32] = []
        let order = mixture.order(epoch: 0)
        for position in 0..<mixture.count {
            let conversation: Conversation
            do throws(SourceError) {
                conversation = try mixture.conversation(of: order.entry(at: position))
            } catch {
                throw .batches(.source(error))
            }
            let encoded = renderer.encode(conversation)
                .fitted(to: Self.columnCount, marker: true, keeping: .beginning)
            for part in encoded.turns.flatMap(\.parts) where part.kind == .pythonOutput {
                ids += [tokenizer.id(of: .outputStart), tokenizer.id(of: .outputEnd)] + part.ids
            }
        }
        return ids
    }
}
