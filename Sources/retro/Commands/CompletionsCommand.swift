import Arguments
import Terminal

/// `retro completions`: the script by which a shell completes this program.
enum CompletionsCommand {
    static let command: Command<World> = Command(
        "completions", "Print the script that makes bash, zsh or fish complete this program.",
        examples: [
            Example("completions bash > ~/.local/share/bash-completion/completions/retro", "bash"),
            Example("completions zsh > ~/.zfunc/_retro", "zsh, with ~/.zfunc in $fpath"),
            Example("completions fish > ~/.config/fish/completions/retro.fish", "fish"),
        ],
        positionals: Positionals(
            "SHELL", minimum: 1, maximum: 1, choices: Shell.allCases.map(\.rawValue)),
        options: []
    ) { world, options in
        for name in options.positionals {
            guard let shell = Shell(rawValue: name) else { continue }
            world.output.line(Retro.program.completions(for: shell))
        }
        return .success
    }
}
