import NewtonCG
import Testing

/// What is followed and drawn in a step: statistics of the accepted point, draws of the run's step.
@Suite struct AcceptedPointTests {
    /// A whole batch, which remembers the point that was linearised last.
    private final class Watched: Objective {
        typealias S = Double
        let inner: ShardedObjective<Double>
        var last: [Double] = []
        init(_ inner: ShardedObjective<Double>) { self.inner = inner }
        var count: Int { inner.count }
        var batchSamples: Int { inner.batchSamples }
        let isWhole = true
        func linearize(at w: Vector<Double>, gradient: MutableVector<Double>) throws -> Double {
            last = w.values
            return try inner.linearize(at: w, gradient: gradient)
        }
        func accept() { inner.accept() }
        func loss(at w: Vector<Double>) throws -> Double { try inner.loss(at: w) }
    }

    private func problem(momentum: Double) throws -> SmallProblem<Double> {
        var random = Numbers(seed: 41)
        return try SmallProblem(
            try Sequential {
                Dense(8); BatchNorm(momentum: momentum); Tanh(); Dense(2)
            }, .crossEntropy, input: [6],
            rows: 40, inputs: random.normal(240), labels: (0..<40).map { Int32($0 * 5 % 7 % 2) }, group: 40)
    }

    /// A search of two evaluations often ends at a trial that it rejects.
    @Test func statisticsAreThoseOfTheAcceptedPoint() throws {
        let problem = try problem(momentum: 1)
        let watched = Watched(try problem.objective()), fresh = try problem.objective()
        var settings = LBFGSSettings()
        (settings.lineSearch.c1, settings.lineSearch.c2, settings.lineSearch.most) = (0.4, 0.41, 2)
        let state = Buffer(problem.network.initialState), wanted = Buffer(problem.network.initialState)
        var rejected = 0, optimizer = try makeOptimizer(.lbfgs(settings), minimising: watched)
        let w = Buffer<Double>(count: problem.count)
        for step in 0..<200 {
            if step % 10 == 0 {
                var random = Numbers(seed: 42 + UInt64(step))
                optimizer = try makeOptimizer(.lbfgs(settings), minimising: watched)
                for (i, value) in random.normal(problem.count).enumerated() {
                    w.base[i] = value * [0.3, 1, 3][step / 10 % 3]
                }
            }
            let report = try optimizer.step(from: w.mutable, at: Progress(step: step, epoch: Double(step)))
            guard report.stepLength != 0 else { continue }
            watched.inner.follow(state.mutable)
            try fresh.at(w.values) { _, _ in fresh.follow(wanted.mutable) }
            #expect(relativeError(state.values, wanted.values) < 1e-12, "step \(step)")
            if watched.last != w.values { rejected += 1 }
        }
        #expect(rejected > 0)
    }

    /// The state of an optimizer after one step from the same parameters.
    private func state(_ settings: NewtonCGSettings, _ progress: Progress) throws -> OptimizerState<Double> {
        let problem = try problem(momentum: 0.1)
        let optimizer = try makeOptimizer(.newtonCG(settings), minimising: problem.objective())
        var random = Numbers(seed: 43)
        let w = Buffer(random.normal(problem.count))
        _ = try optimizer.step(from: w.mutable, at: progress)
        return optimizer.state
    }

    @Test(arguments: ["kronecker", "nystrom"]) func drawsAreThoseOfTheRunsStep(name: String) throws {
        var settings = NewtonCGSettings()
        settings.preconditioner = name == "kronecker" ? .kronecker(KroneckerSettings()) : .nystrom(.init())
        func vector(step: Int, of run: Int, seed: UInt64 = 1) throws -> [Double] {
            let state = try state(settings, Progress(step: step, runStep: run, epoch: 0, seed: seed))
            return try #require(state.vectors[name == "kronecker" ? "kronecker_factors" : "nystrom_basis"])
        }
        let one = try vector(step: 0, of: 6)
        #expect(try vector(step: 4, of: 6) == one)
        #expect(try vector(step: 0, of: 8) != one)
        #expect(try vector(step: 0, of: 6, seed: 2) != one)
    }
}
