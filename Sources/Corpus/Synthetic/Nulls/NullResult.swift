/// The outcome of one exact null: what `retro validate` prints and writes.
public struct NullResult: Codable, Hashable, Sendable {
    /// A number the null was decided by, or that helps to understand it.
    public struct Measurement: Codable, Hashable, Sendable {
        /// What was measured, with its unit last, as in `forwardNats`.
        public var name: String
        /// The number.
        public var value: Double

        /// `value` under `name`.
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// The null's name, stable across versions.
    public var name: String
    /// Whether it held.
    public var passed: Bool
    /// One sentence with the numbers that decided.
    public var detail: String
    /// The numbers, in the order a reader wants them.
    public var measurements: [Measurement]

    /// A result with its numbers.
    public init(name: String, passed: Bool, detail: String, measurements: [Measurement] = []) {
        self.name = name
        self.passed = passed
        self.detail = detail
        self.measurements = measurements
    }

    /// The number called `name`, if there is one.
    public func value(_ name: String) -> Double? {
        measurements.first { $0.name == name }?.value
    }
}

extension NullResult.Measurement {
    private enum CodingKeys: String, CodingKey { case name, value }

    /// Decodes a number, or the word that stands for one JSON cannot write.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        if let word = try? container.decode(String.self, forKey: .value) {
            guard let number = Double(word) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .value, in: container, debugDescription: "'\(word)' is no number")
            }
            value = number
        } else {
            value = try container.decode(Double.self, forKey: .value)
        }
    }

    /// Encodes the number; "inf", "-inf" and "nan", which a broken null may well come to, as words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        if value.isFinite {
            try container.encode(value, forKey: .value)
        } else {
            try container.encode("\(value)", forKey: .value)
        }
    }
}
