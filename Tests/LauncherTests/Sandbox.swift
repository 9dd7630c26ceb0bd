import Foundation

/// A repository that holds nothing but the launcher, on a machine whose `swift` and `python3` are
/// scripts that write down how they were called.
struct Sandbox: ~Copyable {
    /// The repository.
    let root: String
    private let tools: String

    /// - Parameter exitStatus: what the built program ends with.
    init(exitStatus: Int = 0) throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/launcher-" + UUID().uuidString
        root = folder + "/a repository"
        tools = folder + "/bin"
        for made in [root + "/Tools", root + "/Sources/x", tools] {
            try files.createDirectory(atPath: made, withIntermediateDirectories: true)
        }
        let real = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        try files.copyItem(atPath: real + "/retro", toPath: root + "/retro")
        try files.copyItem(atPath: real + "/Tools/bootstrap", toPath: root + "/Tools/bootstrap")
        try "package".write(toFile: root + "/Package.swift", atomically: true, encoding: .utf8)
        try "source".write(toFile: root + "/Sources/x/a.swift", atomically: true, encoding: .utf8)

        try tool(
            "swift",
            """
            case "$1" in
                --version)
                    [[ -z "${SWIFT_LACKS:-}" ]] || { echo "swift: no $SWIFT_LACKS" >&2; exit 127; }
                    echo "Swift version ${SWIFT_VERSION:-6.3.1}" ;;
                build)
                    echo "$@" >>"$LOG/builds"
                    [[ -z "${BROKEN:-}" ]] || { echo "error: broken" >&2; exit 1; }
                    sleep 0.2
                    mkdir -p "$LOG/.build/release"
                    printf '#!/bin/bash\\nprintf "<%%s>" "$@"\\nexit \(exitStatus)\\n' >"$LOG/.build/release/retro"
                    chmod +x "$LOG/.build/release/retro" ;;
                test)
                    echo "$@" >>"$LOG/tests"
                    while [[ $# -gt 0 ]]; do
                        [[ "$1" == --event-stream-output-path ]] && [[ -n "${EVENTS:-}" ]] && printf '%s\\n' "$EVENTS" >"$2"
                        shift
                    done
                    exit "${TEST_STATUS:-0}" ;;
            esac
            """)
        // pip leaves behind what a wheel would; a share of them in one folder.
        try tool(
            "python3",
            """
            case "$*" in
                *"-m pip --version") exit 0 ;;
                *"-m pip install"*)
                    target="" list=""
                    while [[ $# -gt 0 ]]; do
                        [[ "$1" == --target ]] && target="$2"
                        [[ "$1" == -r ]] && list="$2"
                        shift
                    done
                    name="$(sed 's/ .*//;q' "$list")"
                    if [[ "$name" == "${NO_WHEEL:-none}" ]]; then
                        echo "ERROR: No matching distribution found for $name" >&2; exit 1
                    fi
                    if [[ "$name" == "${FULL_DISK:-none}" ]]; then
                        echo "OSError: [Errno 28] No space left on device" >&2; exit 1
                    fi
                    echo "$name" >>"$LOG/installed"
                    mkdir -p "$target/${name/==/-}.dist-info" "$target/nvidia/lib"
                    echo "$name" >"$target/nvidia/lib/${name%%=*}" ;;
                *sys.executable*) echo "$0" ;;
                *version_info.minor*) echo 12 ;;
                *count_tests.py*) exec "$REAL_PYTHON" "$@" ;;
            esac
            """)
        // A system library is missing until apt-get has been asked for it.
        try tool(
            "pkg-config",
            """
            [[ "$*" != *hdf5* || -z "${NO_HDF5:-}" || -e "$LOG/packages" ]]
            """)
        try tool(
            "apt-get",
            """
            [[ "$1" == install ]] || exit 0
            [[ -z "${NO_APT:-}" ]] || { echo "E: no such package"; exit 100; }
            echo "$@" >>"$LOG/packages"
            """)
        try tool(
            "ldd",
            """
            [[ -z "${NO_LIBRARY:-}" || -e "$LOG/packages" ]] || echo "  $NO_LIBRARY => not found"
            """)
        try tool("sudo", "echo sudo >>\"$LOG/sudo\"; exec \"$@\"")
        try tool("id", "echo \"${USER_ID:-0}\"")
        try tool("uname", "[[ \"$1\" == -s ]] && echo \"${SYSTEM:-Linux}\" || echo x86_64")
        try tool("df", "printf 'a b c d\\n- - - %s -\\n' \"${FREE_KB:-99999999}\"")
        try tool("brew", "echo /opt/homebrew")
        // Found beside `swift`, as in a toolchain.
        try tool("clang++", "exit 0")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (root as NSString).deletingLastPathComponent)
    }

    private func tool(_ name: String, _ body: String) throws {
        let path = tools + "/" + name
        try ("#!/bin/bash\n" + body + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What a start of the launcher left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A start that has begun.
    struct Start {
        let process: Process
        let folder: String

        /// Waits for its end.
        func outcome() throws -> Outcome {
            process.waitUntilExit()
            func text(_ name: String) throws -> String {
                try String(contentsOfFile: folder + name, encoding: .utf8)
            }
            return Outcome(
                status: process.terminationStatus, output: try text(".out"),
                errors: try text(".err"))
        }
    }

    /// Starts the launcher with these words, and waits.
    func start(_ words: String..., environment: [String: String] = [:]) throws -> Outcome {
        try begin(words, environment).outcome()
    }

    /// Starts the launcher with these words.
    func begin(_ words: [String], _ environment: [String: String] = [:]) throws -> Start {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: root + "/retro")
        process.arguments = words
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("RETRO_") }
        variables["PATH"] = tools + ":/usr/bin:/bin"
        variables["LOG"] = root
        variables["REAL_PYTHON"] = Self.python
        variables["RETRO_WHEELS"] = "cpu"
        process.environment = variables.merging(environment) { $1 }
        let folder = (root as NSString).deletingLastPathComponent + "/" + UUID().uuidString
        for (ending, isOutput) in [(".out", true), (".err", false)] {
            try Data().write(to: URL(fileURLWithPath: folder + ending))
            let file = FileHandle(forWritingAtPath: folder + ending)
            if isOutput { process.standardOutput = file } else { process.standardError = file }
        }
        try process.run()
        return Start(process: process, folder: folder)
    }

    /// The lines that the scripts wrote down.
    func lines(_ name: String) -> [String] {
        let text = (try? String(contentsOfFile: root + "/" + name, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static var python: String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let path = folders.map { "\($0)/python3" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        return path ?? "/usr/bin/python3"
    }
}
