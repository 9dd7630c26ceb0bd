/// The file that presents the parts of a research log as one tree.
///
/// Columns are virtual datasets over the parts, sampled steps and evaluations are external links. It
/// holds no data and is replaced whole, so a reader that has it open keeps a consistent view.
struct ResearchIndex: Sendable {
    /// What the index must know about one part of the columns.
    struct Summary: Sendable {
        var part: ResearchParts.Columns
        var rowCount: Int
        var names: [String]
        var positionRowCount: Int
        var T: Int

        init(_ part: ResearchParts.Columns, _ block: ColumnBlock) {
            self.part = part
            rowCount = block.steps.count
            names = block.names
            positionRowCount = block.positionSteps.count
            T = block.T
        }
    }

    let parts: ResearchParts
    /// Text attached to the root, by name.
    let attributes: [String: String]
    var columns: [Summary] = []
    var steps: [Int] = []
    var evaluations: [Int] = []

    /// Replaces the index on disk.
    func publish() throws(JournalError) {
        try HDF5File.write(parts.index) { (root) throws(JournalError) in
            try root.set("format", "retrograde research log 1")
            for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
                try root.set(name, value)
            }
            try presentScalars(in: root)
            try presentPositions(in: root)
            for step in steps { try link(ResearchParts.step(step), in: root) }
            for step in evaluations { try link(ResearchParts.evaluation(step), in: root) }
        }
    }

    private func link(_ name: String, in root: borrowing HDF5Group) throws(JournalError) {
        try root.link(name, toFile: "\(parts.folderName)/\(name).h5")
    }

    private func presentScalars(in root: borrowing HDF5Group) throws(JournalError) {
        let group = try root.create("scalars")
        let all = rows { $0.rowCount }
        try group.present(
            all.rows, of: "scalars/step", as: "step", shape: [all.count], fill: Int64(-1))
        var names: [String] = []
        var known: Set<String> = []
        for name in columns.flatMap(\.names) where known.insert(name).inserted {
            names.append(name)
        }
        for name in names {
            let having = zip(columns, all.rows).filter { $0.0.names.contains(name) }.map(\.1)
            try group.present(
                having, of: "scalars/\(name)", as: name, shape: [all.count], fill: Double.nan)
        }
    }

    private func presentPositions(in root: borrowing HDF5Group) throws(JournalError) {
        let T = columns.map(\.T).max() ?? 0
        guard T > 0 else { return }
        let group = try root.create("positions")
        let taken = rows { $0.positionRowCount }
        try group.present(
            taken.rows, of: "positions/step", as: "step", shape: [taken.count], fill: Int64(-1))
        // Each part is as wide as the widest record in it.
        let wide = zip(columns, taken.rows).map { column, rows in
            HDF5Rows(
                file: rows.file, first: rows.first, count: rows.count, rowShape: [column.T])
        }
        for name in ColumnBlock.positionNames {
            try group.present(
                wide, of: "positions/\(name)", as: name, shape: [taken.count, T],
                fill: Float.nan)
        }
    }

    /// Where each part's rows come to stand, and how many there are.
    private func rows(_ count: (Summary) -> Int) -> (rows: [HDF5Rows], count: Int) {
        var rows: [HDF5Rows] = []
        var total = 0
        for column in columns {
            rows.append(
                HDF5Rows(
                    file: "\(parts.folderName)/\(column.part.name)", first: total,
                    count: count(column)))
            total += count(column)
        }
        return (rows, total)
    }
}
