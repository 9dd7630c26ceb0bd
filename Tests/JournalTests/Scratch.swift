import Foundation

/// Runs `body` with a fresh folder that is removed afterwards.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/journal-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

/// The text of the file at `path`.
func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
