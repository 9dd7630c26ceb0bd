import Arguments
import Faults
import Foundation
import Provenance
import Tensors
import Terminal

/// The program's entry: reads the world, finds the command, runs it, and says how it went.
@main
enum Retro {
    /// All verbs, in the order of help.
    static let program: Program<World> = Program(
        name: "retro",
        summary: "language models that read forward, backward, or both ways",
        environmentPrefix: "RETRO_",
        launcherFlags: ["--yes"],
        commands: [
            Command(Quickstart.self), DataCommands.all, TokenizerCommands.all,
            Command(BaseTrain.self), Command(BaseEval.self), Command(MidTrain.self),
            Command(ChatSFT.self), Command(ChatRL.self), Command(ChatEval.self),
            Command(Generate.self), Command(Chat.self),
            Command(RunExperiment.self), Command(Sweep.self), Command(RunStudy.self),
            Command(Track.self), ExperimentsCommands.all, AnalyzeCommands.all,
            Command(Validate.self), BenchCommands.all, Command(Doctor.self),
            Command(Completions.self),
        ])

    /// Variables that set no option: those of the launcher, and the limit of the kernels.
    static let ownVariables: Set = ["RETRO_PYTHON", "RETRO_WHEELS", kernelsVariable]

    /// Names the level of instructions that the CPU's kernels are held to; to compare, and to look for faults.
    static let kernelsVariable = "RETRO_KERNELS"

    static func main() {
        // A program we talk to that dies must not take us with it; a write then fails instead.
        signal(SIGPIPE, SIG_IGN)
        FaultRecord.install(
            program: "retro", folder: FileManager.default.temporaryDirectory.path,
            commandLine: CommandLine.arguments)
        exit(run(.current()).rawValue)
    }

    static func run(_ world: World) -> ExitCode {
        do {
            let request = try program.request(
                world.arguments, environment: world.environment,
                readFile: { try settings(in: $0, world) })
            switch request {
            case .help(let text):
                world.output.line(text)
                return .success
            case .version:
                world.output.line(Version.line)
                return .success
            case .run(let command, let path):
                FaultRecord.begin(path.joined(separator: " "))
                warnOfStrangeVariables(world)
                try limitKernels(world)
                return try command(world)
            }
        } catch let error as UsageError {
            complain(error.description, world)
            return .usage
        } catch CommandError.invalid(let sentence) {
            complain(sentence, world)
            return .usage
        } catch {
            complain(sentence(for: error), world)
            return .failure
        }
    }

    /// Does what another command line asks for, within this one; only its own words count, and what
    /// overrides them.
    static func perform(_ words: [String], in world: World) throws -> ExitCode {
        let request = try program.request(
            words, environment: world.environment.filter { $0.key == program.overridesVariable },
            readFile: { try settings(in: $0, world) })
        guard case .run(let command, let path) = request else {
            preconditionFailure("\(words.joined(separator: " ")) asks for nothing")
        }
        FaultRecord.begin(path.joined(separator: " "))
        return try command(world)
    }

    /// Holds the kernels to the level that the environment names.
    private static func limitKernels(_ world: World) throws {
        guard let name = world.environment[kernelsVariable], !name.isEmpty else { return }
        guard let level = KernelSupport.Level(named: name), KernelSupport.levels.contains(level)
        else {
            throw CommandError.invalid(
                "\(kernelsVariable) is '\(name)'; this machine has "
                    + KernelSupport.levels.map(\.name).joined(separator: ", ") + ".")
        }
        KernelSupport.limit(to: level)
    }

    /// The text of a settings file, or the reason why there is none.
    private static func settings(in path: String, _ world: World) throws -> Data {
        do { return try TextFile.data(at: world.resolved(Path(path))) } catch {
            throw CommandError.missing(FileError.reason(of: error) + ".")
        }
    }

    private static func complain(_ sentence: String, _ world: World) {
        world.errors.line(world.errors.styled("retro:", .red) + " " + sentence)
    }

    private static func warnOfStrangeVariables(_ world: World) {
        let strange = program.unknownVariables(world.environment, known: ownVariables)
        for (name, nearest) in strange {
            let hint = nearest.map { "; did you mean \($0)?" } ?? "."
            world.errors.line(
                world.errors.styled("retro:", .yellow) + " \(name) sets no option\(hint)")
        }
    }

    /// Our own errors describe themselves. Others should not get here; what they say would name types, or nothing.
    private static func sentence(for error: any Error) -> String {
        if error is DecodingError || error is EncodingError {
            return "a file cannot be used: \(JSONFault.words(for: error))."
        }
        let isForeign = error is CocoaError || error is POSIXError
        let text = "\(error)"
        return isForeign || text.hasPrefix("Error Domain=")
            ? "the system refused: \(FileError.reason(of: error))." : text
    }
}
