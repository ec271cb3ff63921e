import Foundation
import NewtonCG
import TestSupport
import Testing

/// Several optimizers, one after the other, in one run.
@Suite(.serialized) struct TrainingPhaseTests {
    /// 7 steps and 5 on batches of 10, 4 of them to an epoch, then 3 on all rows.
    private func phased(_ last: String = "{epochs: 3, batch: full, optimizer: {lbfgs: {memory: 3}}}") -> String {
        configuration("adam").replacing(
            "optimizer:\n  adam",
            with: """
                phases:
                  - {epochs: 1.75, optimizer: {adam: {learning_rate: {exponential: {initial: 0.05, rate: 0.5}}}}}
                  - steps: 5
                    optimizer:
                      newton_cg:
                        curvature_batch: 0.5
                        cg: {max_iterations: 4, warm_start: 0.9}
                        preconditioner: {kronecker: {update_every: 2, invert_every: 3}}
                  - \(last)
                """
        ).replacing("steps: 13, ", with: "")
    }

    @Test func phasesFollowOneAnother() throws {
        let bench = try Workbench(phased())
        let run = try bench.train("run")
        #expect(run.output.contains("\nphase 2 of 3: newton_cg, 5 steps\nmemory plan of a rank: "), "\(run.output)")
        #expect(run.output.contains("\nphase 3 of 3: lbfgs, batch full, 3 epochs\n"))
        let steps = try bench.metrics("run").filter { $0["part"] == "train" }
        #expect(steps.map { Int($0["step"]!)! } == Array(1...15))
        let quarters = (1...12).map { (step: Int) -> Double in Double(step) / 4 }
        let epochs = quarters + [4, 5, 6]
        #expect(steps.map { Double($0["epoch"]!)! } == epochs)
        // What the optimizers say of their steps.
        #expect(steps.map { $0["cg_iterations"] != "" } == (1...15).map { (8...12).contains($0) })
        #expect(steps.map { $0["evaluations"] != "" } == (1...15).map { $0 > 12 })
        #expect(steps[0]["learning_rate"] == "0.05" && Double(steps[4]["learning_rate"]!)! == 0.025)
        let end = try lastCheckpoint(bench, "run", of: Double.self)
        #expect(end.position.phase == 2 && end.position.phaseStep == 12 && end.position.phaseEpochs == 3)
        let text = try bench.newtonCG(["inspect", "run/checkpoints/step-00000015.h5"]).output
        #expect(text.contains("\nphase: 3\n"), "\(text)")
    }

