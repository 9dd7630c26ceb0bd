internal import Foundation

/// The computer that a run ran on.
public struct Machine: Codable, Hashable, Sendable {
    /// Its name.
    public var host: String
    /// The processor as it calls itself.
    public var processor: String
    /// Logical processors in use.
    public var coreCount: Int
    /// Physical memory.
    public var memoryBytes: Int
    /// Operating system and version.
    public var system: String
    /// Names of the accelerators in use.
    public var accelerators: [String]

    /// A computer described by hand.
    public init(
        host: String, processor: String, coreCount: Int, memoryBytes: Int, system: String,
        accelerators: [String] = []
    ) {
        self.host = host
        self.processor = processor
        self.coreCount = coreCount
        self.memoryBytes = memoryBytes
        self.system = system
        self.accelerators = accelerators
    }

    /// Asks the operating system; the executable does so once.
    /// - Parameter accelerators: names of devices, which only the tensor library knows.
    public static func current(accelerators: [String] = []) -> Machine {
        let process = ProcessInfo.processInfo
        return Machine(
            host: process.hostName, processor: processorName(),
            coreCount: process.activeProcessorCount, memoryBytes: Int(process.physicalMemory),
            system: process.operatingSystemVersionString, accelerators: accelerators)
    }

    private static func processorName() -> String {
        #if os(Linux)
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        // x86 says "model name"; arm64 kernels say only who made it.
        for key in ["model name", "Model", "CPU implementer"] {
            for line in text.split(separator: "\n") where line.hasPrefix(key) {
                if let value = line.split(separator: ":").dropFirst().first {
                    return value.trimmingCharacters(in: .whitespaces)
                }
            }
        }
        return "unknown"
        #else
        var size = 0
        sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
        var name = [CChar](repeating: 0, count: max(size, 1))
        sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #endif
    }
}
