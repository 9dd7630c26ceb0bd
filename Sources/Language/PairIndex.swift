/// Numbers pairs in the order they are first seen: open addressing that grows.
struct PairIndex {
    private var keys: [UInt64]
    private var numbers: [Int32]
    private var bits: UInt64
    private(set) var count = 0

    /// No pair has this key: ids are not negative.
    private static let empty = UInt64.max

    init() {
        bits = 12
        keys = Array(repeating: Self.empty, count: 1 << Int(bits))
        numbers = Array(repeating: 0, count: 1 << Int(bits))
    }

    /// The number of a pair that has one; `nil` for others.
    @inline(__always)
    func number(of key: UInt64) -> Int? {
        let mask = keys.count - 1
        var slot = home(of: key)
        while keys[slot] != Self.empty {
            if keys[slot] == key { return Int(numbers[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Gives `key`, which has none yet, the next number.
    mutating func add(_ key: UInt64) -> Int {
        if count * 2 >= keys.count { grow() }
        insert(key, Int32(count))
        count += 1
        return count - 1
    }

    private mutating func insert(_ key: UInt64, _ number: Int32) {
        let mask = keys.count - 1
        var slot = home(of: key)
        while keys[slot] != Self.empty { slot = (slot + 1) & mask }
        keys[slot] = key
        numbers[slot] = number
    }

    private mutating func grow() {
        let (oldKeys, oldNumbers) = (keys, numbers)
        bits += 1
        keys = Array(repeating: Self.empty, count: 1 << Int(bits))
        numbers = Array(repeating: 0, count: 1 << Int(bits))
        for (key, number) in zip(oldKeys, oldNumbers) where key != Self.empty {
            insert(key, number)
        }
    }

    @inline(__always)
    private func home(of key: UInt64) -> Int {
        let mixed = (key ^ key >> 29) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: mixed &>> (64 &- bits))
    }
}
