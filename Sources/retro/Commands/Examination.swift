import Foundation
import Journal
import Tensors
import Terminal

/// What `retro doctor` finds.
struct Examination: Encodable {
    /// One thing found.
    struct Fact: Encodable {
        let name: String
        let value: String
    }

    /// Facts under a heading.
    struct Section: Encodable {
        let title: String
        let facts: [Fact]
    }

    /// Something the program can do if the machine has what it needs.
    struct Feature: Encodable {
        let name: String
        /// What is missing, and how to get it; absent where nothing is.
        let missing: String?
        /// Whether training needs it.
        let isRequired: Bool
    }

    let sections: [Section]
    let features: [Feature]

    /// Whether all that training needs is there.
    var isHealthy: Bool { features.allSatisfy { $0.missing == nil || !$0.isRequired } }

    init(of world: World) {
        let wheels = Wheels(folder: world.wheels)
        let hasCUDA = world.wheels.map { Libtorch.loadCUDA(folder: $0 + "/torch/lib") } ?? false
        sections = [
            Self.program(world), Self.machine(world), Self.tensors(wheels, world),
            Self.parts(world, wheels),
        ]
        features = Self.features(world, wheels, hasCUDA: hasCUDA)
    }

    private static func program(_ world: World) -> Section {
        #if DEBUG
        let configuration = "debug (slow: build with ./retro or swift build -c release)"
        #else
        let configuration = "release"
        #endif
        var facts = [
            Fact(name: "retro", value: "\(Version.number), \(configuration)"),
            Fact(name: "executable", value: world.executablePath),
        ]
        if let repository = world.repository {
            facts.append(Fact(name: "repository", value: repository))
        }
        return Section(title: "program", facts: facts)
    }

    private static func machine(_ world: World) -> Section {
        let machine = Machine.current()
        let instructions = KernelSupport.processorFeatures
        var facts = [
            Fact(name: "system", value: machine.system),
            Fact(name: "processor", value: machine.processor),
            Fact(
                name: "instructions",
                value: instructions.isEmpty ? "-" : instructions.joined(separator: " ")),
            Fact(name: "cores", value: "\(world.processorCount) may be used"),
            Fact(
                name: "memory", value: Quantity.bytes(Double(machine.memoryBytes)).description),
        ]
        if let free = freeBytes(world.workingDirectory) {
            facts.append(
                Fact(name: "disk free here", value: Quantity.bytes(Double(free)).description))
        }
        return Section(title: "machine", facts: facts)
    }

    private static func tensors(_ wheels: Wheels, _ world: World) -> Section {
        let build = wheels.torchBuild.map { " (\($0) build)" } ?? ""
        let devices = Device.Kind.allCases.compactMap { kind -> String? in
            let count = Device.count(of: kind)
            guard count > 0 else { return nil }
            return kind == .cpu ? "cpu" : "\(count) × \(kind)"
        }
        let kernels = KernelSupport.current
        func peak(_ dtype: DType) -> String {
            let rate = MatmulPeak.measured(dtype, now: world.seconds)
            return "\(dtype.name) \(Quantity.fixed(rate / 1e9, 0)) GFLOP/s"
        }
        return Section(
            title: "tensors",
            facts: [
                Fact(name: "libtorch", value: Libtorch.version + build),
                Fact(name: "kernels", value: kernels.summary),
                Fact(name: "why these", value: kernels.reason),
                Fact(name: "libtorch's own kernels", value: Libtorch.cpuCapability),
                Fact(name: "oneDNN", value: Libtorch.hasOneDNN ? "yes" : "no"),
                Fact(name: "devices", value: devices.joined(separator: ", ")),
                Fact(name: "threads in an operation", value: "\(Libtorch.threadCount)"),
                Fact(
                    name: "bfloat16 on the CPU",
                    value: kernels.hasFastBFloat16
                        ? "in hardware" : "emulated: float32 is faster here"),
                Fact(
                    name: "dtypes",
                    value: "cpu: float32, bfloat16 (default "
                        + "\(ComputeSettings.defaultDType(on: .cpu).name))"
                        + (Device.count(of: .cuda) > 0
                            ? "; cuda: float32, bfloat16 (default bfloat16)" : "")),
                Fact(
                    name: "matrix products, measured",
                    value: [DType.float32, .bfloat16].map(peak).joined(separator: ", ")),
            ])
    }

