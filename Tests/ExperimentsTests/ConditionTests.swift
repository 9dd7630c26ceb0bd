import Experiments
import Journal
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
        let grid = try Grid(every: axes)
        let points = grid.points
        #expect(points.count == 6 && Set(points).count == 6)
        #expect(grid.names[1] == "init-lr-frac0.01_seed2")
        let some = try Grid(4, randomOf: axes, seed: .init(5)).points
        #expect(some.count == 4 && Set(some).isSubset(of: Set(points)))
        #expect(try Grid(4, randomOf: axes, seed: .init(5)).points == some)
        #expect(try Grid(99, randomOf: axes, seed: .init(5)).points.count == 6)
    }

    static func point(_ settings: (String, String)...) -> Grid.Point {
        Grid.Point(settings.map { Grid.Axis.Setting(name: $0.0, value: $0.1) })
    }

    /// Values that look alike once what a folder cannot hold is replaced, and joints that could be elsewhere.
    @Test(arguments: [
        [
            GridTests.point(("data", "a/b")), GridTests.point(("data", "a-b")),
            GridTests.point(("data", "a b")),
        ],
        [GridTests.point(("x", "1_y2"), ("y", "3")), GridTests.point(("x", "1"), ("y", "2_y3"))],
        [GridTests.point(("x", "_"), ("y", "1")), GridTests.point(("x", ""), ("y", "_y1"))],
        [GridTests.point(("a", "b1")), GridTests.point(("ab", "1"))],
        [GridTests.point(("a", "+2F")), GridTests.point(("a", "/"))],
        [GridTests.point(("a", "é")), GridTests.point(("a", "è")), GridTests.point(("a", "e"))],
        [
            GridTests.point(("a", String(repeating: "x", count: 300))),
            GridTests.point(("a", String(repeating: "x", count: 301))),
        ],
    ])
    func namesTellPointsApart(points: [Grid.Point]) throws {
        let names = try Grid(list: points).names
        #expect(Set(names).count == points.count)
        for name in names { #expect(try RunIdentifier("base_" + name + "_mid_sft").name != "") }
    }

    @Test func namesAreReadable() throws {
        let points = [Self.point(("data", "text/a_b.txt"), ("seed", "1"))]
        #expect(try Grid(list: points).names == ["datatext+2Fa__b.txt_seed1"])
        #expect(points[0].formerName == "datatext-a_b.txt_seed1")
    }

    /// Points that are none, or the same, or too many to be meant.
    @Test func pointsAreUnique() {
        func said(_ body: () throws -> Grid) -> String? {
            let fault = #expect(throws: Grid.Fault.self) { try body() }
            return fault?.description
        }
        let one = Self.point(("a", "1"), ("b", "2"))
        #expect(
            said { try Grid(list: [one, Self.point(("a", "1")), one]) }?.contains("1 and 3") == true
        )
        #expect(
            said { try Grid(list: [one, Self.point(("b", "2"), ("a", "1"))]) }?
                .contains("the same") == true)
        #expect(
            said { try Grid(list: [Self.point(("a", "1"), ("a", "2"))]) }?.contains("--a") == true)
        let seeds = Grid.Axis(name: "seed", values: ["1", "1"])
        #expect(said { try Grid(every: [seeds]) } == "--seed is given 1 twice.")
        let many = (0..<10).map { Grid.Axis(name: "o\($0)", values: (0..<99).map(String.init)) }
        #expect(said { try Grid(every: many) }?.contains("more than") == true)
        #expect(said { try Grid(3, randomOf: [many[0], many[0]], seed: .init(1)) } != nil)
    }

    @Test(arguments: ["lr", "lr=", "lr=1,1", "=1"])
    func badAxesAreRefused(word: String) { #expect(Grid.Axis(word) == nil) }
}
