package import Foundation

/// One short-lived program whose output is read to its end.
///
/// Foundation's `Process` waits on run loops and can hang when several threads start children, so
/// this goes to the system directly.
package enum ChildProcess {
    /// What a program left behind.
    package struct Outcome: Sendable {
        /// Its standard output, up to the limit.
        package var output: Data
        /// Whether it had more to say; it was then stopped.
        package var isCut: Bool
        /// Its exit status; 128 + signal if it was killed.
        package var status: Int32
    }

    /// Runs `program` (an absolute path) without a shell; input and errors go nowhere.
    /// - Returns: `nil` if it could not be started.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String],
        byteLimit: Int = 1 << 24
    ) -> Outcome? {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
        // A socket can be born closed to other children, which Glibc's module hides for pipes.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        #else
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #endif
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(readEnd) }
        let child = spawn(program, arguments, environment, output: writeEnd)
        close(writeEnd)
        guard let child else { return nil }

        var output = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while output.count <= byteLimit {
            let count = read(readEnd, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            output.append(contentsOf: buffer[..<count])
        }
        let isCut = output.count > byteLimit
        if isCut { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return Outcome(
            output: output.prefix(byteLimit), isCut: isCut,
            status: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
    }

    /// Starts `program` in a session of its own, with what it says appended to the file `log`, and lets it go.
    /// - Returns: whether it started.
    package static func detach(
        _ program: String, _ arguments: [String], environment: [String: String], log: String
    ) -> Bool {
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { return false }
        defer { close(output) }
        #if os(Linux)
        var attributes = posix_spawnattr_t()
        let ownSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Glibc's module hides
        #else
        var attributes: posix_spawnattr_t?
        let ownSession = Int16(POSIX_SPAWN_SETSID)
        #endif
        guard posix_spawnattr_init(&attributes) == 0 else { return false }
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, ownSession)
        return withUnsafePointer(to: &attributes) { attributes in
            spawn(
                program, arguments, environment, output: output, errors: output,
                attributes: attributes) != nil
        }
    }

    private static func openDescriptors() -> [Int32] {
        for folder in ["/proc/self/fd", "/dev/fd"] {
            if let names = try? FileManager.default.contentsOfDirectory(atPath: folder) {
                return names.compactMap { Int32($0) }
            }
        }
        return []
    }

    /// Whether the process `id` runs; one that has ended and that nobody has asked about yet does not.
    package static func isRunning(_ id: pid_t) -> Bool {
        guard kill(id, 0) == 0 || errno == EPERM else { return false }
        // "123 (name) S …"; the name may hold anything but the last parenthesis.
        guard let line = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return true }
        return line[end...].dropFirst(2).first != "Z"
    }

    #if os(Linux)
    private typealias SpawnAttributes = UnsafePointer<posix_spawnattr_t>
    #else
    private typealias SpawnAttributes = UnsafePointer<posix_spawnattr_t?>
    #endif

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], output: Int32,
        errors: Int32? = nil, attributes: SpawnAttributes? = nil
    ) -> pid_t? {
        #if os(Linux)
        var actions = posix_spawn_file_actions_t()
        #else
        var actions: posix_spawn_file_actions_t?
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let errors {
            posix_spawn_file_actions_adddup2(&actions, errors, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }

        if attributes != nil {
            // A program that is let go must not keep open what its parent was given: whoever waits for the parent
            // by such a descriptor would wait for the child.
            for descriptor in openDescriptors() where descriptor > 2 {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        return posix_spawn(&child, program, &actions, attributes, &argv, &envp) == 0 ? child : nil
    }
}
