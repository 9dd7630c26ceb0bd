import Corpus
import Evaluation
import Foundation
import Language
import Runs
import Testing

/// Whether bubblewrap works on this machine; asked once.
let workingSandbox: Sandbox? = {
    let path = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let path else { return nil }
    var limits = Sandbox.Limits()
    limits.seconds = 4
    limits.memoryBytes = 256 << 20
    return try? Sandbox(
        bubblewrap: path, allowsUnsafe: false, limits: limits,
        temporaryFolder: FileManager.default.temporaryDirectory.path)
}()

/// Everything tried here is bounded by the sandbox, and by itself where the sandbox should fail.
@Suite(
    .serialized,
    .enabled(if: workingSandbox != nil, "bubblewrap is not installed or not allowed here"))
struct SandboxTests {
    static func run(_ program: String) throws -> Sandbox.Verdict {
        try #require(workingSandbox).run(program)
    }

    /// Runs a program that ends well only if `attempt` fails.
    static func expectFailure(
        of attempt: String, sourceLocation: SourceLocation = #_sourceLocation
    )
        throws
    {
        let indented = attempt.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let verdict = try run(
            "try:\n\(indented)\nexcept BaseException as error:\n    print(type(error))\nelse:\n"
                + "    raise SystemExit('it went through')\n")
        #expect(verdict == .finished, sourceLocation: sourceLocation)
    }

    @Test func programsRun() throws {
        #expect(try Self.run("print(sum(range(10)))") == .finished)
        guard case .failed(let text) = try Self.run("assert 1 == 2, 'so it is'") else {
            Issue.record("a false assertion passed")
            return
        }
        #expect(text.contains("so it is"))
        guard case .failed = try Self.run("print('x'\n") else {
            Issue.record("a syntax error passed")
            return
        }
    }

    @Test(arguments: ["import sys; sys.exit(0)", "import os; os._exit(0)", "raise SystemExit"])
    func endingEarlyIsNotPassing(program: String) throws {
        guard case .failed = try Self.run(program) else {
            Issue.record("'\(program)' passed")
            return
        }
    }

    @Test func theNetworkIsBlocked() throws {
        try Self.expectFailure(
            of: """
                import socket
                socket.create_connection(("127.0.0.1", 1), timeout=1)
                """)
        // No interface but a loopback that is down or its own.
        let verdict = try Self.run(
            "import socket\nassert [n for _, n in socket.if_nameindex() if n != 'lo'] == []")
        #expect(verdict == .finished)
    }

