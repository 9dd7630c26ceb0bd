/// What this machine can do at most, measured: the yardstick of every speed that is printed.
public enum MatmulPeak {
    /// The best of several large matrix products, in FLOP/s.
    /// - Parameter dtype: float32 or bfloat16.
    /// - Parameter now: seconds on a clock that never goes back.
    /// - Parameter repeats: products of the largest size timed; the fastest counts, since everything else on
    ///   the machine can only slow one down.
    public static func measured(
        _ dtype: DType, device: Device = .cpu, repeats: Int = 8, now: () -> Double
    ) -> Double {
        withoutGradient {
            guard device.kind == .cpu else {
                var product = Product(8192, 8192, 8192, dtype, device)
                for _ in 0...repeats { product.time(now) }
                return product.best
            }
            // A slow processor (an emulated one, or bfloat16 without its instructions) never gets to the
            // largest size, and not to all repeats.
            let (largest, longest) = (2048, 2.0)
            let begin = now()
            var best = 0.0
            var rows = 32
            while true {
                var product = Product(rows, 1024, 1024, dtype, device)
                let first = product.time(now)
                if rows == largest || first > longest / 10 {
                    for _ in 0..<repeats where product.best == 0 || now() - begin < longest {
                        product.time(now)
                    }
                    return max(best, product.best)
                }
                product.time(now)
                best = max(best, product.best)
                rows = min(largest, rows * 4)
            }
        }
    }

    /// A product of ones, timed again and again.
    private struct Product {
        private let a, b: Tensor
        private let device: Device
        private let operationCount: Double
        private var isWarm = false
        /// FLOP/s of the fastest.
        var best = 0.0

        init(_ rows: Int, _ inner: Int, _ columns: Int, _ dtype: DType, _ device: Device) {
            a = Tensor.ones([rows, inner], dtype: dtype, device: device)
            b = Tensor.ones([columns, inner], dtype: dtype, device: device)
            operationCount = 2 * Double(rows) * Double(inner) * Double(columns)
            self.device = device
        }

        /// Seconds that it took. The first time chooses and compiles a kernel, and counts for nothing.
        @discardableResult
        mutating func time(_ now: () -> Double) -> Double {
            let begin = now()
            _ = a.linear(b)
            device.synchronize()
            let seconds = now() - begin
            if isWarm && seconds > 0 { best = max(best, operationCount / seconds) }
            isWarm = true
            return seconds
        }
    }
}
