internal import Foundation

extension Machine {
    /// Cores that this process may use: those that it is allowed to run on, twins of hyper-threading counted
    /// once, and no more than a container's quota of time.
    public static func usableCoreCount() -> Int {
        #if os(Linux)
        let status = text("/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let allowed = line.flatMap { processors(in: String($0.drop { $0 != ":" }.dropFirst())) }
        guard let allowed, !allowed.isEmpty else { return fallback }
        return usableCoreCount(
            allowed: allowed,
            core: { text("/sys/devices/system/cpu/cpu\($0)/topology/thread_siblings_list") },
            quota: quota())
        #else
        // Fast cores only: work that is split evenly waits for the slowest.
        var count: Int32 = 0
        var size = MemoryLayout<Int32>.size
        let found = sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nil, 0) == 0
        return found && count > 0 ? Int(count) : fallback
        #endif
    }

    private static var fallback: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// The count that follows from what the system says.
    /// - Parameter core: what the logical processors of one core have in common; nil where it is not known.
    /// - Parameter quota: processors' worth of time that the process gets; nil for all.
    package static func usableCoreCount(
        allowed: [Int], core: (Int) -> String?, quota: Double?
    ) -> Int {
        var cores: Set<String> = []
        for processor in allowed { cores.insert(core(processor) ?? "processor \(processor)") }
        // Part of a processor still runs one thread.
        let bound = quota.map { max(1, Int(min($0, 1e6).rounded(.up))) } ?? cores.count
        return max(1, min(cores.count, bound))
    }

    /// The numbers of a list such as `0-3,8`; nil for anything else.
    package static func processors(in list: String) -> [Int]? {
        var found: [Int] = []
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
                first >= 0, last >= first, last < 1 << 20
            else { return nil }
            found += first...last
        }
        return found
    }

    #if os(Linux)
    /// Processors' worth of time that the control group and those above it allow; nil where none limits.
    private static func quota() -> Double? {
        var limits: [Double] = []
        let lines = (text("/proc/self/cgroup") ?? "").split(separator: "\n")
        // Version 2 has one line, `0::/path`; inside a container the path is often `/`.
        if let path = lines.first(where: { $0.hasPrefix("0::") })?.dropFirst(3) {
            var folder = String(path)
            while true {
                if let limit = text("/sys/fs/cgroup\(folder)/cpu.max").flatMap(limit) {
                    limits.append(limit)
                }
                guard folder.count > 1 else { break }
                folder = (folder as NSString).deletingLastPathComponent
            }
        }
        if let share = text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
            let period = text("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
            let limit = limit("\(share) \(period)")
        {
            limits.append(limit)
        }
        return limits.min()
    }
    #endif

    /// Processors' worth of time in `QUOTA PERIOD`, both in microseconds; nil for `max` and −1.
    package static func limit(_ line: String) -> Double? {
        let parts = line.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard parts.count == 2, let share = parts[0], let period = parts[1], share > 0, period > 0
        else { return nil }
        return share / period
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8)).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
