internal import Foundation
internal import Provenance

/// A whole study as one file: what is asked, what is made ready, what is run, and what is made of it.
public struct Study: Codable, Hashable, Sendable {
    /// Something to be made once.
    public struct Preparation: Codable, Hashable, Sendable {
        /// File whose presence says that it was.
        public var makes: String
        /// The line that makes it, without the program's name.
        public var command: [String]
    }

    /// The question, in a sentence.
    public var question: String
    /// What it takes, in words.
    public var cost: String?
    /// What is made ready, in order.
    public var prepare: [Preparation]?
    /// Options and their values; every combination is run.
    public var axes: [String: [String]]?
    /// Name of a run, with `{option}` for its value.
    public var id: String?
    /// Flags of `retro run` that all runs share.
    public var run: [String]?
    /// Lines that make something of the runs, in order; `{runs}` stands for their folders.
    public var finish: [[String]]?

    /// Why a file is no study.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// Reads the file at `path`.
    public init(path: String) throws(Fault) {
        do throws(JSONFault) { self = try JSONFile.value(Study.self, at: path) } catch {
            switch error {
            case .file(let error): throw Fault(description: error.description)
            case .malformed(_, let what):
                throw Fault(description: "'\(path)' is no study: \(what).")
            }
        }
        guard (run == nil) == (id == nil) else {
            throw Fault(description: "'\(path)' names 'run' without 'id', or 'id' without 'run'.")
        }
        do throws(Grid.Fault) { _ = try grid } catch {
            throw Fault(description: "'\(path)' cannot be run: \(error.description)")
        }
        let names = runs.map(\.id)
        guard Set(names).count == names.count else {
            throw Fault(
                description: "'\(path)' gives two runs one name; name every axis in its 'id'.")
        }
    }

    /// The runs: name and line, without the program's name.
    public var runs: [(id: String, command: [String])] {
        // A file whose axes are no grid was refused when it was read.
        guard let run, let id, let grid = try? grid else { return [] }
        return grid.points.map { point in
            var name = id
            for setting in point.settings {
                name = name.replacing("{\(setting.name)}", with: setting.value)
            }
            return (
                name,
                ["run", "--experiment-id=\(name)"] + run
                    + point.settings.map { "--\($0.name)=\($0.value)" }
            )
        }
    }

    private var grid: Grid {
        get throws(Grid.Fault) {
            try Grid(
                every: (axes ?? [:]).sorted { $0.key < $1.key }
                    .map { Grid.Axis(name: $0.key, values: $0.value) })
        }
    }

    /// The lines at the end, `{runs}` filled in.
    public func finishing(_ folders: [String]) -> [[String]] {
        (finish ?? []).map { $0.flatMap { $0 == "{runs}" ? folders : [$0] } }
    }
}
