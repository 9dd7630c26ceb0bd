import Arguments
import Testing

struct NearestNameTests {
    @Test(arguments: [
        ("dpeth", "depth"), ("dept", "depth"), ("directon", "direction"), ("dir", "direction"),
        ("max-seq-length", "max-seq-len"),
    ])
    func near(word: String, name: String) {
        #expect(nearestName(to: word, among: ["depth", "direction", "max-seq-len"]) == name)
    }

    @Test(arguments: ["x", "zz", "temperature", ""])
    func far(word: String) {
        #expect(nearestName(to: word, among: ["depth", "direction", "k"]) == nil)
    }
}
