import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// Stopping and going on, against a run that was never stopped.
@Suite(.serialized) struct ResumeTests {
    /// An optimizer with all that it carries from step to step.
    static let optimizers = [
        """
        newton_cg:
          curvature_batch: 0.5
          cg: {max_iterations: 6, warm_start: 0.95, backtracking: true}
          preconditioner: {gradient_squares: {decay: 0.9}}
        """,
        """
        newton_cg:
          solve: subspace
          curvature_batch: 0.5
          preconditioner: {gradient_squares: {decay: 0.9}}
          damping: {every: 2}
          line_search: none
        """,
        """
        newton_cg:
          curvature_batch: 0.5
          cg: {max_iterations: 4}
          preconditioner: {kronecker: {update_every: 2, invert_every: 3, damping_factor: 0.5}}
        """,
        "lbfgs: {memory: 3}",
        "newton_cg: {curvature: hessian, learning_rate: {cosine: {initial: 1, final: 0.1, epochs: 3}}}",
        "newton_cg: {cg: {max_iterations: 6}, preconditioner: {nystrom: {rank: 5, refresh: 3}}}",
        "newton_cg: {cg: {max_iterations: 4, warm_start: 0}, preconditioner: {lbfgs: {memory: 3}}}",
        """
        newton_cg:
          curvature_batch: 0.5
          cg: {max_iterations: 3, backtracking: true}
          preconditioner: {lbfgs: {memory: 7}}
        """,
        """
        newton_cg:
          solve: sample_space
          sample_space: {damping: {exponential: {initial: 0.1, rate: 0.5}}, momentum: 0.9}
        """,
        "sgd: {learning_rate: 0.1, momentum: 0.9, nesterov: true}",
        "adam: {learning_rate: 0.02}",
        "adagrad: {learning_rate: 0.1}",
    ]

    @Test(arguments: optimizers, ["float64", "float32"])
    func endsWithTheSameBits(optimizer: String, precision: String) throws {
        let bench = try Workbench(configuration(optimizer, precision: precision))
        try bench.train("whole")
        // Batches per epoch are 4, so that the stop lies within an epoch.
        try bench.train("parts", ["--set", "train.steps=7"])
        let resumed = try bench.train("parts", ["--resume"])
        #expect(resumed.output.contains("resumed after step 7 from parts/checkpoints/step-00000007.h5\n"))
        if precision == "float64" {
            try expectSameEnd(bench, "whole", "parts", of: Double.self)
        } else {
            try expectSameEnd(bench, "whole", "parts", of: Float.self)
        }
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
        let whole = try bench.metrics("whole")
        #expect(whole.count == 26 && Set(whole.map { $0["loss"]! }).count > 20)
    }

    @Test(arguments: [0, 2]) func endsWithTheSameBitsOnTwoRanks(optimizer: Int) throws {
        let bench = try Workbench(configuration(Self.optimizers[optimizer]))
        try bench.train("whole", ranks: 2)
        try bench.train("again", ranks: 2)
        try expectSameEnd(bench, "whole", "again", of: Double.self)
        try bench.train("parts", ["--set", "train.steps=7"], ranks: 2)
        try bench.train("parts", ["--resume"], ranks: 2)
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
    }

