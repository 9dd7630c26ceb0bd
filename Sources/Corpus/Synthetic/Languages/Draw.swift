internal import Provenance

extension RandomStream {
    /// A number in `0..<count`, each equally likely up to 2⁻⁵⁰; fixed by this file, not by the toolchain.
    /// - Source: D. Lemire, "Fast random integer generation in an interval", 2019, without rejection.
    mutating func draw(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// An index drawn with the given probabilities, which sum to one.
    mutating func draw(from probabilities: some Collection<Double>) -> Int {
        var rest = uniform()
        var chosen = 0
        for (index, probability) in probabilities.enumerated() where probability > 0 {
            chosen = index  // rounding may leave a little over: it goes to the last that can be
            rest -= probability
            if rest < 0 { break }
        }
        return chosen
    }
}
