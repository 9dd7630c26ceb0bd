/// CPython's `random.Random`: a Mersenne twister with Python's way of seeding, shuffling and sampling, so that
/// the same examples are taken as by programs in Python.
/// - Source: M. Matsumoto & T. Nishimura, ACM TOMACS 8 (1998), 3–30, for the generator and `init_by_array`;
///   Python's documentation of `random` for the rest, checked against CPython.
public struct PythonRandom {
    private var state = [UInt32](repeating: 0, count: Self.length)
    private var index = Self.length

    private static let length = 624
    private static let middle = 397

    /// What `random.Random(seed)` is, for a seed of 0 to 2⁶⁴ − 1.
    public init(seed: UInt64) {
        var key = [UInt32(truncatingIfNeeded: seed)]
        if seed >> 32 > 0 { key.append(UInt32(seed >> 32)) }
        state[0] = 19_650_218
        for i in 1..<Self.length {
            state[i] = 1_812_433_253 &* Self.folded(state[i - 1]) &+ UInt32(i)
        }
        var (i, j) = (1, 0)
        func wrap(_ state: inout [UInt32]) {
            i += 1
            if i == Self.length {
                state[0] = state[Self.length - 1]
                i = 1
            }
        }
        for _ in 0..<max(Self.length, key.count) {
            state[i] = (state[i] ^ Self.folded(state[i - 1]) &* 1_664_525) &+ key[j] &+ UInt32(j)
            wrap(&state)
            j = (j + 1) % key.count
        }
        for _ in 1..<Self.length {
            state[i] = (state[i] ^ Self.folded(state[i - 1]) &* 1_566_083_941) &- UInt32(i)
            wrap(&state)
        }
        state[0] = 0x8000_0000
    }

    private static func folded(_ word: UInt32) -> UInt32 { word ^ (word >> 30) }

    /// The next 32 bits.
    public mutating func next() -> UInt32 {
        if index == Self.length { refill() }
        var word = state[index]
        index += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func refill() {
        for place in 0..<Self.length {
            let both =
                (state[place] & 0x8000_0000) | (state[(place + 1) % Self.length] & 0x7fff_ffff)
            let shifted = (both >> 1) ^ (both & 1 == 0 ? 0 : 0x9908_b0df)
            state[place] = state[(place + Self.middle) % Self.length] ^ shifted
        }
        index = 0
    }

    /// A number in `0..<bound`, each equally likely: `_randbelow`.
    public mutating func below(_ bound: Int) -> Int {
        precondition((1...Int(Int32.max)).contains(bound), "a number below \(bound)")
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        while true {
            let number = Int(next() >> UInt32(32 - bits))
            if number < bound { return number }
        }
    }

    /// Puts `elements` in a random order in place: `shuffle`.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in (1..<elements.count).reversed() { elements.swapAt(last, below(last + 1)) }
    }

    /// `count` of `elements`, none twice, in the order in which they were drawn: `sample`.
    public mutating func sample<Element>(_ elements: [Element], count: Int) -> [Element] {
        let n = elements.count
        precondition((0...n).contains(count), "\(count) of \(n) elements")
        // Python keeps a list of what is left where that takes less memory than a set of what is gone.
        var setSize = 21
        if count > 5 {
            var power = 1
            while power < count * 3 { power *= 4 }
            setSize += power
        }
        if n <= setSize {
            var pool = elements
            return (0..<count).map { drawn in
                let place = below(n - drawn)
                let element = pool[place]
                pool[place] = pool[n - drawn - 1]
                return element
            }
        }
        var taken = Set<Int>()
        return (0..<count).map { _ in
            var place = below(n)
            while !taken.insert(place).inserted { place = below(n) }
            return elements[place]
        }
    }
}
