import Foundation
import NewtonCG
import TestSupport
import Testing

/// Processes of a job are killed in the middle of a run: the job ends, and is resumed to the same bits.
@Suite(.serialized) struct KillTests {
    @Test func aRank() throws {
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let job = bench.start("killed", endless + often)
        try waitUntil("a checkpoint beyond step 3") { bench.newestStep("killed") > 3 }
        let ranks = processes(with: bench.file("killed"))
        #expect(ranks.count == 2)
        try expectEnd(of: job, bench, afterKilling: try #require(ranks.last))
        try bench.expectResumedAsUnbroken("killed", often)
    }

    @Test func aRankInAReduction() throws {
        let job = try mpirun(ranks: 3, "RankCases", ["killed-in-a-reduction"], timeout: 60)
        #expect(job.status == 137 && !job.output.contains("PASSED"), "\(job.status)")
        #expect(job.error.contains("signal 9"), "\(job.error)")
    }

    /// Rank 0 is in the middle of a large file, which has its temporary name.
    @Test func rank0InACheckpoint() throws {
        let bench = try Workbench(
            configuration("sgd: {learning_rate: 0.001}", layers: "dense: {units: 200000}, tanh")
                .replacing("evaluate_every: 1 steps", with: "evaluate_every: 100 steps"))
        let job = bench.start("killed", endless + often)
        try waitUntil("a checkpoint") { bench.newestStep("killed") >= 1 }
        func partial() -> [String] { ((try? bench.checkpoints("killed")) ?? []).filter { $0.hasSuffix(".partial") } }
        // It is written by rank 0, whose number stands in the name.
        var name: String?
        try waitUntil("half a checkpoint", every: 500) {
            name = partial().first
            return name != nil
        }
        let writer = try #require(name?.split(separator: ".").dropLast().last.flatMap { pid_t($0) })
        try expectEnd(of: job, bench, afterKilling: writer)
        #expect(partial().count == 1)
        try bench.expectResumedAsUnbroken("killed", ["--set", "train.checkpoint_every=10 steps"])
        #expect(partial().isEmpty)
    }

    @Test func mpirunItself() throws {
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let job = bench.start("killed", endless + often)
        try waitUntil("a checkpoint beyond step 3") { bench.newestStep("killed") > 3 }
        let launcher = try #require(processes(with: bench.file("killed"), of: "mpirun").first)
        try expectEnd(of: job, bench, afterKilling: launcher)
        try bench.expectResumedAsUnbroken("killed", often)
    }

    /// `scripts/kills.sh` asks for many.
    @Test func ranksAtRandomTimes() throws {
        let wanted = ProcessInfo.processInfo.environment["NEWTON_CG_KILLS"].flatMap { Int($0) } ?? 4
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let settings = often + ["--set", "train.steps=120", "--set", "train.evaluate_every=5 steps"]
        let began = Date()
        try bench.train("unbroken", settings, ranks: 2)
        let duration = Date().timeIntervalSince(began)
        let unbroken = try lastCheckpoint(bench, "unbroken", of: Double.self)
        let network = try network(bench, of: Double.self)
        var kills = 0, withCheckpoint = 0
        while kills < wanted {
            let name = "killed-\(kills)", job = bench.start(name, settings)
            usleep(UInt32(Double.random(in: 0...duration) * 1e6))
            // Too early or too late: there is nothing to kill.
            guard let victim = processes(with: bench.file(name)).randomElement(), kill(victim, SIGKILL) == 0 else {
                _ = try job.wait()
                if let old = try? FileManager.default.contentsOfDirectory(atPath: bench.file(name)), !old.isEmpty {
                    try remove(bench.file(name))
                }
                continue
            }
            kills += 1
            // A hang ends in an error here.
            _ = try job.wait()
            try waitUntil("the end of all ranks") { processes(with: bench.file(name)).isEmpty }
            let step = bench.newestStep(name)
            if step > 0 {
                withCheckpoint += 1
                let path = bench.file(name) + "/checkpoints/step-" + String(repeating: "0", count: 8 - "\(step)".count)
                _ = try Checkpoint<Double>(path + "\(step).h5", network)
            }
            try bench.train(name, ["--resume"] + settings, ranks: 2)
            let resumed = try lastCheckpoint(bench, name, of: Double.self)
            #expect(resumed.parameters == unbroken.parameters && resumed.average == unbroken.average, "kill \(kills)")
            #expect(withoutTime(resumed.position) == withoutTime(unbroken.position), "kill \(kills)")
            #expect(try bench.metricsWithoutTimes(name) == bench.metricsWithoutTimes("unbroken"), "kill \(kills)")
            try remove(bench.file(name))
        }
        print("\(kills) ranks killed, \(withCheckpoint) of them after a checkpoint: all runs resumed to the same bits")
    }

    private func expectEnd(of job: Background, _ bench: Workbench, afterKilling process: pid_t) throws {
        let killed = Date()
        #expect(kill(process, SIGKILL) == 0)
        let end = try job.wait()
        try waitUntil("the end of all ranks") { processes(with: bench.file("killed")).isEmpty }
        #expect(Date().timeIntervalSince(killed) < 30)
        #expect(end.status == 137, "\(end.error)")
    }
}
