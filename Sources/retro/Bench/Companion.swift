import Foundation
import Provenance

/// A Python program of `Tools/baseline` in a process of its own, which answers each line it is sent
/// with one line of JSON: so two programs can be timed in turn, in one run.
final class Companion {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    /// Starts `script` (a file name in `Tools/baseline`) with the wheels and `.deps/bench` in reach.
    init(_ script: String, _ arguments: [String], in world: World) throws {
        guard let repository = world.repository, let wheels = world.wheels else {
            throw CommandError.missing(
                "the programs to compare with lie in the repository; run the program from there.")
        }
        process.executableURL = URL(fileURLWithPath: world.python)
        process.arguments = ["-B", repository + "/Tools/baseline/" + script] + arguments
        var environment = world.environment
        let extra = [wheels, repository + "/.deps/bench", environment["PYTHONPATH"] ?? ""]
        environment["PYTHONPATH"] = extra.filter { !$0.isEmpty }.joined(separator: ":")
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw CommandError.missing(
                "cannot start \(world.python): \(FileError.reason(of: error)).")
        }
    }

    deinit { process.terminate() }

    /// Sends a line and waits for its answer; `nil` when the program has gone or talks nonsense.
    func answer<Answer: Decodable>(to line: String, as type: Answer.Type) -> Answer? {
        try? input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
        return answer(as: type)
    }

    /// Waits for a line that was not asked for.
    func answer<Answer: Decodable>(as type: Answer.Type) -> Answer? {
        let reading = output.fileHandleForReading
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[unread.startIndex..<end]
                unread = Data(unread[(end + 1)...])
                return try? JSONDecoder().decode(type, from: Data(line))
            }
            let piece = reading.availableData
            guard !piece.isEmpty else { return nil }
            unread.append(piece)
        }
    }
}
