import Foundation
import HDF5
import TestSupport
import Testing

/// A SLURM of the tests' own.
let slurm = Need("slurm", lack: obstacle)

private let obstacle: String? = {
    if getuid() != 0 { return "a SLURM of its own needs root" }
    if ProcessInfo.processInfo.environment["NEWTON_CG_MPI"] ?? "openmpi" != "openmpi" {
        return "Debian's SLURM starts Open MPI"
    }
    let programs = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/sbatch", "/usr/bin/srun"]
    let missing = programs.filter { !FileManager.default.isExecutableFile(atPath: $0) }
    return missing.isEmpty ? nil : "\(missing.joined(separator: ", ")) missing: apt-get install slurm-wlm munge"
}()

/// A private SLURM with one or two nodes on this host, and a folder with this project's jobs from which they are
/// submitted as a user does.
final class Cluster {
    let bench: Workbench
    private let place: TemporaryFolder
    private var environment: [String: String]

    init(nodes: Int, _ configuration: String, _ dataset: SmallDataset = SmallDataset()) throws {
        bench = try Workbench(configuration, dataset)
        place = try TemporaryFolder()
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        try FileManager.default.copyItem(
            atPath: here.appendingPathComponent("../../jobs").standardizedFileURL.path, toPath: bench.file("jobs"))
        script = here.appendingPathComponent("slurm.sh").path
        environment = try [
            "SLURM_CONF": place.file("slurm.conf"), "NEWTON_CG": program("newton-cg"), "CONFIG": "config.yaml",
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        ]
        let start = try run(script, ["start", place.path, "\(nodes)"], timeout: 60)
        guard start.status == 0 else { throw RunError(description: "no SLURM: \(start.error)") }
    }
    private let script: String

    deinit { _ = try? run(script, ["stop", place.path], timeout: 60) }

    /// A command of SLURM, or a script of the jobs' folder; an error where it fails.
    @discardableResult
    func call(_ command: String, _ arguments: [String], _ settings: [String: String] = [:]) throws -> String {
        let path = command.contains("/") ? bench.file(command) : "/usr/bin/\(command)"
        let end = try run(
            path, arguments, environment: environment.merging(settings) { $1 }, directory: bench.folder.path)
        guard end.status == 0 else {
            throw RunError(description: "\(command) \(arguments) ended with \(end.status): \(end.error)")
        }
        return end.output
    }

    /// - Returns: the job's number.
    func submit(_ job: String, _ arguments: [String] = [], _ settings: [String: String] = [:]) throws -> String {
        try call("sbatch", ["--parsable"] + arguments + ["jobs/\(job)"], settings)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What SLURM says of a job, by name.
    func facts(_ job: String) throws -> [String: String] {
        let words = try call("scontrol", ["--oneliner", "show", "job", job]).split { " \n".contains($0) }
        return Dictionary(
            words.compactMap { word in
                word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[word.index(after: $0)...])) }
            }, uniquingKeysWith: { first, _ in first })
    }

    func wait(
        _ job: String, for what: String, seconds: Double = 100, _ condition: ([String: String]) throws -> Bool
    ) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var last = try facts(job)
        while try !condition(last) {
            guard deadline.timeIntervalSinceNow > 0 else {
                throw RunError(description: "job \(job) did not come to \(what): \(last)")
            }
            usleep(100_000)
            last = try facts(job)
        }
    }

    /// Waits for a job's end, which has to be a good one.
    func waitForEnd(_ job: String) throws {
        let ends = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"]
        try wait(job, for: "its end") { ends.contains($0["JobState"] ?? "") }
        let facts = try facts(job)
        guard facts["JobState"] == "COMPLETED", facts["ExitCode"] == "0:0" else {
            throw RunError(description: "job \(job): \(facts), it wrote \(try output(job))")
        }
    }

    /// What a job wrote.
    func output(_ job: String) throws -> String {
        let path = try facts(job)["StdOut"] ?? ""
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? "nothing"
    }

    /// The parameters of a run's newest checkpoint, by name.
    func parameters(_ run: String) throws -> [String: [Double]] { try bench.parameters(run) }
}

extension Workbench {
    func parameters(_ run: String) throws -> [String: [Double]] {
        let newest = try #require(try checkpoints(run).last { $0.hasPrefix("step-") })
        let file = try File(self.file("\(run)/checkpoints/\(newest)"), .readOnly)
        var all: [String: [Double]] = [:]
        for layer in try file.group("parameters").names {
            for name in try file.group("parameters/\(layer)").names {
                all["\(layer)/\(name)"] = try file.dataset("parameters/\(layer)/\(name)").read(as: Double.self)
            }
        }
        return all
    }
}
