internal import Foundation
internal import Provenance

/// Runs Python that a model wrote: without network, on a read-only system, with a small private folder, and
/// bounded in memory, processes, time, files and output. Everything it started dies with it.
///
/// Isolation is bubblewrap's: namespaces of its own for users, processes, network, mounts and the rest.
public struct Sandbox: Sendable {
    /// What a program may use.
    public struct Limits: Hashable, Sendable {
        /// Wall time, seconds.
        public var seconds = 5.0
        /// Address space of each process.
        public var memoryBytes = 512 << 20
        /// Processes and threads at once.
        public var processCount = 16
        /// Size of a file, and of all files together.
        public var fileBytes = 16 << 20
        /// What is read of its output.
        public var outputBytes = 64 << 10

        /// The usual ones.
        public init() {}
    }

    /// How a program ended.
    public enum Verdict: Hashable, Sendable {
        /// It reached its end.
        case finished
        /// It ended early, with what it wrote last.
        case failed(String)
        /// Its time was up.
        case timedOut
        /// It wrote too much.
        case outputCapped
    }

    /// What keeps programs apart from the machine.
    public enum Isolation: Hashable, Sendable {
        /// bubblewrap at this path.
        case bubblewrap(String)
        /// Nothing but limits and a folder of its own, asked for by name.
        case none
    }

    /// What keeps programs apart.
    public let isolation: Isolation
    /// What a program may use.
    public let limits: Limits
    private let python: String
    private let temporaryFolder: String
    /// Arguments that give up root's rights before anything else; empty for everybody else.
    private let unprivileged: [String]

    private static let pythons = ["/usr/bin/python3", "/usr/local/bin/python3"]

    /// A sandbox that has run a program, so that it is known to work here.
    /// - Parameters:
    ///   - bubblewrap: where the program is; nil where it is not installed.
    ///   - allowsUnsafe: whether code may run without isolation where there is none.
    ///   - temporaryFolder: takes the programs while they run.
    public init(
        bubblewrap: String?, allowsUnsafe: Bool, limits: Limits = Limits(), temporaryFolder: String
    ) throws(SandboxError) {
        guard
            let python = Self.pythons.first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else { throw .missingPython(Self.pythons) }
        self.python = python
        self.limits = limits
        self.temporaryFolder = temporaryFolder
        let setpriv = "/usr/bin/setpriv"
        // The number of processes is not limited for root.
        unprivileged =
            getuid() == 0 && FileManager.default.isExecutableFile(atPath: setpriv)
            ? [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"] : []
        guard let bubblewrap else {
            guard allowsUnsafe else { throw .missingBubblewrap }
            isolation = .none
            return
        }
        isolation = .bubblewrap(bubblewrap)
        let verdict = run("print(1)")
        if verdict != .finished { throw .unusable("\(verdict)") }
    }

    /// Runs `program` to its end or its bounds.
    public func run(_ program: String) -> Verdict {
        let token = UUID().uuidString
        let folder = "\(temporaryFolder)/retro-sandbox-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder + "/work", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            try program.write(
                toFile: folder + "/program.py", atomically: false, encoding: .utf8)
            // It is read by somebody without rights.
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: folder + "/program.py")
            if isolation == .none {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o777], ofItemAtPath: folder + "/work")
            }
        } catch {
            return .failed("the program could not be written: \(FileError.reason(of: error))")
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome = BoundedProcess.run(
            arguments(folder, token: token), seconds: limits.seconds,
            outputLimit: limits.outputBytes)
        guard let outcome else { return .failed("the sandbox could not be started") }
        if outcome.isOutputCapped { return .outputCapped }
        if outcome.isTimedOut { return .timedOut }
        let text = String(decoding: outcome.output, as: UTF8.self)
        // A program that ends itself early must not pass for one that came to its end.
        if outcome.status == 0, text.hasSuffix(token + "\n") { return .finished }
        return .failed(String(text.suffix(400)))
    }

    private func arguments(_ folder: String, token: String) -> [String] {
        let place =
            switch isolation {
            case .bubblewrap: "/program.py"
            case .none: folder + "/program.py"
            }
        let inner = [python, "-I", "-B", "-c", Self.preamble(limits), place, token]
        guard case .bubblewrap(let path) = isolation else {
            return unprivileged + inner + [folder + "/work"]
        }
        var arguments =
            unprivileged + [
                path, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session",
                "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox",
                "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LC_ALL", "C.UTF-8",
                "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev",
                "--size", "\(limits.fileBytes)", "--tmpfs", "/tmp", "--chdir", "/tmp",
                "--ro-bind", folder + "/program.py", "/program.py",
            ]
        for name in ["lib", "lib64", "lib32", "bin", "sbin"] {
            let isLink =
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/" + name)) != nil
            if isLink {
                arguments += ["--symlink", "usr/" + name, "/" + name]
            } else if FileManager.default.fileExists(atPath: "/" + name) {
                arguments += ["--ro-bind", "/" + name, "/" + name]
            }
        }
        // What bubblewrap made to hang the rest on would be memory without a bound.
        return arguments + ["--remount-ro", "/dev", "--remount-ro", "/", "--"] + inner
    }

    /// Python that bounds itself, then becomes the program. Hard limits cannot be raised again.
    private static func preamble(_ limits: Limits) -> String {
        """
        import os, resource, sys
        for name, value in (
            (resource.RLIMIT_AS, \(limits.memoryBytes)), (resource.RLIMIT_NPROC, \(limits.processCount)),
            (resource.RLIMIT_FSIZE, \(limits.fileBytes)), (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, \(Int(limits.seconds.rounded(.up)) + 1)),
        ):
            resource.setrlimit(name, (value, value))
        place, token = sys.argv[1:3]
        for folder in sys.argv[3:]:
            os.chdir(folder)
        sys.argv = [place]
        del os, resource
        with open(place, encoding="utf-8") as file:
            program = compile(file.read(), "program.py", "exec")
        exec(program, {"__name__": "__main__"})
        sys.stdout.flush()
        print("\\n" + token, flush=True)
        """
    }
}

/// Why model-written code cannot be run.
public enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// bubblewrap is not installed.
    case missingBubblewrap
    /// It is installed and does not work.
    case unusable(String)
    /// There is no Python that a sandbox can see.
    case missingPython([String])

    /// What to do about it.
    public var description: String {
        switch self {
        case .missingBubblewrap:
            "code that a model wrote is run only in a sandbox, and bubblewrap is not installed "
                + "(apt install bubblewrap). --unsafe-exec runs it without one: it could then read "
                + "your files and use your network."
        case .unusable(let what):
            "bubblewrap is installed but does not work here (\(what)); user namespaces may be "
                + "switched off (sysctl kernel.unprivileged_userns_clone, or AppArmor). Leave HumanEval "
                + "out, or run where they are allowed."
        case .missingPython(let paths):
            "HumanEval needs a Python of the system at \(paths.joined(separator: " or "))."
        }
    }
}
