import Arguments
import Journal
import Terminal

/// The live line: every step on a terminal, now and then elsewhere.
struct LiveLine {
    private let world: World
    private let line: ConsoleLine
    private let firstStep: Int
    private let begin: Double
    private var lastShown = -Double.infinity

    init(_ world: World, _ line: ConsoleLine, firstStep: Int) {
        self.world = world
        self.line = line
        self.firstStep = firstStep
        begin = world.seconds()
    }

    mutating func show(_ record: StepRecord) {
        guard !world.isQuiet else { return }
        let now = world.seconds()
        let isNotable =
            record.step == firstStep || record[Metric.validationBitsPerByte] != nil
        guard world.errors.isTerminal || isNotable || now - lastShown >= 10 else { return }
        lastShown = now
        var record = record
        let done = record.step - firstStep + 1
        if record.step < line.stepCount, done > 1 {
            // The mean pace so far, validations and saves included.
            let left = Double(line.stepCount - record.step - 1)
            record.scalars.append(
                (Metric.remainingSeconds, (now - begin) / Double(done) * left))
        }
        if world.errors.isTerminal && !isNotable {
            world.errors.redraw(line.text(record))
        } else {
            world.errors.line(line.text(record))
        }
    }
}
