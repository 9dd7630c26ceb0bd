import Foundation
import Testing

/// The closing line of `./retro test`, from events as Swift Testing writes them.
@Suite(.serialized) struct CountTests {
    private func test(_ name: String) -> String {
        #"{"kind":"test","payload":{"id":"\#(name)","kind":"function"}}"#
    }

    private func event(_ kind: String, _ name: String, _ more: String = "") -> String {
        #"{"kind":"event","payload":{"kind":"\#(kind)","testID":"\#(name)"\#(more)}}"#
    }

    private func close(
        _ events: [String], status: Int32 = 0
    ) throws -> (line: String?, status: Int32) {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start(
            "test", "--filter", "x",
            environment: [
                "EVENTS": events.joined(separator: "\n"), "TEST_STATUS": "\(status)",
            ])
        #expect(sandbox.lines("tests").first?.hasSuffix("--filter x") == true)
        return (outcome.output.split(separator: "\n").last.map(String.init), outcome.status)
    }

    @Test func passedAndSkipped() throws {
        let (line, status) = try close([
            test("a"), test("b"), event("testStarted", "a"), event("testEnded", "a"),
            event("testSkipped", "b"),
        ])
        #expect(line == "1 passed, 0 failed, 1 skipped")
        #expect(status == 0)
    }

    @Test func anIssueFailsAndAKnownOneDoesNot() throws {
        let (line, status) = try close(
            [
                test("a"), test("b"), event("testStarted", "a"), event("testStarted", "b"),
                event("issueRecorded", "a", #","issue":{"isFailure":true}"#),
                event("issueRecorded", "b", #","issue":{"isFailure":false}"#),
                event("testEnded", "a"), event("testEnded", "b"),
            ], status: 1)
        #expect(line == "1 passed, 1 failed")
        #expect(status == 1)
    }

    @Test func aCrashIsAFailureOfWhatRan() throws {
        let (line, status) = try close(
            [
                test("a"), test("b"), test("c"), event("testStarted", "a"),
                event("testEnded", "a"), event("testStarted", "b"), #"{"kind":"eve"#,
            ], status: 0)
        #expect(line == "1 passed, 1 failed, 1 not run")
        #expect(status == 1)
    }

    @Test func nothingIsNoSuccess() throws {
        let (line, status) = try close([test("a"), event("testSkipped", "a")])
        #expect(line == "0 passed, 0 failed, 1 skipped")
        #expect(status == 1)
    }

    @Test func aBuildThatFailsHasNoCount() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.start("test", environment: ["TEST_STATUS": "1"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("could not be built or started"))
    }
}
