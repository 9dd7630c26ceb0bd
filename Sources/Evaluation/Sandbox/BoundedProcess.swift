internal import Foundation

#if canImport(Glibc)
internal import Glibc
#endif

/// A program run with nothing on its input, bounded in time and output, and killed with all it started.
enum BoundedProcess {
    /// How it went.
    struct Outcome {
        /// What it wrote, up to the bound.
        var output: [UInt8]
        /// Its exit status; nil where it was killed.
        var status: Int32?
        /// Whether its time was up.
        var isTimedOut = false
        /// Whether it wrote more than the bound.
        var isOutputCapped = false
    }

    /// Runs `arguments` (the first is the program's path) with PATH as its whole environment.
    /// - Returns: nil where it could not be started.
    static func run(
        _ arguments: [String], seconds: Double, outputLimit: Int
    ) -> Outcome? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that one signal reaches all of it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var pid: pid_t = 0
        let words = arguments.map { strdup($0) } + [nil]
        let environment = [strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C.UTF-8"), nil]
        defer { for word in words + environment { free(word) } }
        let status = posix_spawn(&pid, arguments[0], &actions, &attributes, words, environment)
        close(ends[1])
        guard status == 0 else {
            close(ends[0])
            return nil
        }
        defer { close(ends[0]) }
        var outcome = read(from: ends[0], seconds: seconds, limit: outputLimit)
        if outcome.isTimedOut || outcome.isOutputCapped { kill(-pid, SIGKILL) }
        outcome.status = wait(for: pid, seconds: outcome.isTimedOut ? 5 : seconds)
        if outcome.status == nil, !outcome.isOutputCapped { outcome.isTimedOut = true }
        // Whoever is left of the group; a sandbox's own processes died with it.
        kill(-pid, SIGKILL)
        return outcome
    }

    /// Reads until the end, the bound or the deadline.
    private static func read(from end: Int32, seconds: Double, limit: Int) -> Outcome {
        var outcome = Outcome(output: [], status: nil)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let left = (deadline - clock.now) / .milliseconds(1)
            guard left > 0 else {
                outcome.isTimedOut = true
                return outcome
            }
            var waiting = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, Int32(min(left + 1, 60_000)))
            if ready < 0 && errno != EINTR { return outcome }
            guard ready > 0 else { continue }
            #if canImport(Glibc)
            let count = Glibc.read(end, &buffer, buffer.count)
            #else
            let count = Darwin.read(end, &buffer, buffer.count)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return outcome }
            outcome.output += buffer[..<count]
            if outcome.output.count > limit {
                outcome.output.removeLast(outcome.output.count - limit)
                outcome.isOutputCapped = true
                return outcome
            }
        }
    }

    /// The exit status of `pid`; nil where it was killed, by us after `seconds` at the latest.
    private static func wait(for pid: pid_t, seconds: Double) -> Int32? {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var status: Int32 = 0
        while true {
            let found = waitpid(pid, &status, WNOHANG)
            if found == pid { break }
            if found < 0 && errno != EINTR { return nil }
            if clock.now >= deadline {
                kill(-pid, SIGKILL)
                _ = waitpid(pid, &status, 0)
                break
            }
            usleep(1000)
        }
        // A low byte of 0 means that it ended by itself; the status is in the next.
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }
}
