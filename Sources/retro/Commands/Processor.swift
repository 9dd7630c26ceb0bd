import Foundation

/// What the processor can do that matters for matrix products.
struct Processor {
    /// Instruction sets, in the system's spelling.
    let features: [String]

    /// Whether bfloat16 products are instructions, and not emulated.
    var multipliesBFloat16: Bool {
        features.contains { ["avx512_bf16", "amx_bf16", "bf16"].contains($0) }
    }

    /// Asks the operating system.
    static func current() -> Processor {
        #if os(Linux)
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        // x86 says "flags", arm64 "Features".
        let line = text.split(separator: "\n").first {
            $0.hasPrefix("flags") || $0.hasPrefix("Features")
        }
        let all = Set(
            (line?.split(separator: ":").last ?? "").split(separator: " ").map(String.init))
        let wanted = [
            "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16",
            "asimd", "asimdhp", "sve", "bf16", "i8mm",
        ]
        return Processor(features: wanted.filter(all.contains))
        #else
        // Every Mac that this program supports has these; only some multiply bfloat16.
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        let found = sysctlbyname("hw.optional.arm.FEAT_BF16", &value, &size, nil, 0) == 0
        return Processor(features: ["asimd", "asimdhp"] + (found && value == 1 ? ["bf16"] : []))
        #endif
    }
}
