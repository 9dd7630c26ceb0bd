public import Language
public import Provenance

/// Conversations of several sources in one order: each part so and so often, all parts shuffled together.
///
/// The order of an epoch is a function of (parts, seed, epoch), so a place in it is one integer.
public struct Mixture: Sendable {
    /// A source and its share.
    public struct Part: Sendable {
        /// Where the conversations come from.
        public let source: any ConversationSource
        /// Conversations of it in one epoch of the mixture.
        public let count: Int

        /// All of `source`, `epochs` times in one epoch of the mixture: 2 for twice, 0.5 for one half now and
        /// the other half in the next epoch.
        public init(_ source: any ConversationSource, epochs: Double = 1) {
            precondition(epochs >= 0 && epochs.isFinite, "\(epochs) epochs")
            self.init(source, count: Int((Double(source.count) * epochs).rounded()))
        }

        /// `count` conversations of `source` in one epoch of the mixture.
        public init(_ source: any ConversationSource, count: Int) {
            precondition(count >= 0, "\(count) conversations")
            self.source = source
            self.count = source.count == 0 ? 0 : count
        }
    }

    /// A place in the order, resolved.
    public struct Entry: Hashable, Sendable {
        /// Which part.
        public let part: Int
        /// Which conversation of its source.
        public let index: Int
        /// Number of the conversation among those of all parts: stable, unique.
        public let ordinal: Int
    }

    /// The parts.
    public let parts: [Part]
    /// Conversations of one epoch.
    public let count: Int
    private let seed: Seed
    /// Slots before each part.
    private let slots: [Int]
    /// Ordinals before each part.
    private let ordinals: [Int]

    /// The parts in the order that `seed` names.
    public init(_ parts: [Part], seed: Seed) {
        self.parts = parts
        self.seed = seed
        var (slots, ordinals) = ([0], [0])
        for part in parts {
            slots.append(slots[slots.count - 1] + part.count)
            ordinals.append(ordinals[ordinals.count - 1] + part.source.count)
        }
        count = slots[slots.count - 1]
        self.slots = slots
        self.ordinals = ordinals
    }

    /// Parts that share `total` conversations an epoch by weight.
    public init(
        weighted sources: [(source: any ConversationSource, weight: Double)], total: Int, seed: Seed
    ) {
        let sum = sources.reduce(0) { $0 + $1.weight }
        precondition(sum > 0 && sources.allSatisfy { $0.weight >= 0 }, "weights sum to \(sum)")
        self.init(
            sources.map { source, weight in
                Part(source, count: Int((Double(total) * weight / sum).rounded()))
            }, seed: seed)
    }

    /// Names the parts, their shares and their content.
    public var fingerprint: ContentHash {
        let lines = parts.map { "\($0.source.fingerprint.hex) \($0.count)\n" }
        return ContentHash(of: Array(("mixture\n" + lines.joined()).utf8))
    }

    /// The order of one epoch.
    public func order(epoch: Int) -> Order {
        Order(
            mixture: self, epoch: epoch,
            permutation: Permutation(count: count, seed: seed["order"][epoch]))
    }

    /// How many conversations of each part stand before `position` of epoch `epoch`, epochs before included.
    public func counts(before position: Int, epoch: Int) -> [(name: String, count: Int)] {
        var counts = parts.map { $0.count * epoch }
        let order = order(epoch: epoch)
        for place in 0..<position { counts[order.part(at: place).part] += 1 }
        return zip(parts, counts).map { ($0.source.name, $1) }
    }

    /// The order of one epoch.
    public struct Order: Sendable {
        fileprivate let mixture: Mixture
        fileprivate let epoch: Int
        fileprivate let permutation: Permutation

        /// What stands at `position`.
        public func entry(at position: Int) -> Entry {
            let (part, number) = part(at: position)
            let size = mixture.parts[part].source.count
            // A part runs through its source again and again, each time in another order.
            let turn = epoch * mixture.parts[part].count + number
            let again = Permutation(
                count: size, seed: mixture.seed["parts"][part][turn / size])
            let index = again[turn % size]
            return Entry(part: part, index: index, ordinal: mixture.ordinals[part] + index)
        }

        /// The part at `position`, and which of its slots.
        fileprivate func part(at position: Int) -> (part: Int, number: Int) {
            let slot = permutation[position]
            var part = mixture.parts.count - 1
            while mixture.slots[part] > slot { part -= 1 }
            return (part, slot - mixture.slots[part])
        }
    }

    /// The conversation of `entry`.
    public func conversation(of entry: Entry) throws(SourceError) -> Conversation {
        try parts[entry.part].source.conversation(at: entry.index)
    }
}
