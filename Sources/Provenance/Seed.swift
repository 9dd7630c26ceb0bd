/// A named branch of one root seed; every random stream of a run is one.
///
/// Branches are independent: `seed["corpus/order"]` does not move when `seed["model/init"]` is drawn
/// from, so any step can be replayed alone.
public struct Seed: Hashable, Codable, Sendable {
    /// What the branch is worth to a generator that takes 64 bits.
    public let value: UInt64

    /// The root of a run.
    public init(_ root: UInt64) { value = root }

    /// The branch called `name`.
    public subscript(name: String) -> Seed {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, then mixed: names differ in few bits
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Seed(SplitMix.mixed(SplitMix.mixed(value &+ 0x9e37_79b9_7f4a_7c15) ^ hash))
    }

    /// The branch numbered `index`, for streams that come in series.
    public subscript(index: Int) -> Seed {
        Seed(
            SplitMix.mixed(
                SplitMix.mixed(value ^ 0xd1b5_4a32_d192_ed03) &+ UInt64(bitPattern: Int64(index))
                    &* 0x9e37_79b9_7f4a_7c15))
    }

    /// A fresh stream at the branch's beginning.
    public func generator() -> RandomStream { RandomStream(seed: self) }
}

/// Sebastiano Vigna's SplitMix64 output function: a bijection that scatters neighbours.
/// - Source: https://prng.di.unimi.it/splitmix64.c
enum SplitMix {
    static func mixed(_ z: UInt64) -> UInt64 {
        var z = z
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// xoshiro256★★ with its state in the open, so that a checkpoint can hold it.
/// - Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021.
public struct RandomStream: RandomNumberGenerator, Hashable, Codable, Sendable {
    private var s0, s1, s2, s3: UInt64

    init(seed: Seed) {
        var z = seed.value
        func next() -> UInt64 {
            z &+= 0x9e37_79b9_7f4a_7c15
            return SplitMix.mixed(z)
        }
        (s0, s1, s2, s3) = (next(), next(), next(), next())
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let result = rotated(s1 &* 5, by: 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotated(s3, by: 45)
        return result
    }

    /// A real number in [0, 1) with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    private func rotated(_ x: UInt64, by k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
}
