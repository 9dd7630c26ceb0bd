public import Arguments
import Terminal

extension Shell: OptionValue {}

/// `retro completions`: the script by which a shell completes this program.
struct Completions: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the script that makes bash, zsh or fish complete this program.",
        examples: [
            Example("completions bash >> ~/.bash_completion", "bash"),
            Example(
                "completions zsh > _retro", "zsh, once the file is moved to a folder of $fpath"),
            Example(
                "completions fish > retro.fish",
                "fish, once the file is moved to ~/.config/fish/completions"),
        ])

    @Argument(help: ArgumentHelp("the shell: bash, zsh or fish", valueName: "SHELL"))
    var shell: Shell

    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        world.output.line(Retro.program.completions(for: shell))
        return .success
    }
}
