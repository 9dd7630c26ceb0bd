/// The help texts, made from the same table that parses.
extension Program {
    /// What the program is, and its verbs.
    public func help() -> String {
        var lines = ["\(name): \(summary)", "", "usage: \(name) COMMAND [options]", ""]
        lines += Self.columns(commands.map { ($0.name, $0.configuration.abstract) })
        lines += [
            "",
            "\(name) COMMAND --help shows its options and examples.",
            "\(name) --version; \(name) completions bash|zsh|fish",
            "Every option can also be set by \(environmentPrefix)NAME in the environment,"
                + " or in a JSON file (--config).",
            "\(environmentPrefix)OVERRIDES=FILE names such a file that wins over flags as well:"
                + " it runs any line at another size.",
            "Exit codes: 0 done, 1 failed, 2 makes no sense, 75 stopped and can go on,"
                + " 130 and 143 on signals.",
        ]
        return lines.joined(separator: "\n")
    }

    static func columns(_ rows: [(name: String, text: String)]) -> [String] {
        let width = min(26, rows.map(\.name.count).max() ?? 0)
        return rows.flatMap { row in
            let texts = wrapped(row.text, width: 96 - width)
            let head = "  " + row.name.padded(to: width)
            guard row.name.count <= width else {
                return ["  " + row.name]
                    + texts.map { String(repeating: " ", count: width + 4) + $0 }
            }
            return texts.enumerated().map { index, text in
                (index == 0 ? head : String(repeating: " ", count: width + 2)) + "  " + text
            }
        }
    }

    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            lines.append(line)
        }
        return lines
    }
}

extension Command {
    func help(path: [String], _ environmentPrefix: String) -> String {
        let typed = path.joined(separator: " ")
        var lines = ["\(typed): \(configuration.abstract)", ""]
        if subcommands.isEmpty {
            let words =
                switch (positionals.maximum, positionals.minimum) {
                case (0, _): ""
                case (1, 0): " [\(positionals.placeholder)]"
                case (1, _): " \(positionals.placeholder)"
                case (_, 0): " [\(positionals.placeholder)…]"
                case (_, _): " \(positionals.placeholder)…"
                }
            lines.append("usage: \(typed)\(words) [options]")
        } else {
            lines += ["usage: \(typed) COMMAND [options]", ""]
            lines += Program<Context>.columns(
                subcommands.map { ($0.name, $0.configuration.abstract) })
        }
        if !configuration.discussion.isEmpty {
            lines += [""] + Program<Context>.wrapped(configuration.discussion, width: 100)
        }
        if subcommands.isEmpty {
            if !positionals.help.isEmpty {
                lines +=
                    [""] + Program<Context>.columns([(positionals.placeholder, positionals.help)])
            }
            let general = OptionSection("Settings", [Program<Context>.config])
            for section in declarations.sections + [general] where !section.isHidden {
                lines += ["", section.title.isEmpty ? "Options" : section.title]
                lines += Program<Context>.columns(
                    section.rows.map { ($0.spelling, $0.explanation) })
            }
        }
        if !configuration.examples.isEmpty {
            lines += ["", "Examples"]
            for example in configuration.examples {
                lines += ["  \(path[0]) \(example.line)", "      \(example.effect)"]
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension OptionRow {
    fileprivate var spelling: String {
        let names = (short.map { "-\($0), " } ?? "") + "--\(name)"
        return arity == .flag ? names : "\(names) \(placeholder)"
    }

    fileprivate var explanation: String {
        // Where the placeholder spells the choices already, they are not said twice.
        var text = help
        if !choices.isEmpty, !placeholder.contains(choices[0]) {
            text += "; any of \(choices.joined(separator: ", "))"
        }
        if isRequired {
            text += " (required)"
        } else if arity != .flag, !defaultWords.isEmpty {
            text += " (default \(defaultWords.joined(separator: " ")))"
        } else if defaultWords == ["true"] {
            text += " (default yes; --no-\(name))"
        }
        return text
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
