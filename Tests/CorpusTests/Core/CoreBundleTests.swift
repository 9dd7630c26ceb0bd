import Corpus
import Foundation
import Testing

@Suite struct CoreBundleTests {
    static let folder = PythonRandomTests.folder() + "/bundle"
    static func task(_ label: String) -> String {
        "-\n  label: \(label)\n  dataset_uri: a.jsonl\n  num_fewshot: [0]\n  icl_task_type: schema\n"
    }

    static let spool = FileManager.default.temporaryDirectory.path

    @Test func tasksAreRead() throws {
        let bundle = try CoreBundle(folder: Self.folder)
        #expect(
            bundle.tasks.map(\.label) == [
                "after_shots", "after_short", "who_shots", "who_plain", "say_shots", "say_plain",
                "not_there",
            ])
        #expect(
            bundle.tasks[0]
                == CoreTask(
                    label: "after_shots", file: "words/after.jsonl", kind: .multipleChoice,
                    shotCount: 3, delimiter: "\nAnswer: ", baseline: 0.01 * 33.3))
        #expect(bundle.tasks[1].delimiter == " " && bundle.tasks[3].kind == .schema)
        let gone = bundle.tasks[6]
        #expect(bundle.path(of: gone) == nil)
        #expect(
            try bundle.selection(of: gone, maximum: 9, spoolFolder: Self.spool) == nil)
    }

    @Test func shotsAreOthersAndTheCutIsOfTheShuffledItems() throws {
        let bundle = try CoreBundle(folder: Self.folder)
        let all = try #require(
            try bundle.selection(of: bundle.tasks[0], maximum: .max, spoolFolder: Self.spool))
        let some = try #require(
            try bundle.selection(of: bundle.tasks[0], maximum: 6, spoolFolder: Self.spool))
        #expect(all.items.count == 13 && some.lines == Array(all.lines.prefix(6)))
        for index in some.items.indices {
            let shots = some.shots(of: index)
            #expect(shots.count == 3 && !shots.contains(some.items[index]))
            #expect(shots.allSatisfy { some.items.contains($0) })
        }
        #expect(throws: BundleError.tooFewItems(task: "after_shots", count: 3, shots: 3)) {
            try bundle.selection(of: bundle.tasks[0], maximum: 3, spoolFolder: Self.spool)
        }
    }

    /// A bundle that another editor saved is the same bundle.
    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}", "\u{FEFF}\n"])
    func marksAndCarriageReturnsAreNoText(end: String, opening: String) throws {
        let scratch = try ShardScratch()
        let files = try FileManager.default.subpathsOfDirectory(atPath: Self.folder)
        for name in files where name.contains(".") {
            let text = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
            let saved = text.replacingOccurrences(of: "\n", with: end)
            try scratch.write(name, (opening + saved).utf8)
        }
        let (bundle, same) = (
            try CoreBundle(folder: Self.folder), try CoreBundle(folder: scratch.path)
        )
        #expect(bundle.tasks == same.tasks)
        for task in bundle.tasks {
            let items = try bundle.selection(of: task, maximum: .max, spoolFolder: Self.spool)?
                .items
            let others = try same.selection(of: task, maximum: .max, spoolFolder: Self.spool)?.items
            #expect(items == others)
        }
        try scratch.write("core.yaml", [0xfe, 0xff, 0, 0x69])
        let error = #expect(throws: BundleError.self) { try CoreBundle(folder: scratch.path) }
        #expect(error?.description.contains("it is UTF-16") == true)
    }

    @Test func quotedFieldsHoldCommasQuotesAndLines() {
        let text = "a,b\r\n\"x, \"\"y\"\"\nz\",2\n\nlast,3"
        #expect(
            BaselineTable.records(in: text)
                == [["a", "b"], ["x, \"y\"\nz", "2"], ["last", "3"]])
    }

    /// Every way in which a bundle can be wrong is a sentence.
    @Test(arguments: [
        ("icl_tasks:\n", "names no task"),
        ("icl_tasks:\n-\n  label: a\n", "has no 'dataset_uri'"),
        (
            "-\n  label: a\n  dataset_uri: a.jsonl\n  num_fewshot: [0]\n  icl_task_type: riddle\n",
            "which is not known"
        ),
        (
            "-\n  label: ../a\n  dataset_uri: a.jsonl\n  num_fewshot: [0]\n  icl_task_type: schema\n",
            "is no file's name"
        ),
        (
            "-\n  label: a\n  dataset_uri: ../../a.jsonl\n  num_fewshot: [0]\n  icl_task_type: schema\n",
            "is no file's name"
        ),
        (
            "-\n  label: a\n  dataset_uri: a.jsonl\n  num_fewshot: [0, 5]\n  icl_task_type: schema\n",
            "is not one number"
        ),
        ("what is this\n", "is not 'key: value'"),
        (["a", "b", "a"].map(CoreBundleTests.task).joined(), "tasks 1 and 3 are both called 'a'"),
        (
            CoreBundleTests.task("a") + CoreBundleTests.task("'a'"),
            "tasks 1 and 2 are both called 'a'"
        ),
        (CoreBundleTests.task("a") + "  label: b\n", "a second 'label'"),
    ])
    func badListsAreRefused(text: String, reason: String) throws {
        let error = try #require(throws: BundleError.self) {
            try CoreList.drafts(in: text, path: "core.yaml")
        }
        #expect(error.description.contains(reason))
    }

    @Test(arguments: [
        ("Task,Random baseline\nx,25\n", "has no columns"),
        ("Eval Task,Random baseline\nx,much\n", "not a percentage"),
        ("Eval Task,Random baseline\nx,100\n", "not a percentage"),
        ("Eval Task,Random baseline\nx,25\ny,2\nx,50\n", "two different baselines"),
    ])
    func badTablesAreRefused(text: String, reason: String) throws {
        let error = try #require(throws: BundleError.self) {
            try BaselineTable.shares(in: text, path: "meta.csv")
        }
        #expect(error.description.contains(reason))
    }

    @Test(arguments: [
        (#"{"query": "q", "choices": ["a", "b"], "gold": 2}"#, "of 2 options"),
        (#"{"query": "q", "choices": ["a", "b"]}"#, "has no 'gold'"),
        (#"{"query": "q", "choices": ["a"], "gold": 0}"#, "nothing to choose from"),
        (#"{"context": "c"}"#, "has neither"),
        (#"{"context": "c", "continuation": ""}"#, "is empty"),
        (#"[1, 2"#, "not JSON"),
    ])
    func badItemsAreRefused(json: String, reason: String) throws {
        let fault = try #require(throws: TaskItemFault.self) {
            try CoreItem(json: Array(json.utf8))
        }
        #expect(fault.description.contains(reason))
    }

    @Test func aMissingBundleSaysWhichCommandFetchesIt() throws {
        let error = try #require(throws: BundleError.self) {
            try CoreBundle(folder: "/nowhere/at/all")
        }
        #expect(error.description.contains("retro data fetch core"))
    }
}
