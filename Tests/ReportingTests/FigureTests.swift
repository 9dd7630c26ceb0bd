import Foundation
import Language
import Provenance
import Reporting
import Testing

@Suite struct FigureTests {
    static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/Figures")

    /// A comparison small enough that its specifications can be read.
    static func small() throws -> ComparisonReport {
        var input = ComparisonTests.tiny()
        for (index, reading) in [Reading.forward, .backward].enumerated() {
            let shift = Double(index) / 8
            input.runs[index].scores = [
                ReadingScores(
                    reading: reading,
                    tokenNats: [[7, 6, 5, 4].map { $0 + Float(shift) }, [8, 7, 6, 5, 4, 3]])
            ]
            input.runs[index].training = [
                LearningCurve(
                    reading: nil, steps: [0, 1, 2], tokens: [100, 200, 300],
                    lossNats: [6 + shift, 5, 4.5])
            ]
            input.runs[index].validationHistory = [
                ValidationCurve(
                    reading: reading, steps: [1, 2], tokens: [200, 300],
                    bitsPerByte: [2 + shift, 1.5])
            ]
            input.runs[index].positions = PositionProfile(
                lossByColumn: [.nan, 6, 5, 4.5], recordCount: 2)
            input.runs[index].gradientNorms = [
                GradientNorms(layer: 0, part: "mlp.expand", steps: [0, 2], norms: [3, 0.5]),
                GradientNorms(layer: 0, part: "attention.query", steps: [0, 2], norms: [4, 0.25]),
                GradientNorms(layer: -1, part: "embedding", steps: [0], norms: [100]),
            ]
        }
        return ComparisonReport(on: try Comparison(of: input))
    }

    /// A changed specification is written to .build/figures: look at it, then copy it over the old
    /// one.
    @Test func specificationsStayAsTheyWere() throws {
        let aside = URL(filePath: ReportFilesTests.root).appending(path: ".build/figures")
        for figure in try Self.small().figures {
            let file = Self.golden.appending(path: figure.name + ".vl.json")
            let expected = try? String(contentsOf: file, encoding: .utf8)
            if expected != figure.json {
                try FileManager.default.createDirectory(
                    at: aside, withIntermediateDirectories: true)
                try figure.json.write(
                    to: aside.appending(path: file.lastPathComponent), atomically: true,
                    encoding: .utf8)
            }
            #expect(expected == figure.json, "\(figure.name) changed; see .build/figures")
        }
    }

    @Test func everyFigureOfTheIssueIsThere() throws {
        let names = try Self.small().figures.map(\.name)
        #expect(
            names == [
                "gap", "bits-per-byte", "learning-curves-tokens", "learning-curves-steps",
                "gap-over-training", "validation", "loss-by-context", "gap-by-context",
                "loss-by-position", "gradient-norms",
            ])
    }

    @Test func everyAxisNamesItsUnitOrQuantity() throws {
        for figure in try Self.small().figures {
            let object = try JSONSerialization.jsonObject(with: Data(figure.json.utf8))
            var quantitative = 0
            func visit(_ value: Any) {
                if let list = value as? [Any] { list.forEach(visit) }
                guard let map = value as? [String: Any] else { return }
                for channel in ["x", "y"] {
                    guard let encoding = map[channel] as? [String: Any],
                        encoding["type"] as? String == "quantitative",
                        encoding["field"] as? String != "zero"
                    else { continue }
                    quantitative += 1
                    #expect(encoding["title"] is String, "\(figure.name).\(channel)")
                }
                // The order of visits reaches nothing.
                map.values.forEach(visit)
            }
            visit(object)
            #expect(quantitative > 0 || figure.name == "bits-per-byte")
            #expect(!figure.caption.isEmpty && !figure.title.isEmpty)
        }
    }

    /// One layer without a legend silences the legend that all layers share.
    @Test func onlyTheLabelledFiguresGoWithoutLegend() throws {
        for figure in try Self.small().figures {
            let isLabelled = ["gap", "bits-per-byte"].contains(figure.name)
            #expect(figure.json.contains("\"legend\": null") == isLabelled, "\(figure.name)")
        }
    }

    @Test func blockNormsJoinTheirParts() throws {
        let figure = try #require(try Self.small().figures.first { $0.name == "gradient-norms" })
        let norms = figure.table.rows.map { $0[3] }
        #expect(norms.first == .number(5))  // √(3² + 4²)
        #expect(!norms.contains(.number(100)))
    }

    @Test func contextCountsFromTheReadersSide() {
        let forward = ReadingScores(reading: .forward, tokenNats: [[1, 2, 3]])
        let backward = ReadingScores(reading: .backward, tokenNats: [[1, 2, 3], [5]])
        #expect(forward.lossByContext == [1, 2, 3])
        #expect(backward.lossByContext == [4, 2, 1])
        #expect(backward.targetsByContext == [2, 1, 1])
        #expect(backward.windowNats == [6, 5])
        #expect(backward.windowNatsByBin == [[3, 5], [2, 0], [1, 0]])
    }

    @Test func contextBinsRiseTwiceAnOctave() {
        let bins = (0..<1024).map(ContextBins.index)
        #expect(Array(bins[0..<5]) == [0, 1, 2, 3, 4])
        #expect(zip(bins, bins.dropFirst()).allSatisfy { $1 == $0 || $1 == $0 + 1 })
        #expect(bins[1023] - bins[255] == 4)
        #expect(bins[15] == bins[21] && bins[15] != bins[22])  // √2 · 16 = 22.6
    }
}
