import Foundation
import Testing

/// The built program with a folder of its own.
final class Program {
    /// Everything it writes.
    let folder: String
    let executable: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/program-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Beside the tests' own bundle or executable, wherever the build put them.
        var place = Bundle(for: Program.self).bundleURL
        var found: String?
        for _ in 0..<4 where found == nil {
            let candidate = place.appendingPathComponent("retro")
            let kind = try? candidate.resourceValues(forKeys: [.isRegularFileKey])
            if kind?.isRegularFile == true { found = candidate.path }
            place.deleteLastPathComponent()
        }
        executable = try #require(found, "the program is not beside its tests")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What a command printed, and how it ended.
    struct Outcome {
        var output: String
        var errors: String
        /// Of its exit, or of the signal that ended it.
        var status: Int32
        /// Which of the two.
        var reason: Process.TerminationReason
    }

    /// Runs a command to its end, in the folder, with nothing on standard input but `input`.
    func run(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(arguments, input: input)
    }

    /// Runs a command to its end, in the folder.
    /// - Parameter variables: what the environment has beside PATH and HOME.
    func run(
        _ arguments: [String], input: String = "", variables: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder]
            .merging(variables) { $1 }
        let id = UUID().uuidString
        // Files, not pipes: a pipe that nobody empties holds its writer up.
        let names = ["in", "out", "err"].map { "\(folder)/.\($0)-\(id)" }
        try input.write(toFile: names[0], atomically: true, encoding: .utf8)
        for name in names[1...] { try Data().write(to: URL(fileURLWithPath: name)) }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: names[0]))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
        try process.run()
        process.waitUntilExit()
        let texts = try names[1...].map { try String(contentsOfFile: $0, encoding: .utf8) }
        for name in names { try FileManager.default.removeItem(atPath: name) }
        return Outcome(
            output: texts[0], errors: texts[1], status: process.terminationStatus,
            reason: process.terminationReason)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: String..., input: String = "") throws -> String {
        let outcome = try run(arguments, input: input)
        try #require(
            outcome.status == 0, "\(arguments.joined(separator: " ")): \(outcome.errors)")
        return outcome.output
    }

    /// A JSON file of the folder.
    func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(path)")
    }
}
