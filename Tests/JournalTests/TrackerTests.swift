import Foundation
import Journal
import Testing

@Suite struct TrackerTests {
    private struct Golden: Decodable { let records: [String] }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Records of Tools/golden/event_files.py, which TensorBoard's own writer made.
    @Test func eventFilesAreTensorBoardsByteForByte() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/event_files.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file)).records
        let ours = [
            EventMessage.event(seconds: 1_700_000_000.25, step: 0, version: "brain.Event:2"),
            EventMessage.event(
                seconds: 1_700_000_001.5, step: 300,
                scalars: [("train/loss", 3.25), ("val/bpb", 0)]),
            EventMessage.event(seconds: 1_700_000_002, step: 120, restarts: true),
        ]
        for (ours, theirs) in zip(ours, golden) {
            #expect(Self.hex(TensorBoardFile.framed(ours)) == theirs)
        }
        // The check value of the polynomial: "123456789".
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test func aFollowerSeesEveryStepOnceAndEveryRewind() throws {
        try withFolder { folder in
            let directory = RunDirectory(path: folder)
            var follower = RunFollower(directory, phase: .base, from: RunFollower.Place())
            #expect(follower.look().steps.isEmpty)
            func write(_ steps: Range<Int>, resumingAt step: Int) throws {
                let log = try MetricsLog(path: directory.metrics, resumingAt: step)
                for step in steps {
                    try log.record(StepRecord(step: step, scalars: [("loss", Double(step))]))
                }
                try log.finish()
            }
            try write(0..<5, resumingAt: 0)
            #expect(follower.look(holdsBack: true).steps.map(\.step) == [0, 1, 2, 3])
            #expect(follower.look().steps.map(\.step) == [4])
            #expect(follower.look().steps.isEmpty)
            // Another follower goes on where the first one was.
            var second = RunFollower(directory, phase: .base, from: follower.place)
            try write(5..<8, resumingAt: 5)
            #expect(second.look(limit: 2).steps.map(\.step) == [5, 6])
            #expect(second.look().steps.map(\.step) == [7])
            // The run goes on from step 3: what came after is dropped and comes again.
            try write(3..<4, resumingAt: 3)
            let rewound = second.look()
            #expect(rewound.rewoundTo == 4 || rewound.rewoundTo == 3)
            try write(4..<6, resumingAt: 4)
            #expect(second.look().steps.map(\.step) == [4, 5])
        }
    }

    @Test func namesAreNanochatsWhereItHasOne() {
        #expect(TrackedName.of("loss") == "train/loss")
        #expect(TrackedName.of("forward_loss") == "forward_loss")
        #expect(TrackedName.of("val_bpb") == "val/bpb")
        #expect(TrackedName.of("tokens_per_second") == "train/tok_per_sec")
        #expect(TrackedName.of("val_bpb_backward") == "val/bpb_backward")
        #expect(TrackedName.of("grad_norm") == "train/grad_norm")
    }
}
