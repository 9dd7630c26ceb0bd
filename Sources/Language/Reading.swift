/// The order in which a window's tokens are read.
///
/// The one place of the program that turns ids around and back; nothing below it (model, optimizer,
/// trainer) can tell the directions apart.
public enum Reading: String, Codable, Hashable, CaseIterable, Sendable {
    /// First token first.
    case forward
    /// Last token first.
    case backward

    /// `natural` in this reading's order, or a reading's order back in natural order: its own inverse.
    @inlinable
    public func turned<Element>(_ natural: some Collection<Element>) -> [Element] {
        switch self {
        case .forward: Array(natural)
        case .backward: natural.reversed()
        }
    }

    /// Where natural position `index` of a window of `count` tokens stands in reading order, and back.
    @inlinable
    public func position(of index: Int, count: Int) -> Int {
        switch self {
        case .forward: index
        case .backward: count - 1 - index
        }
    }

    /// The other order.
    public var opposite: Reading {
        switch self {
        case .forward: .backward
        case .backward: .forward
        }
    }
}

/// What kind of model is trained: one that reads forward, backward, or both ways.
public enum Direction: String, Codable, Hashable, CaseIterable, Sendable {
    /// Reads left to right only.
    case forward
    /// Reads right to left only.
    case backward
    /// Reads both ways; a marker after BOS tells it which.
    case bidirectional

    /// The readings the model is trained on, natural order first.
    public var readings: [Reading] {
        switch self {
        case .forward: [.forward]
        case .backward: [.backward]
        case .bidirectional: [.forward, .backward]
        }
    }

    /// Whether each reading stands behind a direction marker.
    public var usesMarkers: Bool { self == .bidirectional }
}
