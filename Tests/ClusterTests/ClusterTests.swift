import Foundation
import TestSupport
import Testing

/// The scripts of `jobs/` in a real SLURM.
@Suite(.serialized, .needs(slurm)) struct ClusterTests {
    private func configuration(steps: Int, batch: Int = 40, units: Int = 20) -> String {
        """
        name: small
        seed: 3
        precision: float64
        data: {file: data.h5, batch: \(batch)}
        model: {layers: [dense: {units: \(units)}, tanh, dense: {units: 3}]}
        loss: cross_entropy
        optimizer:
          newton_cg: {cg: {max_iterations: 6}, curvature_batch: 0.5}
        average: 0.8
        train: {steps: \(steps), evaluate_every: 50 steps, checkpoint_every: 1000000 steps}

        """
    }

    /// On one node or two, by srun or mpirun: the same bits as without SLURM; on one node every rank has its own core.
    @Test(arguments: [1, 2], ["srun", "mpirun"]) func oneRun(nodes: Int, launcher: String) throws {
        let cluster = try Cluster(nodes: nodes, configuration(steps: 30))
        let size = nodes == 1 ? ["--ntasks=2"] : ["--nodes=2", "--ntasks=2", "--ntasks-per-node=1"]
        let job = try cluster.submit("single.sbatch", size, ["LAUNCHER": launcher])
        try cluster.waitForEnd(job)
        let output = try cluster.output(job), run = "runs/newton-cg-\(job)"
        #expect(output.contains("\ntrained small: "), "\(output)")
        #expect(output.contains("\nrun folder: \(run)\n"), "\(output)")
        let ranks = output.split(separator: "\n").filter { $0.hasPrefix("rank ") }
        #expect(ranks.count == 2, "\(output)")
        if nodes == 1, ProcessInfo.processInfo.activeProcessorCount > 1 {
            let cores = Set(ranks.map { $0.components(separatedBy: "cores ").last!.prefix { $0 != "," } })
            #expect(cores.count == 2 && cores.allSatisfy { Int($0) != nil }, "\(ranks)")
            #expect(!output.contains("warning"), "\(output)")
        }
        try cluster.bench.train("alone", ranks: 2)
        #expect(try cluster.parameters(run) == cluster.parameters("alone"))
        #expect(try cluster.parameters(run).count == 4)
    }

    /// One core, and two threads asked for.
    @Test func aRankOnTooFewCoresSaysSo() throws {
        let cluster = try Cluster(nodes: 1, configuration(steps: 2))
        let job = try cluster.submit("single.sbatch", ["--ntasks=1"], ["OPTIONS": "--set threads=2"])
        try cluster.waitForEnd(job)
        let output = try cluster.output(job)
        if ProcessInfo.processInfo.activeProcessorCount > 1 {
            #expect(output.contains("2 threads on too few cores (mpirun: --map-by slot:PE=2; srun: --cpus-per-task=2)"))
        }
    }

    /// Both arrays, and the report that waits for them.
    @Test func scaling() throws {
        let cluster = try Cluster(nodes: 1, configuration(steps: 2), SmallDataset(rows: 200))
        let submitted = try cluster.call(
            "jobs/submit-scaling.sh", [],
            [
                "SCALING_RANKS": "1 2", "SCALING_STEPS": "5", "SCALING_REPEATS": "2", "STRONG_BATCH": "64",
                "WEAK_BATCH": "32",
            ])
        let report = try #require(submitted.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
        try cluster.waitForEnd(report)
        let text = try cluster.bench.text("runs/scaling-report/scaling.md"), output = try cluster.output(report)
        for title in ["trong scaling, batch 64", "eak scaling, batch 32 a rank"] {
            #expect(text.contains(title) && output.contains(title), "\(output)")
        }
        for check in ["symmetry of the operator", "replicas identical", "same result as on 1 rank, batch 64"] {
            #expect(output.contains("\(check): PASSED"), "\(output)")
        }
        let lines = try cluster.bench.text("runs/scaling-report/scaling.csv").split(separator: "\n").map {
            $0.split(separator: ",").map(String.init)
        }
        let rows = lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { a, _ in a }) }
        #expect(
            rows.map { "\($0["series"]!) \($0["ranks"]!) \($0["batch"]!) \($0["runs"]!)" } == [
                "strong-64 1 64 2", "strong-64 2 64 4", "weak-32 1 32 2", "weak-32 2 64 4",
            ])
        for row in rows {
            let (speedup, ranks) = (Double(row["speed_up"]!)!, Double(row["ranks"]!)!)
            #expect(speedup > 0 && abs(Double(row["efficiency"]!)! - speedup / ranks) < 1e-9)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: cluster.bench.file("runs/scaling")).count == 8)
    }

    /// The time of a job is over: it is queued again, goes on by itself, and ends as a run without a break.
    @Test func aLongRunIsQueuedAgainAtItsTimeLimit() throws {
        try expectRequeue(nodes: 1, "srun", ["--time=1", "--signal=B:USR1@58"])
    }

    @Test(arguments: ["srun", "mpirun"]) func aLongRunOnTwoNodesIsQueuedAgain(launcher: String) throws {
        try expectRequeue(nodes: 2, launcher)
    }

    /// - Parameter limit: the job's time; without it the test sends the signal itself.
    private func expectRequeue(nodes: Int, _ launcher: String, _ limit: [String] = []) throws {
        // Steps of some milliseconds.
        func configuration(steps: Int) -> String { self.configuration(steps: steps, batch: 1000, units: 400) }
        let cluster = try Cluster(
            nodes: nodes, configuration(steps: 100_000_000), SmallDataset(inputShape: [32], rows: 2000))
        let bench = cluster.bench
        let job = try cluster.submit(
            "long.sbatch", ["--nodes=\(nodes)", "--ntasks=2"] + limit, ["LAUNCHER": launcher])
        let run = "runs/long-\(job)"
        func steps() -> Int {
            ((try? bench.text("\(run)/metrics.csv")) ?? "").split(separator: "\n").count { $0.contains(",train,") }
        }
        try cluster.wait(job, for: "its tenth step") { _ in steps() > 10 }
        if limit.isEmpty { try cluster.call("scancel", ["--batch", "--signal=USR1", job]) }
        try cluster.wait(job, for: "the queue again") { $0["Restarts"] == "1" }
        let stopped = try #require(try bench.checkpoints(run).last { $0.hasPrefix("step-") })
        let step = try #require(Int(stopped.dropFirst(5).dropLast(3)))
        #expect(step > 10)
        // How long a run goes on may change: so the test ends it.
        try write(configuration(steps: step + 40), to: bench.file("config.yaml"))
        try cluster.waitForEnd(job)
        let output = try cluster.output(job)
        #expect(output.contains("\nstopped by a signal after step \(step): the checkpoint is \(run)/checkpoints/"))
        #expect(output.contains("\nresumed after step \(step) from \(run)/checkpoints/"), "\(output.suffix(2000))")
        #expect(try cluster.facts(job)["Restarts"] == "1")
        try bench.train("unbroken", ranks: 2)
        #expect(try cluster.parameters(run) == cluster.parameters("unbroken"))
        #expect(try bench.metricsWithoutTimes(run) == bench.metricsWithoutTimes("unbroken"))
    }
}
