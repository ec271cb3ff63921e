import NewtonCG
import Testing

@Suite struct StateTests {
    /// Plain gradient descent, and Newton-CG from zero with fixed damping.
    static let stateless: [OptimizerSettings] = {
        var poster = NewtonCGSettings.poster
        poster.damping.initial = 0.01
        return [.sgd(SGDSettings()), .newtonCG(poster)]
    }()

    static let settings: [OptimizerSettings] = {
        var momentum = SGDSettings()
        momentum.momentum = 0.9
        var preconditioned = NewtonCGSettings()
        preconditioned.preconditioner = .gradientSquares(.init())
        preconditioned.cg.maxIterations = 2
        var subspace = NewtonCGSettings()
        (subspace.solve, subspace.preconditioner) = (.subspace, .gradientSquares(.init()))
        var paired = NewtonCGSettings(), pairs = NewtonCGSettings.LBFGS()
        (paired.cg.maxIterations, paired.cg.warmStart, pairs.memory) = (2, 0, 3)
        (paired.damping.rule, paired.preconditioner) = (.fixed, .lbfgs(pairs))
        var lbfgs = LBFGSSettings()
        lbfgs.memory = 2
        return stateless + [
            .newtonCG(subspace), .newtonCG(paired), .lbfgs(lbfgs),
            .sgd(momentum), .adaGrad(AdaGradSettings()),
            .adam(AdamSettings(), decoupled: false), .newtonCG(NewtonCGSettings()), .newtonCG(preconditioned),
        ]
    }()

    @Test(arguments: settings) func aRestoredOptimizerGoesOnBitByBit(settings: OptimizerSettings) throws {
        let objective = quartic(as: Float.self)
        func steps(_ count: Int, _ optimizer: any Optimizer<Float>, from w: inout [Float]) throws
            -> [StepReport]
        {
            try (0..<count).map { _ in try optimizer.step(from: &w) }
        }
        var w: [Float] = [1, -2, 0.5]
        let optimizer = try makeOptimizer(settings, minimising: objective)
        _ = try steps(3, optimizer, from: &w)
        let state = optimizer.state
        let resumed = try makeOptimizer(settings, minimising: objective)
        try resumed.restore(state)
        let start = w
        var v = start
        let straight = try steps(4, optimizer, from: &w)
        let after = try steps(4, resumed, from: &v)
        #expect(v == w)
        #expect(straight.map(\.loss) == after.map(\.loss))
        #expect(straight.map(\.damping) == after.map(\.damping))
        #expect(straight.map(\.rho) == after.map(\.rho))
        #expect(straight.map(\.cgIterations) == after.map(\.cgIterations))
        #expect(straight.map(\.evaluations) == after.map(\.evaluations))
        #expect(resumed.state.vectors == optimizer.state.vectors)
        #expect(resumed.state.numbers == optimizer.state.numbers)

        // The state matters: an optimizer without it goes another way, where a step depends on those before.
        let forgetful = try makeOptimizer(settings, minimising: objective)
        var u = start
        _ = try steps(4, forgetful, from: &u)
        #expect((u == w) == Self.stateless.contains(settings))
    }

    @Test func aStateOfAnotherOptimizerIsRefused() throws {
        let objective = quartic(as: Double.self)
        let adam = try makeOptimizer(.adam(AdamSettings(), decoupled: false), minimising: objective)
        let newton = try makeOptimizer(.newtonCG(NewtonCGSettings()), minimising: objective)
        #expect {
            try newton.restore(adam.state)
        } throws: {
            "\($0)".hasPrefix("the optimizer's state has no number 'has_solution': it was written by another")
        }
        #expect {
            try adam.restore(newton.state)
        } throws: {
            "\($0)".hasPrefix("the optimizer's state has no vector 'first_moment'")
        }
    }

    @Test func aStateOfAnotherSizeIsRefused() throws {
        func optimizer(count: Int) throws -> any Optimizer<Double> {
            let objective = quadratic(spdMatrix(count, shift: 1), b: values(count, seed: 1), as: Double.self)
            return try makeOptimizer(.adaGrad(AdaGradSettings()), minimising: objective)
        }
        let (small, large) = try (optimizer(count: 3), optimizer(count: 4))
        #expect {
            try large.restore(small.state)
        } throws: {
            "\($0)"
                == "the optimizer's vector 'squares' holds 3 values, but the model has 4 parameters: "
                + "resume with the model that wrote the checkpoint"
        }
    }
}
