import Arguments
import Foundation
import Terminal

/// All that the program knows of the outside, read once at the start and passed down.
struct World: Sendable {
    /// The words after the program's name.
    private(set) var arguments: [String]
    /// The variables of the process.
    let environment: [String: String]
    /// The program's own file, links resolved.
    let executablePath: String
    /// Lines of the terminal, as high as its window is now.
    var lineCount: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// The folder that relative paths start from.
    private(set) var workingDirectory: String
    /// Where results go.
    private(set) var output: Console
    /// Where everything else that is said goes.
    let errors: Console
    /// Processors that the process may use.
    let processorCount: Int
    /// When the process began.
    private(set) var startDate: Date
    /// Stops on request.
    let signals: Signals

    /// The calendar's time.
    let now: @Sendable () -> Date
    /// Seconds on a clock that never goes back.
    let seconds: @Sendable () -> Double

    /// Reads the world.
    static func current() -> World {
        let process = ProcessInfo.processInfo
        let environment = process.environment
        let clock = ContinuousClock()
        let start = clock.now
        return World(
            arguments: Array(process.arguments.dropFirst()), environment: environment,
            executablePath: executablePath(process.arguments.first ?? "retro"),
            workingDirectory: FileManager.default.currentDirectoryPath,
            output: console(STDOUT_FILENO, environment),
            errors: console(STDERR_FILENO, environment),
            processorCount: process.activeProcessorCount, startDate: Date(), signals: Signals(),
            now: { Date() },
            seconds: { (clock.now - start) / .seconds(1) })
    }

    /// Whether only results and errors are written.
    private(set) var isQuiet = false
    /// Whether results are one JSON value.
    private(set) var wantsJSON = false

    /// The same world, as talkative as the options ask.
    func speaking(_ options: OutputOptions) -> World {
        var world = self
        world.isQuiet = options.quiet
        world.wantsJSON = options.json
        return world
    }

    /// The same world with nothing on standard output.
    var silent: World {
        var world = self
        world.output = Console(isTerminal: false, usesColor: false, sink: { _ in })
        return world
    }

    /// The same world from another folder.
    func with(directory: String) -> World {
        var world = self
        world.workingDirectory = directory
        return world
    }

    /// The same world, seen by another command line.
    func with(arguments: [String]) -> World {
        var world = self
        world.arguments = arguments
        world.startDate = now()
        return world
    }

    /// The repository that the program was built in; nil for a copy that stands elsewhere.
    var repository: String? {
        var folder = executablePath
        // REPOSITORY/.build/TRIPLE/release/retro
        for _ in 0..<4 {
            folder = (folder as NSString).deletingLastPathComponent
            if FileManager.default.fileExists(atPath: folder + "/Package.swift") { return folder }
        }
        return nil
    }

    /// Where wheels were unpacked.
    var wheels: String? { repository.map { $0 + "/.deps/site" } }

    /// The Python that can use them.
    var python: String {
        let own = repository.map { $0 + "/.deps/bin/python3" }
        if let own, FileManager.default.isExecutableFile(atPath: own) { return own }
        return find("python3") ?? "/usr/bin/python3"
    }

    /// The first program of this name on PATH.
    func find(_ program: String) -> String? {
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/\(program)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        return nil
    }

    /// A path with `~` resolved, as it is where the shell did not do it (`--home=~/x`).
    func resolved(_ path: Path) -> String {
        guard path.string == "~" || path.string.hasPrefix("~/"), let home = environment["HOME"]
        else { return path.string }
        return home + path.string.dropFirst()
    }

    /// A path from the root, without a slash at its end.
    func absolute(_ path: Path) -> String {
        let path = resolved(path)
        let full = path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
        return (full as NSString).standardizingPath
    }

    /// Lets the first signal end a run after its step, not at once.
    func stopAfterStep() {
        signals.hold { _ in say("\nstopping after this step; again to stop at once") }
    }

    /// Tells how far a long work is, as loudly as the options ask.
    func progress(
        _ label: String, total: Int? = nil, unit: ProgressLine.Unit
    ) -> ProgressLine {
        ProgressLine(
            label, total: total, unit: unit, on: errors,
            manner: isQuiet ? .quiet : .seconds(10), seconds: seconds)
    }

    /// Says something on the way, unless the user wants silence.
    func say(_ text: String) {
        if !isQuiet { errors.line(text) }
    }

    /// Writes a value as the one JSON object of standard output.
    func write(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        output.line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    private static func executablePath(_ name: String) -> String {
        #if os(Linux)
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return path
        }
        #endif
        return URL(fileURLWithPath: Bundle.main.executablePath ?? name)
            .resolvingSymlinksInPath().path
    }

    private static func console(_ descriptor: Int32, _ environment: [String: String]) -> Console {
        let isTerminal = isatty(descriptor) == 1
        return Console(
            isTerminal: isTerminal,
            usesColor: Console.mayUseColor(isTerminal: isTerminal, environment: environment),
            columnCount: columnCount(of: descriptor)
        ) { writeAll($0, to: descriptor) }
    }
}

/// Characters in a line of a terminal, as wide as its window is now.
private func columnCount(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}

private func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EPIPE {
            // The reader has seen enough (`| head`): end as the signal would have ended us.
            _exit(ExitCode.signal(SIGPIPE).rawValue)
        }
        if count < 0 && errno != EINTR && errno != EAGAIN {
            // Nobody can be told that nothing can be told; but a full disk must not pass for
            // success, so the exit status says it.
            exit(ExitCode.failure.rawValue)
        }
        bytes = bytes.dropFirst(max(0, count))
    }
}
