/// What this machine can do at most, measured: the yardstick of every speed that is printed.
public enum MatmulPeak {
    /// The best of several large matrix products, in FLOP/s.
    /// - Parameter dtype: float32 or bfloat16.
    /// - Parameter now: seconds on a clock that never goes back.
    /// - Parameter repeats: products timed; the fastest counts, since everything else on the machine can
    ///   only slow one down. Fewer where they take more than `longestSeconds`, and of fewer rows where a
    ///   single one would.
    public static func measured(
        _ dtype: DType, device: Device = .cpu, repeats: Int = 8, now: () -> Double
    ) -> Double {
        let (most, inner, columns) = device.kind == .cpu ? (2048, 1024, 1024) : (8192, 8192, 8192)
        return withoutGradient {
            let rows = device.kind == .cpu ? feasibleRows(most, inner, columns, dtype, now) : most
            let started = now()
            let a = Tensor.ones([rows, inner], dtype: dtype, device: device)
            let b = Tensor.ones([columns, inner], dtype: dtype, device: device)
            var best = 0.0
            for repeatIndex in 0..<(repeats + 1) {
                let begin = now()
                if best > 0 && begin - started > longestSeconds { break }
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

    /// Long enough to see the peak of any processor that one would train on.
    private static let longestSeconds = 2.0

    /// Rows of a product that a slow processor (an emulated one, or bfloat16 without its instructions) ends in time.
    private static func feasibleRows(
        _ most: Int, _ inner: Int, _ columns: Int, _ dtype: DType, _ now: () -> Double
    ) -> Int {
        let few = 16
        let a = Tensor.ones([few, inner], dtype: dtype)
        let b = Tensor.ones([columns, inner], dtype: dtype)
        _ = a.linear(b)
        let seconds =
            (0..<3).map { _ in
                let begin = now()
                _ = a.linear(b)
                return now() - begin
            }.min() ?? 0
        // A tenth of the time for one product, of which there are two at least.
        let affordable = seconds > 0 ? Double(few) * longestSeconds / (10 * seconds) : .infinity
        return affordable < Double(most) ? max(few, Int(affordable)) : most
    }
}