    @Test func homesAndTheSystemAreOutOfReach() throws {
        try Self.expectFailure(of: "import os\nos.listdir('/root')")
        try Self.expectFailure(of: "import os\nos.listdir('/home')")
        try Self.expectFailure(of: "open('/etc/shadow').read()")
        try Self.expectFailure(of: "open('/usr/bin/new', 'w')")
        try Self.expectFailure(of: "open('/new', 'w')")
        try Self.expectFailure(of: "open('/dev/shm/new', 'w')")
        #expect(try Self.run("open('/tmp/mine', 'w').write('x')") == .finished)
        // What one program leaves, the next does not find.
        #expect(try Self.run("import os\nassert os.listdir('/tmp') == []") == .finished)
        #expect(
            try Self.run(
                "import os\nassert set(os.environ) <= {'PATH', 'LC_ALL', 'LC_CTYPE', 'PWD'}, os.environ"
            )
                == .finished)
    }

    @Test func aForkBombEnds() throws {
        let verdict = try Self.run(
            """
            import os, time
            born = 0
            end = time.time() + 2
            while time.time() < end and born < 200:
                try:
                    if os.fork() == 0:
                        time.sleep(3)
                        os._exit(0)
                    born += 1
                except OSError:
                    break
            assert born < 100, born
            """)
        #expect(verdict == .finished)
    }

    @Test func aGigabyteIsNotToBeHad() throws {
        try Self.expectFailure(of: "x = bytearray(1 << 30)")
    }

    @Test func aGigabyteOfOutputIsCapped() throws {
        #expect(
            try Self.run("for _ in range(1 << 14): print('x' * (1 << 16))") == .outputCapped)
    }

    @Test func filesAreSmall() throws {
        try Self.expectFailure(
            of: """
                import signal
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                with open('/tmp/large', 'wb') as file:
                    for _ in range(64):
                        file.write(b'x' * (1 << 20))
                """)
    }

    @Test func timeIsUpAtLast() throws {
        #expect(try Self.run("while True: pass") == .timedOut)
        #expect(try Self.run("import time\ntime.sleep(60)") == .timedOut)
    }

    @Test func grandchildrenDieToo() throws {
        let name = "retro-grandchild-\(UUID().uuidString)"
        let verdict = try Self.run(
            """
            import os, sys, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execv(sys.executable, ["python3", "-c", "import time; time.sleep(600)", "\(name)"])
                os._exit(0)
            time.sleep(0.5)
            """)
        #expect(verdict == .finished)
        // The name of the process would stand in its command line.
        var found: [String] = []
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc")
        where Int(process) != nil {
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            if String(decoding: line, as: UTF8.self).contains(name) { found.append(process) }
        }
        #expect(found == [])
    }

    @Test func solutionsPassAndOthersDoNot() throws {
        let json = #"""
            {"task_id": "T/0", "prompt": "from typing import List\n\n\ndef total(xs: List[int]) -> int:\n    \"\"\"Sum.\"\"\"\n",
             "entry_point": "total", "canonical_solution": "    return sum(xs)\n",
             "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n"}
            """#.replacing("\n", with: " ")
        let folder = FileManager.default.temporaryDirectory.path + "/humaneval-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try json.write(toFile: folder + "/h.jsonl", atomically: true, encoding: .utf8)
        let task = try HumanEvalTask(
            TaskFile(
                "h", paths: [folder + "/h.jsonl"], relativeTo: folder,
                spoolFolder: FileManager.default.temporaryDirectory.path),
            sandbox: try #require(workingSandbox))
        func isRight(_ text: String) -> Bool {
            task.grade(Message(.assistant, text), at: 0).isRight
        }
        #expect(isRight("def total(xs: List[int]) -> int:\n    return sum(xs)"))
        #expect(isRight("Here:\n```python\ndef total(xs):\n    return sum(xs)\n```\nand ```x```"))
        #expect(!isRight("def total(xs):\n    return 0"))
        #expect(!isRight("import sys\nsys.exit(0)"))
        #expect(!isRight("I do not know."))
    }
}

extension SandboxTests {
    static let humanEval = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/data/benchmarks/humaneval/HumanEval.jsonl.gz")
        .standardizedFileURL.path

    /// The benchmark's own solutions pass its tests.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: humanEval), "no HumanEval file here"))
    func canonicalSolutionsPass() throws {
        let file = try TaskFile<HumanEvalItem>(
            "h", paths: [Self.humanEval], relativeTo: "/",
            spoolFolder: FileManager.default.temporaryDirectory.path)
        let task = try HumanEvalTask(file, sandbox: try #require(workingSandbox))
        for index in stride(from: 0, to: file.count, by: 5) {
            let answer = try #require(file.item(at: index).conversation.messages.last)
            let grade = task.grade(answer, at: index)
            #expect(grade.isRight, "\(index): \(grade.prediction ?? "")")
        }
    }
}

@Suite struct SandboxRefusalTests {
    @Test func withoutBubblewrapNothingRuns() {
        let refused = #expect(throws: SandboxError.self) {
            try Sandbox(
                bubblewrap: nil, allowsUnsafe: false,
                temporaryFolder: FileManager.default.temporaryDirectory.path)
        }
        #expect(refused?.description.contains("--unsafe-exec") == true)
        #expect(throws: SandboxError.self) {
            try Sandbox(
                bubblewrap: "/nonexistent/bwrap", allowsUnsafe: false,
                temporaryFolder: FileManager.default.temporaryDirectory.path)
        }
    }
}
