import Foundation
import Language
import Provenance
import Testing

@Suite struct SplitScannerTests {
    @Test func chunksAreTheReferencesOnSharpAndRandomStrings() throws {
        let golden = try Golden.splits()
        #expect(golden.texts.count > 500)
        for text in golden.texts {
            #expect(chunkLengths(text.text) == text.chunk_bytes, "\(text.text.debugDescription)")
        }
    }

    @Test func chunksReadAsThePatternSays() {
        let chunks = SplitScanner().chunks(of: "It's  the\t2026th, 'LLama!\n\n x")
        #expect(
            chunks == [
                "It", "'s", " ", " the", "\t", "20", "26", "th", ",", " '", "LLama", "!\n\n", " x",
            ])
    }

    @Test func bytesThatAreNoTextAreCoveredWithoutLoss() {
        var random = Seed(4)["bytes"].generator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(
                    in: Bool.random(using: &random) ? 0x80...0xFF : 0...0x7F, using: &random)
            }
            let ends = bytes.withUnsafeBufferPointer { SplitScanner().ends(in: $0) }
            #expect(ends.last ?? 0 == bytes.count, "\(bytes)")
            #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "\(bytes)")
        }
    }

    /// The full comparison with the reference, where its answers were made by hand with
    /// `Tools/golden/tokenizer.py --large .build/golden`.
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: Golden.large.path)),
        arguments: ["scalars", "random", "texts"])
    func chunksAreTheReferencesAtLength(kind: String) throws {
        let file = Golden.large.appending(path: "\(kind).splits")
        let data = try Data(contentsOf: file, options: .alwaysMapped)
        var texts = 0
        var different: [String] = []
        data.withUnsafeBytes { data in
            var place = 0
            func number() -> Int {
                defer { place += 4 }
                return Int(
                    UInt32(littleEndian: data.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                )
            }
            while place < data.count {
                let length = number()
                let text = data[place..<place + length]
                place += length
                let chunks = (0..<number()).map { _ in number() }
                let ends = UnsafeRawBufferPointer(rebasing: text)
                    .withMemoryRebound(to: UInt8.self) { SplitScanner().ends(in: $0) }
                texts += 1
                if zip(ends, [0] + ends).map({ $0 - $1 }) != chunks {
                    different.append(String(decoding: text.prefix(80), as: UTF8.self))
                }
            }
        }
        #expect(different.isEmpty, "\(different.count) of \(texts) differ: \(different.prefix(5))")
        #expect(texts > 0)
        if kind == "scalars" { #expect(texts == 1_112_064) }
    }
}
