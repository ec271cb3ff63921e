import HDF5
import MPI
import NewtonCG
import TestSupport
import Testing

/// Running statistics through training, checkpoints and evaluation.
@Suite(.serialized) struct RunningStatisticsTests {
    private func bench(_ optimizer: String) throws -> Workbench {
        try Workbench(configuration(optimizer, layers: normalised.layers, batch: normalised.batch))
    }

    /// After one step they are a tenth of that step's, whatever was tried in it.
    @Test func oneStepCommitsOnce() throws {
        let optimizers = ["newton_cg: {cg: {max_iterations: 3, backtracking: true}}", "sgd: {learning_rate: 0.5}"]
        let states = try optimizers.map { optimizer in
            let bench = try self.bench(optimizer)
            try bench.train("run", ["--set", "train.steps=1"])
            return try lastCheckpoint(bench, "run", of: Double.self).state
        }
        // Both began at the same point with the same batch.
        #expect(states[0] == states[1])
        #expect(states[0].prefix(5).allSatisfy { $0 != 0 } && states[0][5..<10].allSatisfy { $0 >= 0.9 && $0 != 1 })

        let bench = try self.bench(optimizers[1])
        let configuration = try Configuration.load(path: bench.file("config.yaml"))
        let problem = try Problem<Double>(configuration, curvatureBatch: 0, communicator: .single)
        let w = Buffer<Double>(count: problem.network.parameterCount), gradient = Buffer<Double>(count: w.count)
        problem.network.initialise(w.base, seed: 3)
        try problem.objective.load(
            problem.lanes.shares(of: 0, of: 1, seed: 3, epoch: 0).batch(0, curvature: 1, step: 0))
        _ = try problem.objective.linearize(at: w.vector, gradient: gradient.mutable)
        problem.objective.accept()
        let state = Buffer(problem.network.initialState)
        problem.objective.follow(state.mutable)
        #expect(state.values == states[0])
    }

    /// A line search that finds nothing leaves parameters and statistics as they are.
    @Test func aStepThatIsNotTakenDoesNotCommit() throws {
        let bench = try self.bench("newton_cg: {learning_rate: 1e8, line_search: {armijo: {most: 0}}}")
        try bench.train("run", ["--set", "train.steps=4"])
        #expect(try bench.text("run/log.txt").contains("no step: "))
        let checkpoint = try lastCheckpoint(bench, "run", of: Double.self)
        #expect(checkpoint.position.step == 4)
        let network = try network(bench, of: Double.self)
        let w = Buffer<Double>(count: network.parameterCount)
        network.initialise(w.base, seed: 3)
        #expect(checkpoint.parameters == w.values)
        #expect(checkpoint.state == network.initialState)
    }

    @Test func theyHaveTheirPlaceInTheFile() throws {
        let bench = try self.bench("sgd: {learning_rate: 0.1}")
        try bench.train("run")
        let file = try File(bench.file("run/checkpoints/step-00000013.h5"), .readOnly)
        let state = try lastCheckpoint(bench, "run", of: Double.self).state
        let paths = [
            "batch_norm_1/mean", "batch_norm_1/variance", "residual_1/main/batch_norm_1/mean",
            "residual_1/main/batch_norm_1/variance",
        ]
        for (i, path) in paths.enumerated() {
            let dataset = try file.dataset("state/\(path)")
            #expect(dataset.shape == [5])
            #expect(try dataset.read(as: Double.self) == Array(state[5 * i..<5 * i + 5]))
        }
        #expect(try file.dataset("parameters/residual_1/main/dense_1/weight").shape == [5, 5])
    }

    /// `evaluate` gives what training said of the same parameters, and refuses a file without statistics.
    @Test func evaluateNeedsThem() throws {
        let bench = try self.bench("sgd: {learning_rate: 0.1}")
        try bench.train("run")
        let path = "run/checkpoints/step-00000013.h5"
        let said = try #require(try bench.metrics("run").last { $0["part"] == "test" }?["loss"])
        for ranks in [nil, 2] {
            let run = try bench.newtonCG(["evaluate", path, "--data", "data.h5"], ranks: ranks)
            #expect(run.status == 0, "\(run.error)")
            let loss = try #require(run.output.split(separator: "loss ").last?.prefix { $0 != "," })
            #expect(abs(Double(loss)! - Double(said)!) <= 1e-9 * Double(said)!)
        }

        let network = try network(bench, of: Double.self), saved = try lastCheckpoint(bench, "run", of: Double.self)
        try File.writeWhole(bench.file("bare.h5")) { file in
            try file.setAttribute("format", "newton-cg checkpoint")
            try file.setAttribute("version", 1)
            try writeParameters(saved.parameters, "parameters", network, to: file)
        }
        let refused = try bench.newtonCG(["evaluate", "bare.h5", "--data", "data.h5", "--config", "config.yaml"])
        #expect(refused.status == 3)
        #expect(
            refused.messages.count == 1 && refused.error.contains("bare.h5 has no group 'state'"), "\(refused.error)")
        #expect(refused.output == "")
    }

    /// Statistics of a model that has none.
    @Test func strangersAreRefused() throws {
        let bench = try self.bench("sgd: {learning_rate: 0.1}")
        try bench.train("run", ["--set", "train.steps=1"])
        let plain = try Network<Double>(ModelSpec(layers: [Dense(3)]), input: [4])
        let file = try File(bench.file("run/checkpoints/step-00000001.h5"), .readOnly)
        #expect(sentence { _ = try readState(file, plain) }.contains("which the model has not"))
        #expect(sentence { _ = try readParameters(file, "parameters", plain) }.contains("model"))
    }
}
