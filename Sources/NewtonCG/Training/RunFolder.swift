import Foundation

/// A run's folder: `config.yaml`, `metrics.csv`, `log.txt`, `profile.json`, `checkpoints/`. Only rank 0 writes in it.
public struct RunFolder: Sendable {
    /// The folder itself.
    public let path: String
    /// The folder of checkpoints.
    public var checkpoints: String { "\(path)/checkpoints" }
    /// The table of steps and evaluations.
    public var metrics: String { "\(path)/metrics.csv" }
    package var configuration: String { "\(path)/config.yaml" }
    var log: String { "\(path)/log.txt" }
    /// Where the time went.
    public var profile: String { "\(path)/profile.json" }

    /// A folder that is there or is to be made; nothing is read.
    public init(_ path: String) { self.path = path }

    /// Whether a run or a comparison was begun here.
    public var holdsRun: Bool { FileManager.default.fileExists(atPath: configuration) }

    /// All that a run or a comparison writes, but for figures of further metrics; last what makes the folder a run's.
    static let names = [
        "metrics.csv", "log.txt", "report.md", "profile.json", "checkpoints", "metrics", "compare.csv", "runs.csv",
        "loss.svg",
        "accuracy.svg", "rmse.svg", "config.yaml",
    ]

    /// The figures that the folder's report shows.
    private var drawn: [String] {
        let report = (try? String(contentsOfFile: "\(path)/report.md", encoding: .utf8)) ?? ""
        return report.matches(of: /\]\(([a-z0-9_]+\.svg)\)/).map { String($0.1) }
    }

    /// What is to become of a run that the folder holds: refused, replaced, gone on with.
    public enum Opening { case new, overwrite, resume }

    /// The lock of a folder that is there; nil where there is none yet.
    func lockIfThere() throws -> FolderLock? {
        FileManager.default.fileExists(atPath: path) ? try FolderLock(path) : nil
    }

    /// Makes the folder ready. A folder that holds a run is refused unless it is resumed or overwritten.
    ///
    /// - Parameters:
    ///   - lock: the folder's, where it was locked before.
    ///   - subfolder: where the run's many files go: checkpoints, or the tables of a comparison's runs.
    /// - Returns: the folder's lock, to be kept as long as the run writes in it.
    func open(
        _ opening: Opening, configuration yaml: String, lock: FolderLock?, subfolder: String = "checkpoints"
    ) throws -> FolderLock {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            let lock = try lock ?? FolderLock(path)
            switch opening {
            case .new where holdsRun: try refuse()
            // In a folder that holds no run these names may be the user's own.
            case .overwrite where holdsRun:
                for name in drawn + Self.names where files.fileExists(atPath: "\(path)/\(name)") {
                    try files.removeItem(atPath: "\(path)/\(name)")
                }
            default: break
            }
            try files.createDirectory(atPath: "\(path)/\(subfolder)", withIntermediateDirectories: true)
            removePartialFiles()
            try yaml.write(toFile: configuration, atomically: true, encoding: .utf8)
            return lock
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError("the run folder \(path) can't be written: \(obstacle(on: path) ?? systemReason(error))")
        }
    }

    /// - Parameter canResume: false for a comparison.
    func refuse(canResume: Bool = true) throws {
        throw RunError(
            "\(path) holds a run already: \(canResume ? "go on with it by --resume, " : "")replace it by --overwrite, or "
                + "choose another folder by --run-dir", exitStatus: 2)
    }

    /// Checkpoints of steps, the newest first.
    package func savedSteps() -> [(step: Int, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".h5") else { return nil }
            return Int(name.dropFirst(5).dropLast(3)).map { ($0, "\(checkpoints)/\(name)") }
        }.sorted { $0.0 > $1.0 }
    }

    func checkpoint(ofStep step: Int) -> String {
        let digits = String(step)
        return "\(checkpoints)/step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".h5"
    }
    /// The checkpoint of the smallest loss of the first evaluated part.
    public var best: String { "\(checkpoints)/best.h5" }

    /// Removes what a run that was killed left half written.
    private func removePartialFiles() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        for name in names where name.hasSuffix(".partial") {
            try? FileManager.default.removeItem(atPath: "\(checkpoints)/\(name)")
        }
    }

    /// Removes all checkpoints of steps but the newest `keep`.
    func prune(keep: Int) {
        for (_, path) in savedSteps().dropFirst(max(1, keep)) { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The newest checkpoint that can be read whole; damaged ones are reported and passed over.
    func newestCheckpoint<S: TrainingScalar>(
        _ network: Network<S>, damaged report: (String) -> Void
    ) throws -> Checkpoint<S>? {
        let saved = savedSteps()
        for (_, path) in saved {
            do {
                return try Checkpoint(path, network)
            } catch {
                report("the checkpoint \(path) is passed over: \(error)")
            }
        }
        guard saved.isEmpty else {
            throw DataError("no checkpoint in \(checkpoints) can be read: begin anew by --overwrite")
        }
        return nil
    }
}

/// What stands where a folder should be made.
private func obstacle(on path: String) -> String? {
    var place = URL(fileURLWithPath: path), isFolder: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder), place.path != "/" {
        place.deleteLastPathComponent()
    }
    return isFolder.boolValue ? nil : "\(place.path) is not a folder"
}

/// The system's words for an error of Foundation.
func systemReason(_ error: any Error) -> String {
    let error = error as NSError
    let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return inner.domain == NSPOSIXErrorDomain
        ? String(cString: strerror(Int32(inner.code))) : inner.localizedDescription
}
