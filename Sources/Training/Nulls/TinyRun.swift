internal import Corpus
internal import Language
internal import Models
internal import Provenance
internal import Runs
internal import Tensors

/// A training run small enough to repeat at every check: bytes of built-in stories, two layers.
struct TinyRun {
    /// Which way the model reads.
    var direction = Direction.forward
    /// What is done to the corpus after planning.
    var control = BatchControl.none
    /// Root of every random stream.
    var seed = Seed(2024)
    /// dtype of activations.
    var dtype = DType.float32

    /// What may be done to every window after the rows are planned.
    enum BatchControl {
        case none
        case mirrored
        case missingFirstTargets
    }

    /// Rows of a batch.
    var rowCount = 4

    static let columnCount = 48
    static let stepCount = 6

    let tokenizer: Tokenizer
    let documents: TokenList

    init() throws(TrainingError) {
        do { tokenizer = try Tokenizer(merges: []) } catch {
            preconditionFailure("a tokenizer of bytes needs no merges: \(error)")
        }
        let stories = StoryCorpus(seed: Seed(1)["nulls"], count: 24)
        documents = TokenList(
            (0..<stories.count).map { [tokenizer] in tokenizer.encode(utf8: stories.utf8($0)) },
            documentsPerBlock: 8)
    }

    /// The shape: small, with a head width that the fused kernels take.
    func configuration() throws(TrainingError) -> ModelConfiguration {
        do {
            return try ModelConfiguration(
                contextLength: Self.columnCount, vocabularySize: tokenizer.vocabularySize,
                layerCount: 2, headCount: 2, width: 64)
        } catch {
            throw .settings(error)
        }
    }

    func trainer() throws(TrainingError) -> Trainer {
        let model = GPT(try configuration(), seed: seed["model/init"], computeDType: dtype)
        return Trainer(
            model: model, optimizer: Optimizer(model, OptimizerSettings()),
            schedule: LearningRateSchedule(stepCount: Self.stepCount))
    }

    func batches(from cursor: Cursor = .start) throws(TrainingError) -> BatchStream<TokenList> {
        do {
            return try BatchStream(
                documents, vocabulary: Vocabulary(tokenizer),
                layout: BatchLayout(
                    rowCount: rowCount, columnCount: Self.columnCount, direction: direction),
                seed: seed["corpus"], from: cursor,
                control: streamControl)
        } catch {
            throw .batches(error)
        }
    }

    private var streamControl: BatchStream<TokenList>.Control {
        switch control {
        case .none: .none
        case .mirrored: .mirrored
        case .missingFirstTargets: .missingFirstTargets
        }
    }

    /// Loss of each of `steps` on from where `trainer` and `stream` are.
    static func losses(
        of trainer: Trainer, _ stream: inout some BatchSource, steps: Int
    ) throws(TrainingError) -> [Double] {
        var losses: [Double] = []
        for _ in 0..<steps {
            let batch: Batch
            do { batch = try stream.next() } catch { throw .batches(error) }
            losses.append(try trainer.step([batch]).loss)
        }
        return losses
    }
}
