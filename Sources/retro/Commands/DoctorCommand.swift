import Arguments
import Terminal

/// `retro doctor`: what was found here, and what is missing for which feature.
struct Doctor: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Report versions, processors, devices, threads, and what is missing for what.",
        discussion:
            "Ends with 1 when something is missing that training needs; what only some feature"
            + " needs is listed with it.",
        examples: [
            Example("doctor", "a page to read, or to put into a report of an error"),
            Example("doctor --json", "the same for machines"),
        ])

    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let examination = Examination(of: world)
        if world.wantsJSON {
            try world.write(json: examination)
        } else {
            for line in lines(examination, world.output) { world.output.line(line) }
        }
        return examination.isHealthy ? .success : .failure
    }

    private func lines(_ examination: Examination, _ console: Console) -> [String] {
        var lines: [String] = []
        for section in examination.sections {
            var table = TextTable([("", .left), ("", .left)])
            for fact in section.facts { table.add(["  " + fact.name, fact.value]) }
            lines += [console.styled(section.title, .bold)] + table.lines + [""]
        }
        lines.append(console.styled("features", .bold))
        let width = examination.features.map(\.name.count).max() ?? 0
        for feature in examination.features {
            let name = feature.name + String(repeating: " ", count: width - feature.name.count)
            guard let missing = feature.missing else {
                lines.append("  \(console.styled("ok", .green))       \(name)")
                continue
            }
            let mark = console.styled("missing", feature.isRequired ? .red : .yellow)
            lines.append("  \(mark)  \(name)  \(missing)")
        }
        return lines
    }
}