    private static func parts(_ world: World, _ wheels: Wheels) -> Section {
        func version(_ name: String) -> Fact {
            Fact(name: name, value: wheels.version(of: name) ?? "missing")
        }
        var facts = ["torch", "pyarrow", "vl_convert_python"].map(version)
        for library in ["hdf5", "libcrypto"] {
            facts.append(Fact(name: library, value: world.packageVersion(library) ?? "unknown"))
        }
        facts.append(
            Fact(
                name: "python", value: world.firstLine(of: world.python, ["--version"]) ?? "missing"
            ))
        for tool in ["swift", "git"] {
            let path = world.find(tool)
            let line = path.flatMap { world.firstLine(of: $0, ["--version"]) }
            facts.append(Fact(name: tool, value: line ?? "missing"))
        }
        return Section(title: "parts", facts: facts)
    }

    private static func features(
        _ world: World, _ wheels: Wheels, hasCUDA: Bool
    ) -> [Feature] {
        let setUp = "start ./retro setup in the repository"
        func wheel(_ name: String) -> String? { wheels.version(of: name) == nil ? setUp : nil }
        func program(_ name: String, _ remedy: String) -> String? {
            world.find(name) == nil ? remedy : nil
        }
        var features = [
            Feature(
                name: "training and evaluation on the CPU", missing: wheel("torch"),
                isRequired: true),
            Feature(
                name: "Parquet shards, buckets", missing: wheel("pyarrow"), isRequired: true),
            Feature(
                name: "figures (PNG, SVG, PDF, HTML)", missing: wheel("vl_convert_python"),
                isRequired: true),
            Feature(
                name: "commit and changes in manifests", missing: program("git", "install git"),
                isRequired: false),
            Feature(
                name: "execution of generated code",
                missing: program("bwrap", "install bubblewrap (apt-get install bubblewrap)"),
                isRequired: false),
        ]
        #if os(Linux)
        var cuda: String?
        if !hasCUDA {
            let hasDevice = FileManager.default.fileExists(atPath: "/dev/nvidiactl")
            cuda =
                hasDevice
                ? "an NVIDIA device is here, but its libraries are not: RETRO_WHEELS=gpu \(setUp)"
                : "no NVIDIA device here"
        }
        features.append(Feature(name: "training on NVIDIA GPUs", missing: cuda, isRequired: false))
        #endif
        let hasWandb = world.runs(world.python, ["-c", "import wandb"])
        features.append(
            Feature(
                name: "live monitoring with wandb",
                missing: hasWandb ? nil : "\(world.python) -m pip install wandb",
                isRequired: false))
        return features
    }

    private static func freeBytes(_ folder: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }
}

/// The wheels that lie unpacked in a folder, read from their metadata folders.
struct Wheels {
    private let versions: [String: String]

    init(folder: String?) {
        var versions: [String: String] = [:]
        let names = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) }
        for name in names ?? [] where name.hasSuffix(".dist-info") {
            let parts = name.dropLast(".dist-info".count).split(separator: "-", maxSplits: 1)
            if parts.count == 2 { versions[String(parts[0])] = String(parts[1]) }
        }
        self.versions = versions
    }

    /// The version of a wheel; nil where it is not there.
    func version(of name: String) -> String? { versions[name] }

    /// Whether torch was built for the CPU alone.
    var torchBuild: String? {
        versions["torch"].map { version in
            #if os(Linux)
            return version.hasSuffix("+cpu") ? "CPU" : "CUDA"
            #else
            return "macOS"
            #endif
        }
    }
}

extension World {
    /// The version of a system library by pkg-config, if that is here.
    fileprivate func packageVersion(_ library: String) -> String? {
        find("pkg-config").flatMap { firstLine(of: $0, ["--modversion", library]) }
    }

    /// The first line that a program prints; nil where it fails.
    fileprivate func firstLine(of program: String, _ arguments: [String]) -> String? {
        let outcome = ChildProcess.run(program, arguments, environment: environment)
        guard let outcome, outcome.status == 0 else { return nil }
        return String(decoding: outcome.output, as: UTF8.self)
            .split(separator: "\n").first.map(String.init)
    }

    /// Whether a program ends well.
    fileprivate func runs(_ program: String, _ arguments: [String]) -> Bool {
        var variables = environment
        variables["PYTHONPATH"] = wheels
        return ChildProcess.run(program, arguments, environment: variables)?.status == 0
    }
}
