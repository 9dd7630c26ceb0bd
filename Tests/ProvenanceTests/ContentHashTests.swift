import Foundation
import Provenance
import Testing

@Suite struct ContentHashTests {
    /// FIPS 180-4 examples.
    @Test func equalsPublishedDigests() {
        #expect(
            ContentHash(of: Data("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            ContentHash(of: Data()).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func rejectsWhatIsNoDigest() {
        #expect(ContentHash(hex: "abc") == nil)
        #expect(ContentHash(hex: String(repeating: "g", count: 64)) == nil)
    }
}
