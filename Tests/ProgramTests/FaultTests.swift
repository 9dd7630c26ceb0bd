import Foundation
import Testing

#if os(Linux)

/// What the program leaves behind when it traps. The traps come from outside: a library that is loaded before
/// the others traps in a call of `rename`, so the program has no way built in to make it fail.
@Suite struct FaultTests {
    /// Traps as TRAP says when a file whose path contains TRAP_AT gets its name.
    private static let library = #"""
        #include <dlfcn.h>
        #include <signal.h>
        #include <stdexcept>
        #include <stdint.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        static volatile int zero = 0;
        __attribute__((noinline)) static int deep(int n) {
            volatile char room[4096];
            memset((void *)room, n, sizeof room);
            return deep(n + 1) + room[n % 4096];
        }

        extern "C" int rename(const char *from, const char *to) {
            const char *at = getenv("TRAP_AT"), *kind = getenv("TRAP");
            if (at && kind && strstr(to, at)) {
                if (!strcmp(kind, "swift")) {
                    // As a failed precondition does: the runtime reports, and the code runs into ud2.
                    auto report = (void (*)(uint32_t, const char *))dlsym(RTLD_DEFAULT, "swift_reportError");
                    report(0, "Somewhere/File.swift:12: Fatal error: Index out of range\n");
                    __builtin_trap();
                }
                if (!strcmp(kind, "throw")) throw std::runtime_error("nobody catches this");
                if (!strcmp(kind, "pointer")) *(volatile int *)8 = 1;
                if (!strcmp(kind, "division")) raise(SIGFPE);
                if (!strcmp(kind, "bus")) raise(SIGBUS);
                if (!strcmp(kind, "breakpoint")) raise(SIGTRAP);
                if (!strcmp(kind, "abort")) abort();
                if (!strcmp(kind, "stack")) return deep(1);
                if (!strcmp(kind, "outside")) {
                    // Another process sends it.
                    char line[64];
                    snprintf(line, sizeof line, "kill -SEGV %d", (int)getpid());
                    return system(line);
                }
                fputs("said on C's standard error\n", stderr);
            }
            return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(from, to);
        }
        """#

    /// The program, and what preloads the library.
    private static func prepared() throws -> (program: Program, library: String) {
        let program = try Program()
        let source = "\(program.folder)/trap.cpp"
        let library = "\(program.folder)/trap.so"
        try Self.library.write(toFile: source, atomically: true, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["c++", "-shared", "-fPIC", "-O1", source, "-o", library, "-ldl"]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "the library does not compile")
        return (program, library)
    }

    private static func synthesize(
        _ program: Program, _ library: String, _ trap: String
    ) throws -> Program.Outcome {
        try program.run(
            ["data", "synth", "--kind", "stories", "--count", "5", "--output", "stories.jsonl"],
            variables: [
                "LD_PRELOAD": library, "TRAP": trap, "TRAP_AT": "stories.jsonl",
                "TMPDIR": program.folder,
            ])
    }

    /// The record that a sentence names.
    private static func record(_ sentence: String, in program: Program) throws -> String {
        let rest = try #require(sentence.components(separatedBy: "the record is in ").last)
        let path = try #require(rest.components(separatedBy: ".txt").first) + ".txt"
        let place = path.hasPrefix("/") ? path : "\(program.folder)/\(path)"
        return try String(contentsOfFile: place, encoding: .utf8)
    }

    @Test(arguments: [
        ("swift", SIGILL, "Fatal error: Index out of range"),
        ("throw", SIGABRT, "nobody catches this"),
        ("pointer", SIGSEGV, "at address 0x0000000000000008"), ("division", SIGFPE, ""),
        ("bus", SIGBUS, ""), ("breakpoint", SIGTRAP, ""), ("abort", SIGABRT, ""),
        ("stack", SIGSEGV, ""),
    ])
    func aTrapPrintsOneSentence(trap: String, signal: Int32, detail: String) throws {
        let (program, library) = try Self.prepared()
        let outcome = try Self.synthesize(program, library, trap)
        #expect(outcome.reason == .uncaughtSignal)
        #expect(outcome.status == signal)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(outcome.errors)")
        let sentence = try #require(lines.last)
        #expect(sentence.hasPrefix("retro: a fault of the program ("), "\(sentence)")
        #expect(sentence.contains(", not of what you gave it, ended data synth"), "\(sentence)")
        let record = try Self.record(outcome.errors, in: program)
        #expect(detail.isEmpty || record.contains(detail), "\(record)")
        // A stack that ran over shows its deepest frames, not the one that began it.
        let caller = trap == "stack" ? "trap.so" : "rename"
        for part in ["command: ", "registers", "backtrace", caller, "mappings"] {
            #expect(record.contains(part), "\(trap): no \(part)")
        }
    }

    @Test func aSignalOfAnotherProcessIsNoFaultOfTheProgram() throws {
        let (program, library) = try Self.prepared()
        let outcome = try Self.synthesize(program, library, "outside")
        #expect(outcome.reason == .uncaughtSignal && outcome.status == SIGSEGV)
        #expect(outcome.errors.contains("retro: SIGSEGV from process "), "\(outcome.errors)")
        #expect(!outcome.errors.contains("a fault of the program"))
    }

    @Test func othersStillWriteToStandardError() throws {
        let (program, library) = try Self.prepared()
        let outcome = try Self.synthesize(program, library, "none")
        #expect(outcome.status == 0 && outcome.reason == .exit)
        #expect(outcome.errors.contains("said on C's standard error\n"))
    }

    @Test func aRunThatTrapsSaysAtWhichStepAndKeepsTheRecord() throws {
        let (program, library) = try Self.prepared()
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "60", "--output", "stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "300", "--output",
            "tokenizer", "--threads", "1", "--quiet")
        let command = [
            "base-train", "--data", "stories.jsonl", "--tokenizer", "tokenizer", "--home", ".",
            "--depth", "1", "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "32",
            "--device-batch-size", "2", "--total-batch-size", "64", "--num-iterations", "5",
            "--save-every", "3", "--eval-tokens", "64", "--threads", "1", "--quiet",
            "--model-tag", "trapped",
        ]
        let outcome = try program.run(
            command,
            variables: [
                "LD_PRELOAD": library, "TRAP": "swift", "TRAP_AT": "step_",
                "TMPDIR": program.folder,
            ])
        #expect(outcome.reason == .uncaughtSignal && outcome.status == SIGILL)
        #expect(
            outcome.errors.contains("ended base-train, checkpoint at step 3;"), "\(outcome.errors)")
        #expect(outcome.errors.contains("base_checkpoints/trapped/retro-fault-"))
        let record = try Self.record(outcome.errors, in: program)
        #expect(record.contains("command: ") && record.contains("--model-tag trapped"))
        #expect(record.contains("while:   base-train, checkpoint at step 3"))
        // The record is in nobody's way.
        let again = try program.run(command)
        #expect(again.status == 0, "\(again.errors)")
    }
}

#endif
