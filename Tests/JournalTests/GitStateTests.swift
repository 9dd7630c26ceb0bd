import Foundation
import Journal
import Testing

private let git = "/usr/bin/git"

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: git)))
struct GitStateTests {
    private func run(_ arguments: [String], in folder: String) throws {
        let outcome = ChildProcess.run(
            git, ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"] + arguments,
            environment: ["HOME": folder])
        try #require(outcome?.status == 0)
    }

    /// A repository with one committed file.
    private func repository(_ folder: String) throws {
        try run(["init", "-q", "-b", "trunk"], in: folder)
        try "one\n".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
        try run(["add", "file"], in: folder)
        try run(["commit", "-q", "-m", "first"], in: folder)
    }

    @Test func tellsCommitBranchAndChange() throws {
        try withFolder { folder in
            try repository(folder)
            let clean = GitState.read(folder: folder)
            #expect(clean.commit?.count == 40)
            #expect(clean.branch == "trunk")
            #expect(!clean.isDirty)
            try "two\n".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            try "new\n".write(toFile: folder + "/é", atomically: false, encoding: .utf8)
            let dirty = GitState.read(folder: folder)
            #expect(dirty.diff.contains("-one\n+two\n"))
            #expect(dirty.untracked == ["é"])
            #expect(dirty.commit == clean.commit)
        }
    }

    @Test func runsNothingThatTheRepositoryNames() throws {
        try withFolder { folder in
            try repository(folder)
            let trap = folder + "/trap"
            for key in ["diff.external", "core.fsmonitor", "core.pager", "diff.x.textconv"] {
                try run(["config", key, "touch \(trap) #"], in: folder)
            }
            try "file diff=x\n".write(
                toFile: folder + "/.gitattributes", atomically: false, encoding: .utf8)
            try "two\n".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            #expect(GitState.read(folder: folder).diff.contains("+two"))
            #expect(!FileManager.default.fileExists(atPath: trap))
        }
    }

    @Test func cutsALongDiffAndSaysSo() throws {
        try withFolder { folder in
            try repository(folder)
            let long = String(repeating: "line\n", count: 200_000)
            try long.write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            let state = GitState.read(folder: folder, diffByteLimit: 10_000)
            #expect(state.diff.utf8.count == 10_000)
            #expect(state.note?.contains("cut after 10000") == true)
        }
    }

    @Test func outsideARepositoryThereIsANoteAndNoError() throws {
        try withFolder { folder in
            let state = GitState.read(folder: folder)
            #expect(state.commit == nil)
            #expect(state.note != nil)
            #expect(GitState.read(folder: folder, git: "/no/git").note == "no git at /no/git")
        }
    }
}
