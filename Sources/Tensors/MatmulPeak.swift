/// What this machine can do at most, measured: the yardstick of every speed that is printed.
public enum MatmulPeak {
    /// The best of several large matrix products, in FLOP/s.
    /// - Parameter dtype: float32 or bfloat16.
    /// - Parameter now: seconds on a clock that never goes back.
    /// - Parameter repeats: products timed; the fastest counts, since everything else on the machine can
    ///   only slow one down.
    public static func measured(
        _ dtype: DType, device: Device = .cpu, repeats: Int = 8, now: () -> Double
    ) -> Double {
        let (rows, inner, columns) = device.kind == .cpu ? (2048, 1024, 1024) : (8192, 8192, 8192)
        return withoutGradient {
            let a = Tensor.ones([rows, inner], dtype: dtype, device: device)
            let b = Tensor.ones([columns, inner], dtype: dtype, device: device)
            var best = 0.0
            for repeatIndex in 0..<(repeats + 1) {
                let begin = now()
                _ = a.linear(b)
                device.synchronize()
                let seconds = now() - begin
                // The first call chooses and compiles a kernel.
                guard repeatIndex > 0, seconds > 0 else { continue }
                best = max(best, 2 * Double(rows) * Double(inner) * Double(columns) / seconds)
            }
            return best
        }
    }
}
