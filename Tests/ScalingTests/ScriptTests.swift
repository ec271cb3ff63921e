import Foundation
import TestSupport
import Testing

/// The scripts that measure, without measuring.
@Suite struct ScalingScriptTests {
    /// Calls a script of the sources in a shell with these variables.
    private func bash(
        _ script: String, _ arguments: [String] = [], in directory: String, _ environment: [String: String]
    ) throws -> (status: Int32, output: String) {
        let words = environment.map { "\($0)=\($1)" } + ["bash", script] + arguments
        let finished = try run("/usr/bin/env", words, directory: directory, timeout: 60)
        return (finished.status, finished.output + finished.error)
    }

    @Test func whatAnotherMadeIsNotDeleted() throws {
        let folder = try TemporaryFolder()
        for name in ["strong-1-1", "strong-2-1"] {
            try FileManager.default.createDirectory(
                atPath: folder.file("runs/\(name)"), withIntermediateDirectories: true)
        }
        func refused() throws -> String {
            let said = try bash("scripts/scaling.sh", in: sources, ["FOLDER": folder.file("runs")])
            #expect(said.status == 1)
            return said.output
        }
        #expect(try refused().contains("holds what this script did not make (strong-1-1 strong-2-1): FOLDER=…"))
        // One of them it made itself.
        try write("strong-1-1\nrounds\n", to: folder.file("runs/made-by-scaling.sh"))
        #expect(try refused().contains("did not make (strong-2-1): "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("runs")).count == 3)
    }

    /// What `sbatch` is told, by one that says so.
    @Test func theReportRunsWhereTheArraysDo() throws {
        let folder = try TemporaryFolder()
        try write(
            "#!/bin/bash\necho \"$*\" >> \(folder.file("calls"))\nwc -l < \(folder.file("calls"))\n",
            to: folder.file("sbatch"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("sbatch"))
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        func calls(_ words: [String]) throws -> [String] {
            try write("", to: folder.file("calls"))
            let said = try bash(
                "jobs/submit-scaling.sh", words, in: sources,
                ["PATH": "\(folder.path):\(path)", "SCALING_RANKS": "1 2"])
            #expect(said.output.contains("submitted: strong scaling 1, weak scaling 2, report 3"), "\(said)")
            return try String(contentsOfFile: folder.file("calls"), encoding: .utf8).split(separator: "\n")
                .map(String.init)
        }
        let placed = try calls(["--cpus-per-task=4", "--partition=cpu", "-A", "mine", "--time=1:00"])
        #expect(placed.allSatisfy { $0.contains("--partition=cpu -A mine") })
        #expect(placed[0].contains("--cpus-per-task=4") && !placed[0].contains("--dependency"))
        #expect(placed[1].contains("--dependency=afterok:1 --kill-on-invalid-dep=yes jobs/weak-scaling.sbatch"))
        #expect(
            placed[2] == "--parsable --partition=cpu -A mine --dependency=afterok:1:2 --kill-on-invalid-dep=yes "
                + "jobs/report.sbatch")
        #expect(
            try calls([])[2] == "--parsable --dependency=afterok:1:2 --kill-on-invalid-dep=yes jobs/report.sbatch")
    }
}
