import Foundation
import Language
import Testing

@Suite struct ConversationTests {
    private func read(_ json: String) throws(ConversationError) -> Conversation {
        try Conversation(line: Array(json.utf8))
    }

    @Test func bothShapesOfLinesAreRead() throws {
        let list = #"[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"}]"#
        let expected = try Conversation([Message(.user, "Hi"), Message(.assistant, "Yes?")])
        #expect(try read(list) == expected)
        #expect(try read(#"{"source":"x","messages":"# + list + "}") == expected)
    }

    @Test func partsAreReadAndWritten() throws {
        let line = """
            {"messages":[{"role":"system","content":"Count."},{"role":"user","content":"2+3?"},\
            {"role":"assistant","content":[{"type":"text","text":"It is "},\
            {"type":"python","text":"2+3"},{"type":"python_output","text":"5"}]}]}
            """
        let conversation = try read(line)
        #expect(
            conversation.messages[2].parts == [
                Message.Part(.text, "It is "), Message.Part(.python, "2+3"),
                Message.Part(.pythonOutput, "5"),
            ])
        let written = try JSONEncoder().encode(conversation)
        #expect(try Conversation(line: Array(written)) == conversation)
    }

    @Test(arguments: [
        ("{", "it is not JSON ("), (#"{"text":"a"}"#, "it is neither a list of messages nor"),
        ("7", "it is neither a list of messages nor"), ("[]", "it has no user message"),
        (#"[{"role":"user"}]"#, "message 1: its 'content' is neither"),
        (#"[{"content":"a"}]"#, "message 1: it has no string 'role'"),
        (#"[3]"#, "message 1: it is not an object"),
        (
            #"[{"role":"user","content":"a"},{"role":"gpt","content":"b"}]"#,
            "message 2 has the unknown role 'gpt'"
        ),
        (#"[{"role":"assistant","content":"a"}]"#, "the assistant speaks first"),
        (
            #"[{"role":"user","content":"a"},{"role":"user","content":"b"}]"#,
            "message 2 is another user message"
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"system","content":"b"}]"#,
            "message 2 is a system message"
        ),
        (#"[{"role":"user","content":"a"}]"#, "it has no assistant message"),
        (
            #"[{"role":"user","content":[{"type":"python","text":"1"}]}]"#,
            "message 1 has a python part"
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"image"}]}]"#,
            "message 2: part 1 is not"
        ),
    ])
    func whatIsWrongIsSaid(line: String, complaint: String) {
        do throws(ConversationError) {
            _ = try read(line)
            Issue.record("\(line) was taken")
        } catch {
            #expect(error.description.hasPrefix(complaint), "\(error)")
        }
    }

    @Test func theSystemMessageGoesBeforeTheFirstQuestion() throws {
        let conversation = try Conversation([
            Message(.system, "Be kind."), Message(.user, "Hi"), Message(.assistant, "Hello"),
        ])
        #expect(
            conversation.normalized.messages
                == [Message(.user, "Be kind.\n\nHi"), Message(.assistant, "Hello")])
    }
}
