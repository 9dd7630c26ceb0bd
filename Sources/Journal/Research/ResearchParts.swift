internal import Foundation
internal import Provenance

/// The files that a research log is made of, beside the index that presents them as one.
///
/// ```
/// base_training.h5                          index
/// base_training.parts/columns_000000_000100.h5   scalars and positions of steps 0…99
///                     step_000100.h5             what was sampled at step 100
///                     eval_000250.h5             the evaluation after 250 steps
///                     tail_000200.bin            steps since the last columns, as they come
/// ```
struct ResearchParts: Sendable {
    /// Columns of the steps `first ..< end`.
    struct Columns: Hashable, Sendable {
        var first: Int
        var end: Int
        var name: String { "columns_\(padded(first))_\(padded(end)).h5" }
    }

    /// The index.
    let index: String
    /// Where the parts stand.
    let folder: String

    init(index: String) {
        self.index = index
        let stem = index.hasSuffix(".h5") ? String(index.dropLast(3)) : index
        folder = stem + ".parts"
    }

    /// The folder as the index names it.
    var folderName: String { (folder as NSString).lastPathComponent }

    func path(_ name: String) -> String { folder + "/" + name }
    static func step(_ step: Int) -> String { "step_\(padded(step))" }
    static func evaluation(_ step: Int) -> String { "eval_\(padded(step))" }
    static func tail(_ step: Int) -> String { "tail_\(padded(step)).bin" }

    /// What stands in the folder.
    struct Listing: Sendable {
        var columns: [Columns] = []
        var steps: [Int] = []
        var evaluations: [Int] = []
        var tails: [Int] = []
        /// Files that were being written when a process died.
        var unfinished: [String] = []

        /// The columns that count, in order, and those that a merge or a resumption has replaced.
        ///
        /// A replacement covers what it replaces, so at each point the longest one counts.
        func current() -> (live: [Columns], stale: [Columns]) {
            var live: [Columns] = []
            var stale: [Columns] = []
            for part in columns.sorted(by: { ($0.first, $1.end) < ($1.first, $0.end) }) {
                if part.first >= live.last?.end ?? 0 {
                    live.append(part)
                } else {
                    stale.append(part)
                }
            }
            return (live, stale)
        }
    }

    /// Lists the folder; an absent one is empty.
    func list() throws(JournalError) -> Listing {
        var listing = Listing()
        guard FileManager.default.fileExists(atPath: folder) else { return listing }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw .file(.unreadable(path: folder, reason: FileError.reason(of: error)))
        }
        for name in names {
            let stem = name.split(separator: ".").first ?? ""
            let words = stem.split(separator: "_")
            let numbers = words.dropFirst().compactMap { Int($0) }
            switch (words.first, numbers.count, name.dropFirst(stem.count)) {
            case (_, _, let ending) where ending.hasSuffix(".part"): listing.unfinished.append(name)
            case ("columns", 2, ".h5"):
                listing.columns.append(Columns(first: numbers[0], end: numbers[1]))
            case ("step", 1, ".h5"): listing.steps.append(numbers[0])
            case ("eval", 1, ".h5"): listing.evaluations.append(numbers[0])
            case ("tail", 1, ".bin"): listing.tails.append(numbers[0])
            default: continue  // not ours
            }
        }
        // Names sort by number only up to six digits.
        listing.steps.sort()
        listing.evaluations.sort()
        listing.tails.sort()
        return listing
    }

    func makeFolder() throws(JournalError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: folder, reason: FileError.reason(of: error)))
        }
    }

    /// Removes a part; one that is gone already is as good.
    func remove(_ name: String) throws(JournalError) {
        guard unlink(path(name)) == 0 || errno == ENOENT else {
            throw .file(.unwritable(path: path(name), reason: String(cString: strerror(errno))))
        }
    }

    /// The whole records of the tail that began at `step`.
    func readTail(_ step: Int) throws(JournalError) -> [StepRecord] {
        let path = path(Self.tail(step))
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            return data.withUnsafeBytes { StepFrame.decoded($0) }
        } catch {
            throw .file(.unreadable(path: path, reason: FileError.reason(of: error)))
        }
    }
}
