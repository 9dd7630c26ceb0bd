internal import CTorch

/// What the processor and the build of libtorch can do together: which loops the fused kernels run,
/// and which products go to oneDNN.
///
/// Asked once, in `Sources/CTorch/Fused/KernelSupport.cpp`, where everything that dispatches asks.
public struct KernelSupport: Hashable, Sendable {
    /// Sets of instructions, each with all that the ones before it have.
    public enum Level: Int32, Hashable, Sendable, CaseIterable, Comparable {
        /// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
        case baseline
        /// AVX2 and FMA.
        case avx2
        /// AVX-512 F, BW, DQ and VL.
        case avx512
        /// AVX-512 with instructions that multiply bfloat16.
        case avx512BFloat16

        /// As it is written in settings: `baseline`, `avx2`, `avx512`, `avx512-bf16`.
        public var name: String { self == .avx512BFloat16 ? "avx512-bf16" : "\(self)" }

        /// The level that settings call so.
        public init?(named name: String) {
            guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }

        /// As people say it.
        public var title: String {
            switch self {
            case .baseline:
                #if arch(x86_64)
                "SSE2"
                #else
                "NEON"
                #endif
            case .avx2: "AVX2"
            case .avx512: "AVX-512"
            case .avx512BFloat16: "AVX-512 with BF16"
            }
        }

        /// Fewer instructions first.
        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    /// Instructions of the fused loops.
    public let level: Level
    /// Whether float32 products go to oneDNN, and not to libtorch's choice of BLAS.
    public let multipliesByOneDNN: Bool
    /// Whether bfloat16 products are computed as such, and not by way of float32.
    public let multipliesBFloat16: Bool
    /// Whether the processor has instructions for them: bfloat16 is then faster than float32.
    public let hasFastBFloat16: Bool
    /// Whether causal attention of float32 runs in blocks of our own, and not in libtorch's kernel.
    public let attendsInBlocks: Bool
    /// Whether that of bfloat16 does.
    public let attendsInBFloat16Blocks: Bool

    /// What holds on this thread.
    public static var current: KernelSupport {
        let raw = ct_kernel_support()
        guard let level = Level(rawValue: raw.level) else {
            preconditionFailure("the kernels have a level \(raw.level), unknown here")
        }
        return KernelSupport(
            level: level, multipliesByOneDNN: raw.onednn_products,
            multipliesBFloat16: raw.bfloat16_products, hasFastBFloat16: raw.fast_bfloat16,
            attendsInBlocks: raw.float_blocks, attendsInBFloat16Blocks: raw.bfloat16_blocks)
    }

    /// The levels that this machine has, the best one last.
    public static var levels: [Level] {
        Level.allCases.filter { $0.rawValue <= ct_highest_kernel_level() }
    }

    /// The processor's sets of instructions that matter for products, in the spelling of Linux.
    public static var processorFeatures: [String] {
        String(cString: ct_processor_features()).split(separator: " ").map(String.init)
    }

    /// Holds the process to `level` from now on, as if the processor had no more.
    public static func limit(to level: Level) { ct_limit_kernels(level.rawValue) }

    /// Runs `body` held to `level`, with what it hands to other threads; nothing else is.
    package static func withLimit<Result>(
        _ level: Level, _ body: () throws -> Result
    ) rethrows -> Result {
        let former = ct_exchange_thread_kernel_limit(level.rawValue)
        defer { _ = ct_exchange_thread_kernel_limit(former) }
        return try body()
    }

    /// One line for manifests: `AVX2; products by libtorch; attention by libtorch`.
    public var summary: String {
        let products = multipliesByOneDNN ? "oneDNN" : "libtorch"
        let attention =
            switch (attendsInBlocks, attendsInBFloat16Blocks) {
            case (true, true): "blocks"
            case (true, false): "blocks, of bfloat16 by libtorch"
            default: "libtorch"
            }
        return "\(level.title); products by \(products); attention by \(attention)"
    }

    /// Why the kernels run at this level and not at a better one, in one sentence part.
    public var reason: String {
        let highest = Self.levels.last ?? .baseline
        let refusal = String(cString: ct_onednn_refusal())
        var reasons: [String] = []
        if level < highest {
            reasons.append("held to it; the processor has \(highest.title)")
        } else {
            #if arch(x86_64)
            if let missing = Level.allCases.first(where: { $0 > level }) {
                reasons.append("the processor has no \(missing.title)")
            }
            #endif
        }
        if !refusal.isEmpty { reasons.append(refusal) }
        return reasons.isEmpty ? "the best there is" : reasons.joined(separator: "; ")
    }
}
