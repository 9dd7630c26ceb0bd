public import Provenance

/// English stories in a small vocabulary, made by the program itself: the corpus of quickstart and tests.
///
/// Causes are told before their effects, people keep their names and pronouns, sums are right, and what is
/// asked at the end was told before. A document is a function of (seed, index) alone, so any one can be
/// made without the others, in any order, on any thread.
public struct StoryCorpus: Hashable, Sendable {
    /// The branch every document is drawn from.
    public let seed: Seed
    /// Number of documents.
    public let count: Int

    /// Bounds on the length of a document, in words (runs of bytes between blanks).
    public static let wordRange = 60...400

    /// `count` stories drawn from `seed`.
    public init(seed: Seed, count: Int) {
        precondition(count > 0, "a corpus holds at least one story")
        self.seed = seed
        self.count = count
    }

    /// Story number `index` as UTF-8, lines separated by single newlines, without one at the end.
    public func utf8(_ index: Int) -> [UInt8] {
        precondition((0..<count).contains(index), "no story \(index) in \(count)")
        var attempt = 0
        while true {
            let text = Self.story(seed[index][attempt])
            if Self.wordRange.contains(Self.wordCount(text)) { return text }
            attempt += 1  // rare, and still a function of the index
        }
    }

    /// Story number `index`.
    public func document(_ index: Int) -> String { String(decoding: utf8(index), as: UTF8.self) }

    private static func story(_ seed: Seed) -> [UInt8] {
        let grammar = StoryGrammar.english
        var pen = StoryPen(random: seed.generator())
        let hero = pen.pick(grammar.people)
        let friend = pen.pick(grammar.people.filter { $0.name != hero.name })
        pen.values = [.person(hero), .person(friend), .person(pen.pick(grammar.elders))]
        let time = pen.rendered(pen.pick(grammar.times))
        pen.values.append(.text(time))
        let occasion = pen.pick(firstOccasions)
        pen.values.append(.text(Array(occasion.utf8) + (occasion.hasSuffix(" ") ? time : [])))
        pen.values.append(.text(pen.rendered(pen.pick(grammar.homes))))

        let opening = pen.pick(grammar.openings)
        pen.bind(opening, grammar: grammar)
        pen.tell(opening)
        pen.breakLine()
        let first = pen.draw(grammar.plots.count)
        pen.relate(grammar.plots[first], grammar: grammar)
        if wordCount(pen.text) < 200 && pen.draw(3) == 0 {
            var second = pen.draw(grammar.plots.count - 1)
            if second >= first { second += 1 }
            pen.values[4] = .text(Array(pen.pick(laterOccasions).utf8))
            pen.breakLine()
            pen.relate(grammar.plots[second], grammar: grammar)
        }
        if pen.draw(3) == 0 {
            let ending = pen.pick(grammar.endings)
            pen.bind(ending, grammar: grammar)
            pen.tell(ending)
        }
        if pen.draw(3) == 0 {
            for _ in 0...pen.draw(2) {
                let sum = pen.pick(grammar.sums)
                pen.breakLine()
                pen.bind(sum, grammar: grammar)
                pen.tell(sum)
            }
        }
        return Array(pen.text.last == UInt8(ascii: "\n") ? pen.text.dropLast() : pen.text[...])
    }

    /// What ends in a blank takes the time of day.
    private static let firstOccasions = [
        "one ", "one ", "one day", "one day", "on Monday ", "one Tuesday ", "on a Wednesday ",
        "one Thursday ", "on Friday ", "one Saturday ", "on a quiet Sunday ",
    ]
    private static let laterOccasions = [
        "the next day", "a few days later", "two days later", "the week after", "some time later",
    ]

    static func wordCount(_ text: [UInt8]) -> Int {
        text.reduce(1) { $0 + ($1 == UInt8(ascii: " ") || $1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
}

extension StoryPen {
    /// Tells `plot` and, half the time, asks one to three questions about it.
    fileprivate mutating func relate(_ plot: StoryPassage, grammar: StoryGrammar) {
        bind(plot, grammar: grammar)
        tell(plot)
        guard draw(2) == 0, !plot.questions.isEmpty else { return }
        var left = min(1 + draw(3), plot.questions.count)
        for (index, asked) in plot.questions.enumerated() {
            // Each subset of `left` questions is equally likely, told in the plot's order.
            guard draw(plot.questions.count - index) < left else { continue }
            left -= 1
            breakLine()
            write(sentence: [.literal(Array("Question:".utf8))])
            write(sentence: asked.question)
            breakLine()
            write(sentence: [.literal(Array("Answer:".utf8))])
            write(sentence: asked.answer)
        }
        breakLine()
    }
}
