import Foundation

/// Reads the words after a verb against its table.
struct OptionReader {
    let rows: [OptionRow]
    let positionals: Positionals
    /// The program and its verb, for errors.
    let command: String
    /// The option that names a settings file.
    let config: OptionRow
    let environmentPrefix: String

    func read(
        _ words: [String], environment: [String: String], readFile: (String) throws -> Data
    ) throws(UsageError) -> ParsedOptions {
        let typed = try readWords(words)
        var settings = rows.map { row in
            ResolvedSetting(
                name: row.name, words: row.defaultWords, origin: .standard,
                namesFiles: row.namesFiles)
        }
        func set(_ index: Int, _ words: [String], _ origin: Origin) throws(UsageError) {
            let words = try checked(words, rows[index], origin)
            settings[index] = ResolvedSetting(
                name: rows[index].name, words: words, origin: origin,
                namesFiles: rows[index].namesFiles)
        }
        func setFromEnvironment(_ index: Int) throws(UsageError) {
            let name = rows[index].environmentName(prefix: environmentPrefix)
            // An empty variable is an unset one, as everywhere in shells.
            guard let value = environment[name], !value.isEmpty else { return }
            try set(index, [value], .environment(name))
        }

        let configIndex = rows.count - 1
        try setFromEnvironment(configIndex)
        if let words = typed.values[config.name] { try set(configIndex, words, .commandLine) }
        if let path = settings[configIndex].words.first {
            for (key, words) in try entries(of: path, readFile: readFile) {
                guard let index = index(of: key.replacing("_", with: "-")), index != configIndex
                else {
                    throw .unknownKey(key, nearest: nearest(to: key), file: path)
                }
                try set(index, words, .file(path))
            }
        }
        for index in rows.indices where index != configIndex { try setFromEnvironment(index) }
        let overriding = environment[environmentPrefix + Self.overridesName] ?? ""
        let overrides = try self.overrides(of: overriding, readFile: readFile)
        for (index, row) in rows.enumerated() {
            if let words = typed.values[row.name] { try set(index, words, .commandLine) }
            // A flag for one phase (`sft.depth`) is overridden where it was given.
            let name = row.name.split(separator: ".").last.map(String.init)
            let isGiven = row.name == name || settings[index].origin != .standard
            if isGiven, let words = name.flatMap({ overrides[$0] }) {
                try set(index, words, .override(overriding))
            }
            if row.isRequired, settings[index].origin == .standard {
                throw .missingOption(row.name, command: command)
            }
        }

        let count = typed.positionals.count
        guard count >= positionals.minimum, count <= positionals.maximum,
            positionals.choices.isEmpty
                || typed.positionals.allSatisfy(positionals.choices.contains)
        else {
            throw .wrongPositionals(
                given: typed.positionals, expected: positionals, command: command)
        }
        return ParsedOptions(settings: settings, positionals: typed.positionals)
    }

    /// The variable, without its prefix, that names a settings file which wins over flags.
    static let overridesName = "OVERRIDES"

    /// The words of that file by option name. One file serves every command, so keys that this
    /// one does not have are passed over.
    private func overrides(
        of path: String, readFile: (String) throws -> Data
    ) throws(UsageError) -> [String: [String]] {
        guard !path.isEmpty else { return [:] }
        var values: [String: [String]] = [:]
        for (key, words) in try entries(of: path, readFile: readFile) {
            values[key.replacing("_", with: "-")] = words
        }
        return values
    }

    /// The words of the command line by option name, and those that belong to none.
    private func readWords(
        _ words: [String]
    ) throws(UsageError) -> (values: [String: [String]], positionals: [String]) {
        var values: [String: [String]] = [:]
        var others: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                others += rest
                break
            }
            guard Self.isName(word) else {
                others.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let attached = parts.count > 1 ? String(parts[1]) : nil
            let (row, negated) = try row(named: name)
            let shown = "--\(row.name)"
            switch (row.arity, attached) {
            case (.flag, nil): values[row.name] = [negated ? "false" : "true"]
            case (.flag, let value?):
                if negated { throw .missingValue(option: name, expected: "none after --no-") }
                values[row.name] = [value]
            case (.one, let value?): values[row.name] = [value]
            case (.one, nil):
                guard let value = rest.first, !value.hasPrefix("--") else {
                    throw .missingValue(option: shown, expected: row.expectation)
                }
                rest.removeFirst()
                values[row.name] = [value]
            case (.many, let value?): values[row.name, default: []].append(value)
            case (.many, nil):
                let taken = rest.prefix { !Self.isName($0) && $0 != "--" }
                guard !taken.isEmpty else {
                    throw .missingValue(option: shown, expected: row.expectation)
                }
                rest.removeFirst(taken.count)
                values[row.name, default: []] += taken
            }
        }
        return (values, others)
    }

    /// `--name`, or a dash and a letter; `-1` is a number and `-` standard input.
    private static func isName(_ word: String) -> Bool {
        if word.hasPrefix("--") { return word.count > 2 }
        return word.hasPrefix("-") && word.dropFirst().first?.isLetter == true
    }

    private func row(named typed: String) throws(UsageError) -> (row: OptionRow, negated: Bool) {
        if !typed.hasPrefix("--") {
            if typed.count == 2, let row = rows.first(where: { $0.short == typed.last }) {
                return (row, false)
            }
        } else {
            let name = String(typed.dropFirst(2)).replacing("_", with: "-")
            if let index = index(of: name) { return (rows[index], false) }
            if name.hasPrefix("no-"), let index = index(of: String(name.dropFirst(3))),
                rows[index].arity == .flag
            {
                return (rows[index], true)
            }
        }
        throw .unknownOption(typed, nearest: nearest(to: typed), command: command)
    }

    private func index(of name: String) -> Int? { rows.firstIndex { $0.name == name } }

    private func nearest(to typed: String) -> String? {
        let bare = String(typed.drop { $0 == "-" }).replacing("_", with: "-")
        return nearestName(to: bare, among: rows.map(\.name))
    }

    /// The words as the value spells them.
    private func checked(
        _ words: [String], _ row: OptionRow, _ origin: Origin
    ) throws(UsageError) -> [String] {
        if let canonical = row.canonical(words) { return canonical }
        let single = row.arity == .many ? words.flatMap(row.pieces) : words
        let bad = single.first { row.canonical([$0]) == nil } ?? words.joined(separator: " ")
        throw .badValue(
            bad, option: row.name, expected: row.expectation,
            nearest: nearestName(to: bad, among: row.choices), origin: origin)
    }

    private func entries(
        of path: String, readFile: (String) throws -> Data
    ) throws(UsageError) -> [(key: String, words: [String])] {
        let data: Data
        do {
            data = try readFile(path)
        } catch {
            throw .badFile(path, reason: "\(error)")
        }
        return try SettingsFile(data, path: path).entries
    }
}
