import Language
import Testing

@Suite struct ReadingTests {
    @Test(arguments: Reading.allCases) func turningTwiceIsNothing(reading: Reading) {
        let ids: [Int32] = [3, 1, 4, 1, 5]
        #expect(reading.turned(reading.turned(ids)) == ids)
    }

    @Test func positionsFollowTheTokens() {
        let ids: [Int32] = [3, 1, 4, 1, 5]
        for reading in Reading.allCases {
            let turned = reading.turned(ids)
            for index in ids.indices {
                #expect(turned[reading.position(of: index, count: ids.count)] == ids[index])
            }
        }
    }
}
