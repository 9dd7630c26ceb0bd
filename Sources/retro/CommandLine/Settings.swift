import Arguments
import Terminal

extension Options {
    /// The resolved settings as lines, each with who said so.
    var table: [String] {
        var table = TextTable([("option", .left), ("value", .left), ("from", .left)])
        for setting in settings where setting.name != "config" {
            table.add([
                "--" + setting.name,
                setting.words.isEmpty ? "-" : setting.words.joined(separator: " "),
                setting.origin.description,
            ])
        }
        return table.lines
    }

    /// The resolved settings for machines.
    var encodable: [String: ResolvedSetting] {
        Dictionary(
            uniqueKeysWithValues: settings.map {
                ($0.name, ResolvedSetting(value: $0.words, origin: $0.origin.description))
            })
    }
}

/// A setting as `--dry-run --json` prints it.
struct ResolvedSetting: Encodable {
    let value: [String]
    let origin: String
}

extension World {
    /// Prints the resolved settings where `--dry-run` asks for no more than that.
    func showedSettings(_ options: Options) throws -> Bool {
        guard options[Common.dryRun] else { return false }
        if options[Common.json] {
            try write(json: options.encodable)
        } else {
            for line in options.table { output.line(line) }
        }
        return true
    }
}