    @Test(arguments: [0, 2]) func goesOnWithAnotherNumberOfRanks(optimizer: Int) throws {
        let bench = try Workbench(configuration(Self.optimizers[optimizer]))
        try bench.train("whole")
        try bench.train("parts", ["--set", "train.steps=7"], ranks: 3)
        try bench.train("parts", ["--resume"], ranks: 2)
        let whole = try lastCheckpoint(bench, "whole", of: Double.self)
        let parts = try lastCheckpoint(bench, "parts", of: Double.self)
        #expect(parts.position.step == 13)
        for (a, b) in [(parts.parameters, whole.parameters), (parts.average!, whole.average!)] {
            let error = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error <= 1e-9 * b.reduce(0) { max($0, abs($1)) })
        }
    }

    /// On full batches a step begins with the gradient of the one before.
    @Test func lbfgsOnFullBatches() throws {
        let bench = try Workbench(configuration("lbfgs: {memory: 3}", batch: "full"))
        try bench.train("whole")
        try bench.train("parts", ["--set", "train.steps=7"])
        try bench.train("parts", ["--resume"])
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
        let steps = try bench.metrics("whole").filter { $0["part"] == "train" }
        #expect(steps.allSatisfy { Int($0["evaluations"]!)! >= 1 } && steps[1]["evaluations"] == "1")
    }

    /// Divided vectors are whole in a checkpoint: a run goes on with or without them, on any number of ranks.
    @Test func dividedVectorsGoOnAnyhow() throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        let split = ["--set", "optimizer.newton_cg.cg.split_vectors=true"]
        try bench.train("whole")
        let first = try bench.train("parts", ["--set", "train.steps=4"] + split, ranks: 3)
        #expect(first.output.contains("CG's 14 vectors of 43 values are divided over the ranks: "))
        try bench.train("parts", ["--resume", "--set", "train.steps=7"], ranks: 2)
        try bench.train("parts", ["--resume"] + split, ranks: 2)
        let whole = try lastCheckpoint(bench, "whole", of: Double.self)
        let parts = try lastCheckpoint(bench, "parts", of: Double.self)
        #expect(parts.position.step == 13 && parts.optimizer.vectors.keys == whole.optimizer.vectors.keys)
        for (a, b) in [(parts.parameters, whole.parameters), (parts.average!, whole.average!)]
            + whole.optimizer.vectors.map({ (parts.optimizer.vectors[$0]!, $1) })
        {
            let error = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(a.count == b.count && error <= 1e-9 * b.reduce(0) { max($0, abs($1)) })
        }
        // To the bit on as many ranks.
        for run in ["once", "again"] { try bench.train(run, ["--set", "train.steps=7"] + split, ranks: 2) }
        try bench.train("again", ["--resume"] + split, ranks: 2)
        try bench.train("once", ["--overwrite"] + split, ranks: 2)
        try expectSameEnd(bench, "once", "again", of: Double.self)
    }

    /// Running statistics go on where they stood, in a block too.
    @Test(arguments: [optimizers[0], optimizers[2], optimizers[5]], [nil, 2])
    func runningStatisticsEndWithTheSameBits(optimizer: String, ranks: Int?) throws {
        let bench = try Workbench(configuration(optimizer, layers: normalised.layers, batch: normalised.batch))
        try bench.train("whole", ranks: ranks)
        try bench.train("parts", ["--set", "train.steps=7"], ranks: ranks)
        try bench.train("parts", ["--resume"], ranks: ranks)
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
        let state = try lastCheckpoint(bench, "whole", of: Double.self).state
        #expect(state.count == 20 && !zip(state, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]).contains { $0 == $1 })
    }

    /// The noise of a step is that of the run that was never stopped, and what is frozen stays as it began.
    @Test(arguments: [optimizers[0], optimizers[2], optimizers[5], optimizers[10]], [nil, 2])
    func frozenLayersAndNoiseEndWithTheSameBits(optimizer: String, ranks: Int?) throws {
        let bench = try Workbench(
            configuration(
                optimizer, layers: noisyAndFrozen.layers, batch: normalised.batch, trainable: noisyAndFrozen.trainable))
        try bench.train("whole", ranks: ranks)
        try bench.train("parts", ["--set", "train.steps=7"], ranks: ranks)
        let before = try lastCheckpoint(bench, "parts", of: Double.self)
        try bench.train("parts", ["--resume"], ranks: ranks)
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
        let after = try lastCheckpoint(bench, "whole", of: Double.self)
        #expect(after.frozen == before.frozen && after.state == before.state && after.parameters != before.parameters)
        #expect(after.parameters.count == 6 * 5 + 5 + 5 * 3 + 3 && after.frozen.contains { $0 != 0 })
    }

    /// What was written after the checkpoint is taken back: as where a run was killed.
    @Test func metricsAreCutBackToTheCheckpoint() throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        try bench.train("whole")
        try bench.train("parts")
        for step in [13, 12] { try remove(bench.file("parts/checkpoints/step-000000\(step).h5")) }
        try bench.train("parts", ["--resume"])
        #expect(try bench.text("parts/log.txt").contains("resumed after step 9 from"))
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
    }

    @Test func anEmptyFolderStartsFromTheBeginning() throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        try bench.train("whole")
        let run = try bench.train("new", ["--resume"])
        #expect(run.output.contains("new holds no checkpoint: the run starts from the beginning\n"))
        try expectSameEnd(bench, "whole", "new", of: Double.self)
    }

    @Test func aFinishedRunIsLeftAsItIs() throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        try bench.train("whole")
        let rows = try bench.metrics("whole"), before = try lastCheckpoint(bench, "whole", of: Double.self)
        try bench.train("whole", ["--resume"])
        #expect(try bench.metrics("whole") == rows)
        #expect(try lastCheckpoint(bench, "whole", of: Double.self).parameters == before.parameters)
    }

    @Test(arguments: [
        ("seed=4", "seed"), ("optimizer.newton_cg.cg.max_iterations=7", "optimizer.newton_cg.cg.max_iterations"),
        ("data.batch=11", "data.batch"), ("average=0.5", "average"),
        ("loss={cross_entropy: {label_smoothing: 0.1}}", "loss"),
        ("model={layers: [dense: {units: 3}]}", "model"),
    ])
    func anotherConfigurationIsRefusedByName(change: String, key: String) throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        try bench.train("run")
        let run = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run", "--resume", "--set", change])
        #expect(run.status == 2)
        #expect(run.messages.count == 1 && run.error.contains("this run was begun with another \(key)"), "\(run.error)")
    }

    /// The folder's own configuration goes on with the run, wherever it was begun from.
    @Test func theFolderHoldsAConfigurationThatWorks() throws {
        let bench = try Workbench(configuration(Self.optimizers[0]))
        try bench.train("whole")
        try bench.train("some/where/parts", ["--set", "train.steps=7"])
        let resumed = try bench.newtonCG([
            "train", "some/where/parts/config.yaml", "--run-dir", "some/where/parts", "--resume", "--set",
            "train.steps=13",
        ])
        #expect(resumed.status == 0, "\(resumed.error)")
        try expectSameEnd(bench, "whole", "some/where/parts", of: Double.self)
    }
}
