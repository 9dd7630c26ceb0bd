internal import Language
internal import Provenance

/// Conversations and the rows they stand in: the unit of planning.
struct ChatGroup: Sendable {
    /// A conversation that fits a row.
    struct Member: Sendable {
        var ordinal: Int
        var encoded: EncodedConversation
    }

    private var members: [Member]
    /// Members by row, in the order in which they stand there.
    private let rows: [[Int]]

    /// Number of rows.
    var rowCount: Int { rows.count }

    /// Packs `members`, each of which fits `capacity` ids with a marker, best-fit into rows.
    ///
    /// The marker's place is taken in every direction, so that all see the same conversations in the same rows.
    init(_ members: [Member], capacity: Int, seed: Seed) {
        self.members = members
        let (rowOfMember, rowCount) = BestFit.rows(
            sizes: members.map { $0.encoded.idCount(marker: true) }, capacity: capacity)
        let places = Permutation(count: rowCount, seed: seed["rows"])
        let order = Permutation(count: members.count, seed: seed["conversations"])
        var rows = [[Int]](repeating: [], count: rowCount)
        for index in members.indices {
            let member = order[index]
            rows[places[rowOfMember[member]]].append(member)
        }
        self.rows = rows
    }

    /// The conversations of row `index`.
    func row(_ index: Int) -> [Member] { rows[index].map { members[$0] } }

    /// Input positions without a conversation, all rows together.
    func paddingCount(columnCount T: Int, marker: Bool) -> Int {
        rows.reduce(0) { sum, row in
            sum + T - row.reduce(0) { $0 + members[$1].encoded.idCount(marker: marker) }
        }
    }

    /// The group with the content of every turn turned around.
    func mirrored() -> ChatGroup {
        var mirror = self
        for index in members.indices {
            mirror.members[index].encoded = members[index].encoded.turned()
        }
        return mirror
    }
}
