import Foundation
import Journal
import Testing

@Suite struct MetricsLogTests {
    /// Five steps with a loss that halves, the fourth with a validation.
    private func writeFive(_ path: String) throws {
        let log = try MetricsLog(path: path)
        for step in 0..<5 {
            var scalars = [(name: "loss", value: 8 / Double(1 << step))]
            if step == 3 { scalars.append(("val_bpb", 1.25)) }
            try log.record(StepRecord(step: step, scalars: scalars))
        }
        try log.sync()
    }

    @Test func readsBackWhatWasWrittenBitForBit() throws {
        try withFolder { folder in
            let values = [
                0.1, 1e-300, -0.0, 123456789, 0x1p53, 1e22, .leastNonzeroMagnitude, .infinity,
                -.infinity, 2.5e-7,
            ]
            do {
                let log = try MetricsLog(path: folder + "/metrics.jsonl")
                for (step, value) in values.enumerated() {
                    try log.record(StepRecord(step: step, scalars: [("loss", value)]))
                }
            }
            let column = try #require(try RunReader(path: folder).metrics()["loss"])
            #expect(column.values.map(\.bitPattern) == values.map(\.bitPattern))
            #expect(column.steps == Array(0..<values.count))
        }
    }

    @Test func everyLineIsJSONAlsoWithNaNAndOddNames() throws {
        try withFolder { folder in
            let path = folder + "/metrics.jsonl"
            do {
                let log = try MetricsLog(path: path)
                try log.record(
                    StepRecord(
                        step: 7,
                        scalars: [("loss", .nan), ("a\"b\\\n", .infinity), ("tokens", 4096)]))
            }
            #expect(
                try text(path)
                    == #"{"step":7,"loss":null,"a\"b\\\u000a":"Infinity","tokens":4096}"# + "\n")
            _ = try JSONSerialization.jsonObject(with: Data(try text(path).utf8))
            let table = try RunReader(path: folder).metrics()
            #expect(table.names == ["loss", "a\"b\\\n", "tokens"])
            #expect(table["loss"]?.values.first?.isNaN == true)
            #expect(table["a\"b\\\n"]?.values == [.infinity])
        }
    }

    @Test func resumingDropsATornLineAndRowsPastTheStep() throws {
        try withFolder { folder in
            let path = folder + "/metrics.jsonl"
            try writeFive(path)
            let whole = try text(path)
            // Torn anywhere, the rows before step 3 stay as they were and the rest goes.
            for cut in stride(from: whole.utf8.count, to: 0, by: -1) {
                try Data(whole.utf8.prefix(cut)).write(to: URL(fileURLWithPath: path))
                let before = try RunReader(path: folder).metrics().steps
                do {
                    let log = try MetricsLog(path: path, resumingAt: 3)
                    try log.record(StepRecord(step: 3, scalars: [("loss", 0.5)]))
                }
                let after = try RunReader(path: folder).metrics()
                #expect(after.steps == before.filter { $0 < 3 } + [3])
                #expect(after["loss"]?[step: 3] == 0.5)
                #expect(after["val_bpb"] == nil)
            }
        }
    }

    @Test func aFreshStartEmptiesTheFile() throws {
        try withFolder { folder in
            try writeFive(folder + "/metrics.jsonl")
            _ = try MetricsLog(path: folder + "/metrics.jsonl")
            #expect(try RunReader(path: folder).metrics().steps.isEmpty)
        }
    }

    @Test func zerosLeftByAPowerFailureAreATornEnd() throws {
        try withFolder { folder in
            let path = folder + "/metrics.jsonl"
            try writeFive(path)
            let damaged = Data(try text(path).utf8) + Data(count: 100) + Data("\n".utf8)
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(try RunReader(path: folder).metrics().steps == [0, 1, 2, 3, 4])
        }
    }

    @Test func aBadLineInTheMiddleIsReportedWithItsNumber() throws {
        try withFolder { folder in
            let path = folder + "/metrics.jsonl"
            for bad in [
                "{\"step\":1,\"loss\":}", "{\"loss\":1}", "[1]", "{\"step\":1}x", "{\"step\":1.5}",
            ] {
                try "{\"step\":0}\n\(bad)\n{\"step\":2}\n".write(
                    toFile: path, atomically: false, encoding: .utf8)
                #expect(
                    throws: JournalError.corrupt(
                        path: path, detail: "line 2 is not a step's record")
                ) { try RunReader(path: folder).metrics() }
            }
        }
    }

    @Test func columnsKnowTheirOwnSteps() throws {
        try withFolder { folder in
            try writeFive(folder + "/metrics.jsonl")
            let table = try RunReader(path: folder).metrics()
            #expect(table["val_bpb"]?.steps == [3])
            #expect(table["val_bpb"]?[step: 3] == 1.25)
            #expect(table["val_bpb"]?[step: 2] == nil)
            #expect(table["loss"]?[step: 4] == 0.5)
            #expect(table.dense("val_bpb").map(\.isNaN) == [true, true, true, false, true])
            #expect(table["nothing"] == nil)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsAnErrorThatSaysSo() throws {
        try withFolder { folder in
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/metrics.jsonl", withDestinationPath: "/dev/full")
            #expect(throws: JournalError.self) {
                let log = try MetricsLog(path: folder + "/metrics.jsonl")
                try log.record(StepRecord(step: 0))
            }
        }
    }
}
