public import Corpus
public import Journal
public import Models
public import Provenance
public import Tensors

/// Why a run cannot begin, go on, or be resumed.
public enum TrainingError: Error, CustomStringConvertible {
    /// Settings that contradict each other.
    case impossibleSetting(String, remedy: String)
    /// A `config.json` that is not one.
    case unreadableSettings(JSONFault)
    /// The loss or the gradient is no longer a number.
    case diverged(step: Int, what: String)
    /// A checkpoint that is not whole.
    case damagedCheckpoint(path: String, String)
    /// A checkpoint of another tokenizer, direction or shape.
    case foreignCheckpoint(path: String, String)
    /// Rows could not be made.
    case batches(BatchError)
    /// The corpus could not be read.
    case corpus(ShardError)
    /// The weights do not fit.
    case model(ModelError)
    /// A tensor file is not sound.
    case tensors(Safetensors.Fault)
    /// The record could not be written.
    case journal(JournalError)
    /// A task could not be tried.
    case evaluation(String)
    /// A file could not be read or written.
    case file(FileError)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .impossibleSetting(let what, let remedy): "\(what); \(remedy)."
        case .unreadableSettings(let fault): fault.description
        case .diverged(let step, let what):
            "training diverged at step \(step): \(what). The last checkpoint is intact; resume from "
                + "it with smaller learning rates or a smaller --grad-clip."
        case .damagedCheckpoint(let path, let what):
            "the checkpoint '\(path)' is damaged: \(what). Name an earlier one by --resume-from-step."
        case .foreignCheckpoint(let path, let what):
            "the checkpoint '\(path)' does not belong to this run: \(what)."
        case .batches(let error): "\(error)"
        case .corpus(let error): "\(error)"
        case .model(let error): "\(error)"
        case .tensors(let error): "\(error)"
        case .journal(let error): "\(error)"
        case .evaluation(let sentence): sentence
        case .file(let error): "\(error)"
        }
    }
}
