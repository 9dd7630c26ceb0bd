/// A shell that completes command lines.
public enum Shell: String, CaseIterable, Sendable {
    /// GNU bash, also the 3.2 of macOS.
    case bash
    /// The Z shell.
    case zsh
    /// fish, 3.1 or newer.
    case fish
}

extension Program {
    /// The script by which a shell completes verbs, options, choices and files.
    public func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions()
        case .zsh: zshCompletions()
        case .fish: fishCompletions()
        }
    }

    /// Every verb with those above it, in the order of help.
    private var nodes: [(path: [String], command: Command<Context>)] {
        func below(
            _ commands: [Command<Context>], _ path: [String]
        ) -> [(path: [String], command: Command<Context>)] {
            commands.flatMap { [(path + [$0.name], $0)] + below($0.subcommands, path + [$0.name]) }
        }
        return below(commands, [])
    }

    private func allRows(_ command: Command<Context>) -> [OptionRow] {
        command.subcommands.isEmpty ? command.shownRows + [Self.config] : []
    }

    private func words(_ command: Command<Context>) -> [String] {
        command.subcommands.map(\.name) + command.positionals.choices
    }

    // MARK: bash

    private func bashCompletions() -> String {
        let known = nodes.map { "\"\($0.path.joined(separator: " "))\"" }.joined(separator: " | ")
        var cases = ["        \"\") words=\"\(commands.map(\.name).joined(separator: " "))\" ;;"]
        var values: [String] = []
        for (path, command) in nodes {
            let key = path.joined(separator: " ")
            let names = allRows(command).map { "--\($0.name)" } + ["--help"]
            let all = (words(command) + names).joined(separator: " ")
            cases.append("        \"\(key)\") words=\"\(all)\" ;;")
            for row in allRows(command) where row.arity != .flag {
                let pattern = "        \"\(key) --\(row.name)\")"
                if !row.choices.isEmpty {
                    values.append("\(pattern) words=\"\(row.choices.joined(separator: " "))\" ;;")
                } else if row.namesFiles {
                    values.append("\(pattern) files=true ;;")
                } else {
                    values.append("\(pattern) words=\"\" ;;")
                }
            }
        }
        return """
            # bash completion of \(name); put it where bash-completion looks, or `source` it.
            _\(name)() {
                local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
                local path="" next words="" files=false i
                # bash cuts words at `=`.
                if [[ "$word" == "=" ]]; then
                    word=""
                elif [[ "$before" == "=" ]]; then
                    before="${COMP_WORDS[COMP_CWORD-2]}"
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    next="${path:+$path }${COMP_WORDS[i]}"
                    case "$next" in
                        \(known)) path="$next" ;;
                        *) break ;;
                    esac
                done
                case "$path" in
            \(cases.joined(separator: "\n"))
                esac
                case "$path $before" in
            \(values.joined(separator: "\n"))
                esac
                if $files; then
                    compopt -o filenames 2>/dev/null
                    COMPREPLY=($(compgen -f -- "$word"))
                else
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                fi
            }
            complete -F _\(name) \(name) ./\(name)
            """
    }

    // MARK: zsh

    private func zshCompletions() -> String {
        var cases = ["        '') _values command \(described(commands)) ;;"]
        for (path, command) in nodes {
            let key = path.joined(separator: " ")
            guard command.subcommands.isEmpty else {
                cases.append(
                    "        '\(key)') _values command \(described(command.subcommands)) ;;")
                continue
            }
            var specs = allRows(command).map(zshSpecification) + ["'--help[show help]'"]
            if !command.positionals.choices.isEmpty {
                let choices = command.positionals.choices.joined(separator: " ")
                specs.append("'*:\(command.positionals.placeholder):(\(choices))'")
            }
            let lines = specs.joined(separator: " \\\n                ")
            cases.append("        '\(key)') _arguments \\\n                \(lines) ;;")
        }
        let known = nodes.map { "'\($0.path.joined(separator: " "))'" }.joined(separator: " | ")
        return """
            #compdef \(name)
            # zsh completion of \(name); save it as _\(name) in a folder of $fpath.
            _\(name)() {
                local path_='' next_ i
                for ((i = 2; i < CURRENT; i++)); do
                    next_="${path_:+$path_ }${words[i]}"
                    case "$next_" in
                        \(known)) path_="$next_" ;;
                        *) break ;;
                    esac
                done
                # _arguments counts from the verb.
                local -a verbs_=(${=path_})
                (( ${#verbs_} > 0 )) && { shift ${#verbs_} words; (( CURRENT -= ${#verbs_} )) }
                case "$path_" in
            \(cases.joined(separator: "\n"))
                esac
            }
            if [[ "$funcstack[1]" == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi
            """
    }

    private func described(_ commands: [Command<Context>]) -> String {
        commands.map { "'\($0.name)[\(zshText($0.configuration.abstract))]'" }.joined(
            separator: " ")
    }

    private func zshSpecification(_ row: OptionRow) -> String {
        let text = "[\(zshText(row.help))]"
        let star = row.arity == .many ? "*" : ""
        let value =
            if !row.choices.isEmpty {
                ":\(zshText(row.placeholder)):(\(row.choices.joined(separator: " ")))"
            } else if row.namesFiles {
                ":\(zshText(row.placeholder)):_files"
            } else {
                ":\(zshText(row.placeholder)): "
            }
        return "'\(star)--\(row.name)\(row.arity == .flag ? text : "=" + text + value)'"
    }

    private func zshText(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "'": escaped += "'\\''"
            case "[", "]", ":", "\\": escaped += "\\\(character)"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    // MARK: fish

    private func fishCompletions() -> String {
        var lines = [
            "# fish completion of \(name); save it as ~/.config/fish/completions/\(name).fish.",
            "function __\(name)_at",
            "    # Whether the verbs typed so far are exactly these.",
            "    set -l typed (commandline -opc)[2..]",
            "    set -l verbs",
            "    for word in $typed",
            "        string match -q -- '-*' $word; and break",
            "        set -a verbs $word",
            "    end",
            "    test \"$verbs\" = \"$argv[1]\"",
            "end",
            "complete -c \(name) -f",
        ]
        func add(_ path: [String], _ rest: String) {
            let place = path.joined(separator: " ")
            lines.append("complete -c \(name) -n '__\(name)_at \"\(place)\"' \(rest)")
        }
        for command in commands {
            add([], "-a \(command.name) -d '\(fishText(command.configuration.abstract))'")
        }
        for (path, command) in nodes {
            for below in command.subcommands {
                add(path, "-a \(below.name) -d '\(fishText(below.configuration.abstract))'")
            }
            for choice in command.positionals.choices { add(path, "-a \(choice)") }
            for row in allRows(command) {
                var rest = "-l \(row.name) -d '\(fishText(row.help))'"
                if let short = row.short { rest = "-s \(short) " + rest }
                // -x: a value that is no file.
                if row.arity != .flag { rest += row.namesFiles ? " -r -F" : " -x" }
                if !row.choices.isEmpty { rest += " -a '\(row.choices.joined(separator: " "))'" }
                add(path, rest)
            }
        }
        return lines.joined(separator: "\n")
    }

    private func fishText(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
}
