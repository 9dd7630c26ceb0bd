import Experiments
import Provenance
import Testing

@Suite struct ConditionTests {
    static let fields: [String: FieldValue] = [
        "direction": .text("backward"), "depth": .number(12), "val_bpb": .number(1.05),
        "native": .flag(true), "model_config.n_layer": .number(12),
        "id": .text("base_backward_d12"),
    ]

    @Test(arguments: [
        (#"direction == "backward" && depth >= 12 && val_bpb < 1.1"#, true),
        ("direction == 'backward' and not depth < 12", true),
        ("depth > 12 || native", true), ("!(depth == 12)", false),
        ("model_config.n_layer == 12", true), (#"id ~ "base_*_d1?""#, true),
        (#"id ~ "base_*_d2?""#, false), ("missing == 3", false), ("missing != 3", false),
        ("depth == \"12\"", false), (#"direction < "forward""#, true), ("depth <= 1.2e1", true),
        ("depth = 12", true), ("a || b && native || false", false), ("-1 < depth", true),
    ])
    func conditionsHold(text: String, holds: Bool) throws {
        #expect(try Condition(text).matches(Self.fields) == holds)
    }

    @Test(arguments: [
        "", "depth >", "depth == 12 12", "(depth == 12", "depth ; 3", "'open", "1.2.3 == depth",
        String(repeating: "(", count: 5000),
    ])
    func nonsenseIsRefused(text: String) {
        #expect(throws: Condition.Fault.self) { try Condition(text) }
    }

    @Test func namesAreKnown() throws {
        #expect(try Condition("a == 1 && !(b ~ 'x' || c.d)").names == ["a", "b", "c.d"])
    }

    @Test(arguments: [
        ("base_f_d20", "base_*_d20", true), ("base_f_d2", "base_*_d20", false), ("x", "*", true),
        ("", "*", true), ("", "?", false), ("aXbXc", "a*b*c", true), ("abab", "*ab", true),
        ("a*b", "a*b", true), ("ac", "a?c", false),
    ])
    func patternsFit(text: String, pattern: String, fits: Bool) {
        #expect(Glob.matches(text, pattern) == fits)
    }

    @Test func nestedFieldsHaveShortNamesWhereTheyAreAlone() {
        let flat = FieldValue.flattened([
            "model": ["depth": 4, "name": "x"], "other": ["name": "y"], "on": true, "list": [1, 2],
        ])
        #expect(flat["depth"] == .number(4) && flat["model.depth"] == .number(4))
        #expect(flat["name"] == nil && flat["other.name"] == .text("y"))
        #expect(flat["on"] == .flag(true) && flat["list"] == nil)
    }
}

@Suite struct GridTests {
    @Test func combinationsAreAll() throws {
        let axes = [
            try #require(Grid.Axis("init_lr_frac=0.01,0.02")),
            try #require(Grid.Axis("--seed=1,2,3")),
        ]
        let points = Grid(every: axes).points
        #expect(points.count == 6 && Set(points).count == 6)
        #expect(points[1].name == "init-lr-frac0.01_seed2")
        let some = Grid(4, randomOf: axes, seed: .init(5)).points
        #expect(some.count == 4 && Set(some).isSubset(of: Set(points)))
        #expect(Grid(4, randomOf: axes, seed: .init(5)).points == some)
        #expect(Grid(99, randomOf: axes, seed: .init(5)).points.count == 6)
    }

    @Test(arguments: ["lr", "lr=", "lr=1,1", "=1"])
    func badAxesAreRefused(word: String) { #expect(Grid.Axis(word) == nil) }
}
