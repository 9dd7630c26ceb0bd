internal import CTorch

/// Where a tensor lives.
public struct Device: Hashable, Sendable, CustomStringConvertible {
    /// Kinds of device, with libtorch's own numbers.
    public enum Kind: Int8, Hashable, Sendable, CaseIterable {
        case cpu = 0
        case cuda = 1
        case mps = 13
    }

    /// Kind of device.
    public let kind: Kind
    /// Which of its kind; 0 for the CPU.
    public let index: Int

    /// The device numbered `index` of a kind.
    public init(_ kind: Kind, index: Int = 0) {
        self.kind = kind
        self.index = index
    }

    /// The host's processor and memory.
    public static let cpu = Device(.cpu)

    /// The device called `cpu`, `cuda`, `cuda:1` or `mps`.
    public init?(named name: String) {
        let parts = name.split(separator: ":", maxSplits: 1)
        guard let first = parts.first,
            let kind = Kind.allCases.first(where: { "\($0)" == first })
        else { return nil }
        guard parts.count == 2 else {
            self.init(kind)
            return
        }
        guard let index = Int(parts[1]), index >= 0 else { return nil }
        self.init(kind, index: index)
    }

    /// `cpu`, `cuda:0`, …
    public var description: String { kind == .cpu ? "cpu" : "\(kind):\(index)" }

    var raw: CTDevice { CTDevice(type: kind.rawValue, index: kind == .cpu ? -1 : Int8(index)) }

    init(raw: CTDevice) {
        guard let kind = Kind(rawValue: raw.type) else {
            preconditionFailure("libtorch names a device of kind \(raw.type), unknown here")
        }
        self.init(kind, index: max(0, Int(raw.index)))
    }

    /// How many devices of `kind` can be used.
    public static func count(of kind: Kind) -> Int { Int(ct_device_count(kind.rawValue)) }

    /// Waits until all work given to the device is done.
    public func synchronize(file: StaticString = #fileID, line: UInt = #line) {
        checked(file, line) { ct_synchronize(raw, $0) }
    }

    /// Bytes in the device's allocator now and at its peak; `nil` where none are counted (CPU).
    public var memory: (current: Int, peak: Int)? {
        var current: Int64 = 0
        var peak: Int64 = 0
        guard ct_memory(raw, &current, &peak) else { return nil }
        return (Int(current), Int(peak))
    }

    /// Begins a new peak.
    public func resetPeakMemory() { ct_reset_peak_memory(raw) }
}

/// Facts and switches of the linked libtorch, set once by the executable.
public enum Libtorch {
    /// Version of the headers that were compiled against, for example `2.13.0`.
    public static var version: String { String(cString: ct_version()) }
    /// The instruction set that libtorch's own kernels chose on this CPU.
    public static var cpuCapability: String { String(cString: ct_cpu_capability()) }
    /// Whether oneDNN is built in.
    public static var hasOneDNN: Bool { ct_has_onednn() }
    /// Threads inside one operation.
    public static var threadCount: Int { Int(ct_thread_count()) }
    /// Sets the threads inside one operation.
    public static func setThreadCount(_ count: Int) { ct_set_thread_count(Int32(count)) }
    /// Opens `libtorch_cuda.so` in `folder`; whether a CUDA device can be used afterwards.
    public static func loadCUDA(folder: String) -> Bool { ct_load_cuda(folder) }
    /// Asks for algorithms that give the same bits every time.
    public static func setDeterministic(
        _ deterministic: Bool, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_set_deterministic(deterministic, $0) }
    }
    /// Tensor handles alive in the process; every test asserts that the count returns.
    public static var liveHandleCount: Int { Int(ct_live_handles()) }
}
