import Foundation
import Provenance
import Testing

@Suite struct AtomicFileTests {
    @Test func replacesWholeAndLeavesNothingAside() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/atomic-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write(Data("one".utf8), to: folder + "/file")
        try AtomicFile.write(Data("two".utf8), to: folder + "/file")
        #expect(FileManager.default.contents(atPath: folder + "/file") == Data("two".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }

    @Test func refusesAFolderThatIsNotThere() {
        #expect(throws: FileError.self) {
            try AtomicFile.write(Data(), to: "/no/such/folder/file")
        }
    }
}
