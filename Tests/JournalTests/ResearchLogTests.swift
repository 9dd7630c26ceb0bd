import Foundation
import Journal
import Testing

@Suite struct ResearchLogTests {
    private let records = Records()

    /// Asserts that the log at `path` holds exactly the records of `steps`.
    private func expect(_ steps: Range<Int>, at path: String) throws {
        let reader = try ResearchReader(path: path)
        let table = try reader.scalars()
        #expect(table.steps == Array(steps))
        #expect(table.dense("lr") == steps.map { _ in 0.02 })
        for step in steps {
            let loss = table["loss"]?[step: step] ?? .nan
            #expect(loss.bitPattern == records.loss(step).bitPattern)
            #expect(table["val_bpb"]?[step: step] == records.step(step)["val_bpb"])
        }
        let taken = steps.filter { $0 % 2 == 0 }
        let positions = try reader.positions()
        #expect(positions.steps == taken)
        #expect(positions.columnCount == (taken.isEmpty ? 0 : records.T))
        #expect(positions.lossMean == taken.flatMap { records.positions($0).lossMean })
        #expect(
            positions.lossStandardDeviation
                == taken.flatMap { records.positions($0).lossStandardDeviation })
        #expect(positions.accuracy == taken.flatMap { records.positions($0).accuracy })
        #expect(positions.lossByContext == taken.flatMap { records.positions($0).lossByContext })
        let sampled = steps.filter { $0 % 5 == 0 }
        #expect(try reader.sampledSteps() == sampled)
        for step in sampled {
            let sample = try reader.sample(at: step)
            #expect(sample.tokens == records.tokens(step))
            #expect(sample.layers.map(\.histogram) == records.layers(step).map(\.histogram))
            #expect(sample.rollouts == records.rollouts(step))
        }
    }

    @Test func readsBackWhatWasWritten() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            try records.write(0..<23, to: path)
            try expect(0..<23, at: path)
            let parts = try FileManager.default.contentsOfDirectory(
                atPath: folder + "/base_training.parts")
            #expect(parts.filter { !$0.hasSuffix(".h5") } == [])
        }
    }

    @Test func keepsEveryFieldOfASample() throws {
        try withFolder { folder in
            let path = folder + "/sft.h5"
            try records.write(0..<6, to: path)
            let sample = try ResearchReader(path: path).sample(at: 5)
            let expected = records.layers(5)
            try #require(sample.layers.count == expected.count)
            for (one, other) in zip(sample.layers, expected) {
                #expect(one.kind == other.kind && one.layer == other.layer)
                #expect(one.part == other.part && one.histogram == other.histogram)
                #expect(one.statistics.map(\.name) == other.statistics.map(\.name))
                #expect(one.statistics.map(\.value) == other.statistics.map(\.value))
                #expect(one.histogramRange == other.histogramRange)
            }
            #expect(sample["loss"] == records.loss(5))
        }
    }

    @Test func layerSeriesFollowAPartThroughTheRun() throws {
        try withFolder { folder in
            try records.write(0..<11, to: folder + "/base_training.h5")
            let series = try RunReader(path: prepared(folder)).researchLog(.base)
                .layerSeries(.gradients, "norm")
            #expect(series.map(\.layer) == [-1, 0, 0, 10])
            #expect(series.map(\.part) == ["embedding", "attention.query", "mlp", "mlp"])
            #expect(series.last?.steps == [0, 5, 10])
            #expect(series.last?.values == [10, 15, 20])
        }
    }

    /// A folder that counts as a run.
    private func prepared(_ folder: String) throws -> String {
        _ = try MetricsLog(path: folder + "/metrics.jsonl")
        return folder
    }

    @Test func anUnfinishedLogIsReadToItsLastRecord() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            for count in 1...18 {
                try? FileManager.default.removeItem(atPath: folder + "/base_training.parts")
                try records.write(0..<count, to: path, finish: false)
                try expect(0..<count, at: path)
            }
        }
    }

    @Test func resumingEqualsNeverHavingStopped() throws {
        try withFolder { folder in
            for (stop, resume) in [(18, 18), (18, 17), (18, 8), (9, 6), (5, 1), (18, 0)] {
                for finish in [true, false] {
                    let path = "\(folder)/\(stop)-\(resume)-\(finish).h5"
                    try records.write(0..<stop, to: path, finish: finish)
                    try records.write(resume..<25, to: path)
                    try expect(0..<25, at: path)
                }
            }
        }
    }

    @Test func resumingDropsWhatCameAfter() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            try records.write(0..<18, to: path)
            do {
                let log = try ResearchLog(path: path, resumingAt: 18, segmentStepCount: 4)
                for step in [6, 12, 18] { try log.record(records.evaluation(step)) }
                try log.finish()
            }
            _ = try ResearchLog(path: path, resumingAt: 12, segmentStepCount: 4)
            try expect(0..<12, at: path)
            #expect(try ResearchReader(path: path).evaluationSteps() == [6, 12])
            _ = try ResearchLog(path: path)
            try expect(0..<0, at: path)
        }
    }

    @Test func aLongRunKeepsFewParts() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            try records.write(0..<300, to: path, segment: 1)
            let table = try ResearchReader(path: path).scalars()
            #expect(table.steps == Array(0..<300))
            #expect(table.dense("lr") == [Double](repeating: 0.02, count: 300))
            let parts = try FileManager.default.contentsOfDirectory(
                atPath: folder + "/base_training.parts"
            ).filter { $0.hasPrefix("columns") }
            #expect(parts.count < 45)
        }
    }

    @Test func evaluationsComeBackWhole() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            let log = try ResearchLog(path: path)
            try log.record(records.step(0))
            try log.record(records.evaluation(1))
            let reader = try ResearchReader(path: path)
            #expect(try reader.evaluation(at: 1) == records.evaluation(1))
            #expect(try reader.evaluationSteps() == [1])
            #expect {
                try reader.evaluation(at: 2)
            } throws: {
                if case .missing? = $0 as? JournalError { true } else { false }
            }
        }
    }

    @Test func aTornTailLosesOnlyTheTornRecord() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            try records.write(0..<7, to: path, finish: false)
            let tail = folder + "/base_training.parts/tail_000004.bin"
            let whole = try Data(contentsOf: URL(fileURLWithPath: tail))
            for cut in [whole.count - 1, whole.count - 30] {
                try whole.prefix(cut).write(to: URL(fileURLWithPath: tail))
                #expect(try ResearchReader(path: path).scalars().steps == Array(0..<6))
            }
            // A flipped bit is as bad as a missing one.
            for offset in stride(from: whole.count - 60, to: whole.count, by: 7) {
                var flipped = whole
                flipped[offset] ^= 1
                try flipped.write(to: URL(fileURLWithPath: tail))
                #expect(try ResearchReader(path: path).scalars().steps == Array(0..<6))
            }
        }
    }

    /// Rows of a step are as wide as its longest text; the log holds the widest, and NaN behind the others.
    @Test(arguments: [4, 1, 100], [true, false])
    func rowsOfAnyLengthAreKept(segment: Int, finish: Bool) throws {
        func width(_ step: Int) -> Int { [5, 9, 3, 3, 12, 1][step / 2 % 6] }
        try withFolder { folder in
            let path = folder + "/rl.h5"
            for steps in [0..<17, 11..<44] {
                let log = try ResearchLog(
                    path: path, resumingAt: steps.lowerBound, segmentStepCount: segment)
                for step in steps { try log.record(Records(T: width(step)).step(step)) }
                if finish { try log.finish() } else { try log.sync() }
            }
            let reader = try ResearchReader(path: path)
            let positions = try reader.positions()
            #expect(positions.steps == (0..<44).filter { $0 % 2 == 0 })
            #expect(positions.columnCount == 12)
            for (column, value) in [
                (positions.lossMean, \PositionRecord.lossMean),
                (positions.lossStandardDeviation, \.lossStandardDeviation),
                (positions.accuracy, \.accuracy), (positions.lossByContext, \.lossByContext),
            ] {
                try #require(column.count == 22 * 12)
                for (row, step) in positions.steps.enumerated() {
                    let own = Records(T: width(step)).positions(step)[keyPath: value]
                    let found = column[row * 12..<(row + 1) * 12]
                    #expect(Array(found.prefix(own.count)) == own, "step \(step)")
                    #expect(found.dropFirst(own.count).allSatisfy { $0.isNaN }, "step \(step)")
                }
            }
            for step in [0, 5, 40] {
                #expect(
                    try reader.sample(at: step).tokens == Records(T: width(step)).tokens(step))
            }
        }
    }

    @Test func aFolderThatGoesAwayIsAnError() throws {
        try withFolder { folder in
            let log = try ResearchLog(path: folder + "/base_training.h5")
            try FileManager.default.removeItem(atPath: folder + "/base_training.parts")
            #expect(throws: JournalError.self) {
                try log.record(records.step(0))
                try log.finish()
            }
        }
    }

    @Test func knowsTheLibrary() {
        #expect(Journal.hdf5Version.split(separator: ".").compactMap { Int($0) }.count == 3)
    }

    @Test func aFileThatIsNoLogIsReported() throws {
        try withFolder { folder in
            let path = folder + "/base_training.h5"
            try "no".write(toFile: path, atomically: false, encoding: .utf8)
            #expect {
                try ResearchReader(path: path).scalars()
            } throws: {
                guard case .hdf5(_, let where_, let reason)? = $0 as? JournalError
                else { return false }
                return where_ == path && !reason.isEmpty
            }
        }
    }
}