    /// A frozen prefix is computed once for the rows of a problem, those of its parts too: in a run, and where one goes on in a
    /// phase with another batch.
    @Test func aLaterPhaseComputesTheFrozenPrefixOnce() throws {
        let bench = try Workbench(phased().replacing("trainable: all", with: "trainable: last_layer"))
        func calls(_ run: Finished) -> Int {
            var calls = 0
            for line in run.output.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.first == "prefix", let number = Int(words[1]) { calls += number }
            }
            return calls
        }
        let whole = try bench.train("whole")
        let parts = try bench.train("parts", ["--set", "train.steps=13"])
        let resumed = try bench.train("parts", ["--resume"])
        #expect(calls(whole) == 4 && calls(parts) == 4 && calls(resumed) == 2, "\(resumed.output)")
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
    }

    /// In the middle of a phase, and where one ends.
    @Test(arguments: [3, 7, 9, 12, 14], [nil, 2]) func resumesWithTheSameBits(stop: Int, ranks: Int?) throws {
        let bench = try Workbench(phased())
        try bench.train("whole", ranks: ranks)
        try bench.train("parts", ["--set", "train.steps=\(stop)"], ranks: ranks)
        let saved = try lastCheckpoint(bench, "parts", of: Double.self).position
        #expect(saved.step == stop && saved.phase == (stop > 12 ? 2 : stop > 7 ? 1 : 0))
        try bench.train("parts", ["--resume"], ranks: ranks)
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
    }

    /// A phase knows nothing of the one before but the point: its schedule begins anew, and so does its momentum.
    @Test func aPhaseIsARunFromWhereTheOneBeforeEnded() throws {
        let last =
            "{epochs: 4, batch: full, optimizer: {sgd: {learning_rate: {step: {initial: 0.5, factor: 0.1, every: 2}}, momentum: 0.9}}}"
        let bench = try Workbench(phased(last))
        try bench.train("phases")
        let alone = try Configuration(yaml: phased(last), path: bench.file("config.yaml")).phases[2]
        #expect(alone.epochs == 4)
        try write(
            configuration(
                "sgd: {learning_rate: {step: {initial: 0.5, factor: 0.1, every: 2}}, momentum: 0.9}", batch: "full"
            ).replacing("steps: 13", with: "epochs: 4, initial: phases/checkpoints/step-00000012.h5"),
            to: bench.file("config.yaml"))
        let run = try bench.train("alone")
        #expect(run.output.contains("\nbegins at the parameters of phases/checkpoints/step-00000012.h5\n"))
        func steps(_ name: String) throws -> [[String]] {
            try bench.metrics(name).filter { $0["part"] == "train" }.map { [$0["loss"]!, $0["learning_rate"]!] }
        }
        let whole = try steps("phases")
        #expect(whole.count == 16 && whole.last![1] == "0.05")
        #expect(try Array(whole.suffix(4)) == steps("alone"))
    }

    @Test func whatMayChangeWhereARunGoesOn() throws {
        let bench = try Workbench(phased())
        try bench.train("run")
        try write(phased().replacing("epochs: 3, batch", with: "epochs: 5, batch"), to: bench.file("config.yaml"))
        try bench.train("longer")
        try bench.train("run", ["--resume"])
        try expectSameEnd(bench, "longer", "run", of: Double.self)
        // One more phase.
        try write(
            phased().replacing("epochs: 3, batch", with: "epochs: 5, batch").replacing(
                "memory: 3}}}", with: "memory: 3}}}\n  - {steps: 2, optimizer: adam}"), to: bench.file("config.yaml"))
        let run = try bench.train("run", ["--resume"])
        #expect(run.output.contains("phase 4 of 4: adam, 2 steps"))
        #expect(try lastCheckpoint(bench, "run", of: Double.self).position.step == 19)

        for (old, new, key) in [
            ("epochs: 1.75", "epochs: 2", "phases[0].epochs"),
            ("memory: 3", "memory: 4", "phases[2].optimizer.lbfgs.memory"),
        ] {
            try write(phased().replacing(old, with: new), to: bench.file("config.yaml"))
            let refused = try bench.newtonCG(["train", "config.yaml", "--run-dir", "longer", "--resume"])
            #expect(refused.status == 2, "\(refused.output)")
            #expect(refused.error.contains("this run was begun with another \(key): resume"), "\(refused.error)")
        }
    }

    /// What is wrong with a later phase is found before the first step.
    @Test func laterPhasesAreCheckedFirst() throws {
        let last = "{epochs: 3, batch: full, optimizer: {newton_cg: {solve: sample_space}}}"
        let bench = try Workbench(
            phased(last).replacing("loss: cross_entropy", with: "loss: norm_error"),
            SmallDataset(.regression(targets: 3)))
        let run = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run"])
        #expect(run.status == 2 && run.error.contains("sample_space"), "\(run.error)")
        #expect(!FileManager.default.fileExists(atPath: bench.file("run")))
    }

    @Test(arguments: [nil, 2]) func aSignalStopsAnyPhase(ranks: Int?) throws {
        let bench = try Workbench(phased("{epochs: 1000000, optimizer: {newton_cg: {cg: {max_iterations: 6}}}}"))
        let seldom = ["--set", "train.checkpoint_every=1000000 steps"]
        let job = bench.start("stopped", seldom, ranks: ranks)
        try waitUntil("the third phase") { bench.stepsDone("stopped") > 15 }
        #expect(kill(try #require(processes(with: bench.file("stopped")).last), SIGTERM) == 0)
        let end = try job.wait()
        #expect(end.status == 75, "\(end.error)")
        #expect(try lastCheckpoint(bench, "stopped", of: Double.self).position.phase == 2)
        try bench.expectResumedAsUnbroken("stopped", seldom, ranks: ranks)
    }
}
