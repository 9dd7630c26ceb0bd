import Foundation
import Journal
import Provenance
import Runs

/// wandb's own client, in a Python process that is handed lines and asked to confirm them.
final class WandbSink: TrackerSink {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    /// Seconds that the client may take to confirm.
    private let patience: Double

    /// How wandb is installed.
    static let remedy =
        "wandb is not installed. Install it with: python3 -m pip install --require-hashes --no-deps --target "
        + ".deps/tracker -r Tools/tracker/requirements.txt; or leave --tracker=wandb out."

    /// Why the client is given up.
    enum Fault: Error, CustomStringConvertible {
        case gone
        case silent(seconds: Double)

        var description: String {
            switch self {
            case .gone: "wandb's client has ended"
            case .silent(let seconds): "wandb's client has said nothing for \(Int(seconds)) seconds"
            }
        }
    }

    private static func environment(_ world: World) -> [String: String] {
        var environment = world.environment
        let own = world.repository.map { $0 + "/.deps/tracker" }
        let places = [own, environment["PYTHONPATH"]].compactMap { $0 }.filter { !$0.isEmpty }
        environment["PYTHONPATH"] = places.joined(separator: ":")
        return environment
    }

    /// Whether Python finds the client.
    static func isInstalled(_ world: World) -> Bool {
        let outcome = ChildProcess.run(
            world.python,
            ["-c", "import importlib.util as u, sys; sys.exit(u.find_spec('wandb') is None)"],
            environment: environment(world))
        return outcome?.status == 0
    }

    init(
        _ directory: RunDirectory, project: String, patience: Double = 120, in world: World
    ) throws {
        self.patience = patience
        guard let repository = world.repository else {
            throw CommandError.missing(
                "wandb's client is told by Tools/tracker/wandb_sink.py of the repository; run the program from there."
            )
        }
        let manifest = try directory.readManifest()
        let chain = (try? directory.readParentLink().inheritance_chain) ?? []
        let configuration = try RunReader(path: directory.path).configuration()
        guard var config = try JSONSerialization.jsonObject(with: configuration) as? [String: Any]
        else { throw CommandError.missing("'\(directory.path)' has no readable config.json.") }
        config["run"] = directory.name
        config["inheritance_chain"] = chain
        // The same run, whenever and from wherever it is told.
        let place = manifest.settingsHash.hex + directory.path
        let begin: [String: Any] = [
            "id": "r" + String(ContentHashText.of(place).prefix(15)), "name": directory.name,
            "project": project, "group": chain.first ?? directory.name,
            "tags": [manifest.phase.rawValue, "\(config["direction"] ?? "forward")"],
            "config": config, "folder": directory.path,
        ]
        process.executableURL = URL(fileURLWithPath: world.python)
        process.arguments = ["-B", repository + "/Tools/tracker/wandb_sink.py"]
        process.environment = Self.environment(world)
        process.standardInput = input
        process.standardOutput = output
        do { try process.run() } catch {
            throw CommandError.missing(
                "cannot start \(world.python): \(FileError.reason(of: error)).")
        }
        // A client that dies must not take this process along.
        signal(SIGPIPE, SIG_IGN)
        try send(["begin": begin])
    }

    deinit { if process.isRunning { process.terminate() } }

    func log(_ metrics: [(name: String, value: Double)], step: Int) throws {
        // JSON has no NaN, and wandb no use for one.
        let finite = metrics.filter { $0.value.isFinite }
        try send([
            "step": step,
            "metrics": Dictionary(
                finite.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }),
        ])
    }

    /// wandb keeps the first value of a step; what is trained again is the same, bit for bit.
    func restart(at step: Int) {}

    func sync() throws {
        try send(["sync": true])
        var waiting = pollfd(
            fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(patience * 1000)) > 0 else {
            throw Fault.silent(seconds: patience)
        }
        guard !output.fileHandleForReading.availableData.isEmpty else { throw Fault.gone }
    }

    func finish() throws {
        try? input.fileHandleForWriting.close()
        for _ in 0..<Int(patience * 10) where process.isRunning { usleep(100_000) }
        guard !process.isRunning else { throw Fault.silent(seconds: patience) }
    }

    private func send(_ message: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: message) + Data("\n".utf8)
        do { try input.fileHandleForWriting.write(contentsOf: data) } catch { throw Fault.gone }
    }
}
