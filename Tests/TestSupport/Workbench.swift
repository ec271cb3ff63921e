import Foundation

/// A folder with a configuration, `config.yaml`, and a dataset, `data.h5`, where the program is run as a user runs it.
public struct Workbench {
    public let folder: TemporaryFolder

    /// - Parameter configuration: YAML without `data.file`'s own line: it names `data.h5`.
    public init(_ configuration: String, _ dataset: SmallDataset = SmallDataset()) throws {
        folder = try TemporaryFolder()
        try dataset.write(folder.file("data.h5"))
        try TestSupport.write(configuration, to: folder.file("config.yaml"))
    }

    public func file(_ name: String) -> String { folder.file(name) }

    /// A child of another test may have inherited a file that was being written, with its lock.
    private static let environment = ["HDF5_USE_FILE_LOCKING": "FALSE"]

    /// Runs `newton-cg` in the folder: alone, or on several ranks.
    public func newtonCG(_ arguments: [String], ranks: Int? = nil, timeout: Double = 120) throws -> Finished {
        if let ranks {
            return try mpirun(
                ranks: ranks, "newton-cg", arguments, environment: Self.environment, directory: folder.path,
                timeout: timeout)
        }
        return try run(
            "newton-cg", arguments, environment: Self.environment, directory: folder.path, timeout: timeout)
    }

    /// `newton-cg train config.yaml`, into the run folder `name`; an error where it does not end with status 0.
    @discardableResult
    public func train(_ name: String, _ arguments: [String] = [], ranks: Int? = nil) throws -> Finished {
        let run = try newtonCG(["train", "config.yaml", "--run-dir", name] + arguments, ranks: ranks)
        guard run.status == 0 else {
            throw RunError(description: "train \(arguments) ended with status \(run.status): \(run.error)")
        }
        return run
    }

    public func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    /// The rows of a run's `metrics.csv`, by the names of its columns.
    public func metrics(_ name: String) throws -> [[String: String]] {
        let lines = try text("\(name)/metrics.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    /// The same without times, which differ from run to run.
    public func metricsWithoutTimes(_ name: String) throws -> [[String: String]] {
        try metrics(name).map { $0.filter { $0.key != "seconds" } }
    }

    /// The checkpoints of a run, by name.
    public func checkpoints(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file("\(name)/checkpoints")).sorted()
    }
}

extension Finished {
    /// The lines of our own errors among those of mpirun.
    public var messages: [String] {
        error.split(separator: "\n").filter { $0.contains("error: ") }.map(String.init)
    }
}
