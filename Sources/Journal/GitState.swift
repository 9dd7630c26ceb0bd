internal import Foundation

/// The state of the source that a run was built from.
public struct GitState: Codable, Hashable, Sendable {
    /// The commit, 40 hexadecimal digits; `nil` where there is no repository.
    public var commit: String?
    /// The branch, `nil` when detached.
    public var branch: String?
    /// What differs from the commit, as a patch; empty when nothing does.
    public var diff: String
    /// The file beside the manifest that holds the patch instead; nil where `diff` holds it.
    public var diffFile: String?
    /// Files that git does not know of, by path.
    public var untracked: [String]
    /// Why some of this is missing, if it is.
    public var note: String?

    /// A state known by other means.
    public init(
        commit: String?, branch: String? = nil, diff: String = "", untracked: [String] = [],
        note: String? = nil
    ) {
        self.commit = commit
        self.branch = branch
        self.diff = diff
        self.untracked = untracked
        self.note = note
    }

    /// Whether the source differs from the commit.
    public var isDirty: Bool { !diff.isEmpty || diffFile != nil || !untracked.isEmpty }

    /// What `git` says of the repository that `folder` is in. A run must not fail because of git, so
    /// every difficulty becomes a `note`.
    ///
    /// The repository's own configuration could name programs to run (external diff, file system
    /// monitor, hooks); all of them are switched off, no pager or prompt can wait, and the lock of
    /// the index is not taken.
    /// - Parameters:
    ///   - git: absolute path of the program.
    ///   - home: where git looks for the user's settings; they decide which repositories of other
    ///     users may be read.
    ///   - diffByteLimit: a longer patch is cut, and the note says so.
    public static func read(
        folder: String, git: String = "/usr/bin/git", home: String = "/nonexistent",
        diffByteLimit: Int = 1 << 20
    ) -> GitState {
        guard FileManager.default.isExecutableFile(atPath: git) else {
            return GitState(commit: nil, note: "no git at \(git)")
        }
        func run(_ arguments: [String], limit: Int) -> (text: String, isCut: Bool)? {
            let outcome = ChildProcess.run(
                git, ["-C", folder] + quietly + arguments,
                // Nothing of our own environment: GIT_DIR and its kin would point it elsewhere.
                environment: [
                    "PATH": "/usr/bin:/bin", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0",
                    "HOME": home,
                ], byteLimit: limit)
            guard let outcome, outcome.isCut || outcome.status == 0 else { return nil }
            return (String(decoding: outcome.output, as: UTF8.self), outcome.isCut)
        }
        guard let head = run(["rev-parse", "--verify", "HEAD"], limit: 4096) else {
            return GitState(commit: nil, note: "no commit found from \(folder)")
        }
        var state = GitState(commit: head.text.trimmingCharacters(in: .whitespacesAndNewlines))
        state.branch = run(["symbolic-ref", "--short", "-q", "HEAD"], limit: 4096)?
            .text.trimmingCharacters(in: .whitespacesAndNewlines)
        let change = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "HEAD", "--"]
        if let diff = run(change, limit: diffByteLimit) {
            state.diff = diff.text
            if diff.isCut { state.note = "the diff is cut after \(diffByteLimit) bytes" }
        } else {
            state.note = "git could not tell the difference to HEAD"
        }
        let others = ["ls-files", "--others", "--exclude-standard", "-z"]
        if let listing = run(others, limit: diffByteLimit) {
            state.untracked = listing.text.split(separator: "\0").map(String.init)
        }
        return state
    }

    private static let quietly = [
        "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false",
        "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "-c", "diff.external=",
        "-c", "submodule.recurse=false",
    ]
}
