internal import Foundation

/// Turns what follows `--data` into the locations of shards.
enum ShardPaths {
    /// Files as named, folders searched to the bottom, patterns (`*`, `?`, `[…]`, `**`) expanded.
    ///
    /// Sorted within each path, each shard once. Inside folders and patterns, files of no known kind and
    /// what `isHidden` are passed over.
    /// - Parameter folder: what relative paths start from.
    static func shards(
        _ paths: [String], relativeTo folder: String
    ) throws(ShardError) -> [String] {
        var found: [String] = []
        for path in paths { found += try shards(at: absolute(path, in: folder)) }
        var seen = Set<String>()
        found = found.filter { seen.insert($0).inserted }
        guard !found.isEmpty else { throw .noShards(paths: paths.map(ShardStore.shown)) }
        return found
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        if path.hasPrefix("file:///") {
            let local = String(path.dropFirst("file://".count))
            return local.removingPercentEncoding ?? local
        }
        if ShardStore.isAddress(path) { return path }
        // `..` is resolved by the system, not textually: links may be on the way.
        let whole = path.hasPrefix("/") ? path : folder + "/" + path
        let parts = whole.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }

    private static func shards(at location: String) throws(ShardError) -> [String] {
        switch try ShardStore.kind(of: location) {
        case .file: return [location]
        case .folder:
            return try ShardStore.list(location, recursive: true)
                .filter { !$0.isFolder && isShard($0.location, below: location) }.map(\.location)
        case .missing:
            guard !ShardStore.isAddress(location), isPattern(location) else {
                throw .unreadable(
                    path: ShardStore.shown(location), reason: "no such file or folder")
            }
            return try expanded(location)
        }
    }

    private static func isShard(_ location: String, below folder: String) -> Bool {
        // By parts, not characters: a store may spell (escape) the folder's name otherwise.
        ShardKind(name: location) != nil
            && !parts(location).dropFirst(parts(folder).count).contains(where: isHidden)
    }

    /// Whether a file or folder of that name is no data: dot files, and what Hadoop and Spark write beside
    /// their data (`_temporary`, `_SUCCESS`, `._SUCCESS.crc`), though not their partitions (`_year=2024`).
    /// - Source: Apache Hadoop's `FileInputFormat.hiddenFileFilter`.
    private static func isHidden(_ name: some StringProtocol) -> Bool {
        name.hasPrefix(".") || (name.hasPrefix("_") && !name.contains("="))
    }

    private static func parts(_ location: String) -> [Substring] {
        let end = ShardStore.isAddress(location) ? location.firstIndex(of: "?") : nil
        return location[..<(end ?? location.endIndex)].split(separator: "/")
    }

    // MARK: Patterns

    private static func isPattern(_ part: some StringProtocol) -> Bool {
        part.contains { "*?[".contains($0) }
    }

    private static func expanded(_ pattern: String) throws(ShardError) -> [String] {
        let parts = pattern.split(separator: "/").map(String.init)
        let plain = parts.prefix { !isPattern($0) }
        var found: [String] = []
        try match(
            Array(parts.dropFirst(plain.count)), in: "/" + plain.joined(separator: "/"), &found)
        return found.sorted()
    }

    /// Appends what `parts` match below `folder`.
    private static func match(
        _ parts: [String], in folder: String, _ found: inout [String]
    ) throws(ShardError) {
        guard let part = parts.first, case .folder = try ShardStore.kind(of: folder) else { return }
        let rest = Array(parts.dropFirst())
        if part == "**" { try match(rest, in: folder, &found) }
        for entry in try ShardStore.list(folder, recursive: false) {
            let name = String(entry.location.split(separator: "/").last ?? "")
            if part == "**" {
                if entry.isFolder && !isHidden(name) {
                    try match(parts, in: entry.location, &found)
                }
            } else if fnmatch(part, name, FNM_PERIOD) == 0, !isHidden(name) || isHidden(part) {
                if !rest.isEmpty {
                    try match(rest, in: entry.location, &found)
                } else if entry.isFolder || ShardKind(name: name) != nil {
                    found += try shards(at: entry.location)
                }
            }
        }
    }
}
