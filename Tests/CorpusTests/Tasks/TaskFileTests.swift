import Corpus
import Foundation
import Language
import Testing

@Suite struct TaskFileTests {
    private func open<Item: TaskItem>(
        _ type: Item.Type, _ scratch: ShardScratch, _ path: String, dataset: String? = nil
    ) throws(SourceError) -> TaskFile<Item> {
        try TaskFile<Item>(
            "test", paths: [path], relativeTo: scratch.path, dataset: dataset,
            spoolFolder: scratch.path)
    }

    private let lines = """
        \u{FEFF}[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]

        {"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}
        [{"role":"user","content":"e"},{"role":"assistant","content":"f"}]
        """

    @Test func linesAreReadInAnyOrder() throws {
        let scratch = try ShardScratch()
        try scratch.write("c.jsonl", lines.utf8)
        let file = try open(Conversation.self, scratch, "c.jsonl")
        #expect(file.count == 3)
        #expect(
            try [2, 0, 1].map { try file.conversation(at: $0).messages[0].text } == ["e", "a", "c"])
        try file.check()
    }

    /// However the file was saved, its lines are the same, and counted alike.
    @Test(arguments: ["", "\u{FEFF}", "\u{FEFF}\n", "\u{FEFF} \r\n\r\n"], ["\n", "\r\n"])
    func marksAndCarriageReturnsAreNoText(opening: String, end: String) throws {
        let scratch = try ShardScratch()
        let body = lines.dropFirst().split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: end)
        try scratch.write("c.jsonl", (opening + body + end).utf8)
        let file = try open(Conversation.self, scratch, "c.jsonl")
        #expect(file.count == 3)
        #expect(try file.items().map { $0.messages[0].text } == ["a", "c", "e"])
        try scratch.write("c.jsonl", (opening + body + end + "{").utf8)
        #expect(throws: SourceError.self) {
            try open(Conversation.self, scratch, "c.jsonl").item(at: 3)
        }
    }

    @Test func aListOfWordsMayHaveMarkAndCarriageReturns() throws {
        let scratch = try ShardScratch()
        try scratch.write("words.txt", "\u{FEFF}Apple\r\n pear\r\n\r\nno1\r\nfig".utf8)
        #expect(
            try WordList(contentsOf: scratch.path + "/words.txt").words == ["apple", "pear", "fig"])
        try scratch.write("words.txt", [0xff, 0xfe, 0x61, 0])
        #expect(throws: SourceError.self) { try WordList(contentsOf: scratch.path + "/words.txt") }
    }

    @Test func aBadLineIsNamed() throws {
        let scratch = try ShardScratch()
        try scratch.write("c.jsonl", (lines + "\n" + #"[{"role":"bot","content":""}]"#).utf8)
        do throws(SourceError) {
            try open(Conversation.self, scratch, "c.jsonl").check()
            Issue.record("nothing was thrown")
        } catch {
            #expect(
                error.description == """
                    line 5 of '\(scratch.path)/c.jsonl' cannot be used: message 1 has the unknown \
                    role 'bot' (system, user or assistant); correct or remove it.
                    """)
        }
    }

    @Test func aMissingFileIsToldHowToGet() throws {
        let scratch = try ShardScratch()
        do throws(SourceError) {
            _ = try open(GSM8KItem.self, scratch, "train.jsonl", dataset: "gsm8k")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.description.contains("fetch it with 'retro data fetch gsm8k'"))
        }
    }

    @Test func multipleChoiceIsReadInAllItsForms() throws {
        let expected = MultipleChoiceItem(question: "Which?", choices: ["x", "y"], answer: 1)
        for line in [
            #"{"question":"Which?","choices":["x","y"],"answer":1}"#,
            #"{"question":"Which?","choices":["x","y"],"answer":"B"}"#,
            #"{"id":"1","query":"Question: Which?\nAnswer:","choices":["x","y"],"gold":1}"#,
            #"{"question":"Which?","choices":{"text":["x","y"],"label":["1","2"]},"answerKey":"2"}"#,
        ] {
            #expect(try MultipleChoiceItem(json: Array(line.utf8)) == expected, "\(line)")
        }
        #expect(
            expected.prompt == """
                Multiple Choice question: Which?
                - x=A
                - y=B

                Respond only with the letter of the correct answer.
                """)
        #expect(expected.conversation.messages[1] == Message(.assistant, "B"))
        for line in [
            #"{"question":"Which?","choices":["x","y"],"answer":2}"#,
            #"{"question":"Which?","choices":["x"],"answer":0}"#,
            #"{"choices":["x","y"],"answer":0}"#, #"{"question":"Which?","choices":["x","y"]}"#,
            "[",
        ] {
            #expect(throws: TaskItemFault.self, "\(line)") {
                try MultipleChoiceItem(json: Array(line.utf8))
            }
        }
    }

    @Test func calculatorCallsBecomeParts() {
        #expect(
            GSM8KItem.parts(of: "48/2 = <<48/2=24>>24 clips.\n#### 24") == [
                Message.Part(.text, "48/2 = "), Message.Part(.python, "48/2"),
                Message.Part(.pythonOutput, "24"), Message.Part(.text, "24 clips.\n#### 24"),
            ])
        #expect(GSM8KItem.parts(of: "a << b") == [Message.Part(.text, "a << b")])
    }

    /// The real files, where they are at hand.
    @Test func theBenchmarksThemselvesAreRead() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = root.deletingLastPathComponent().appending(path: "shared/data").path
        guard FileManager.default.fileExists(atPath: data) else { return }
        let scratch = try ShardScratch()
        let arc = try open(
            MultipleChoiceItem.self, scratch, data + "/benchmarks/arc/arc_easy-train.jsonl.zst")
        #expect(try arc.items().count == 2251)
        let mmlu = try open(
            MultipleChoiceItem.self, scratch, data + "/benchmarks/mmlu/mmlu-dev.jsonl.zst")
        #expect(try mmlu.items().count == 285)
        let gsm = try open(GSM8KItem.self, scratch, data + "/benchmarks/gsm8k/test.jsonl.zst")
        let items = try gsm.items()
        #expect(items.count == 1319)
        for item in items {
            let end = item.answer.split(separator: "####").last?.filter { !", \n".contains($0) }
            #expect(item.result?.description == end, "\(item.answer)")
        }
        let human = try open(
            HumanEvalItem.self, scratch, data + "/benchmarks/humaneval/HumanEval.jsonl.gz")
        #expect(try human.items().count == 164)
        let chat = try open(
            Conversation.self, scratch, data + "/conversations/chat.val.jsonl.zst")
        #expect(chat.count == 2782)
        try chat.check()
    }
}
