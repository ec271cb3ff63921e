import MPI

/// The optimizer of these settings for an objective; its memory is allocated here.
/// - Throws: a `ModelError` where the settings ask for what the objective cannot do.
public func makeOptimizer<S: Scalar & MPIDatatype>(
    _ settings: OptimizerSettings, minimising objective: any Objective<S>
) throws -> any Optimizer<S> {
    switch settings {
    case .newtonCG(let settings) where settings.solve == .sampleSpace:
        try SampleSpaceNewton<S>(
            settings.sampleSpace, learningRate: settings.learningRate,
            minimising: need(
                (any ResidualBatch<S>).self, of: objective, "'solve: sample_space'",
                "an objective over the samples of a network"))
    case .newtonCG(let settings): try NewtonCG<S>(settings, minimising: objective)
    case .lbfgs(let settings): LBFGS<S>(settings, minimising: objective)
    case .sgd(let settings): SGD<S>(settings, minimising: objective)
    case .adaGrad(let settings): AdaGrad<S>(settings, minimising: objective)
    case .adam(let settings, let decoupled): Adam<S>(settings, decoupled: decoupled, minimising: objective)
    case .own(let own): try own.maker.make(own.options, minimising: objective)
    }
}

extension NewtonCG where S: MPIDatatype {
    /// - Throws: a `ModelError` where the settings ask for what the objective cannot do.
    public convenience init(_ settings: NewtonCGSettings, minimising objective: any Objective<S>) throws {
        let products = try need(
            (any CurvatureProducts<S>).self, of: objective, "Newton-CG", "an objective with products of its curvature")
        if products.space.isDivided {
            guard settings.solve == .cg else {
                throw ModelError(
                    "'cg.split_vectors' divides the vectors of conjugate gradients, but solve is "
                        + "\(settings.solve.rawValue), whose vectors are whole on every rank: leave it out",
                    key: "optimizer")
            }
            guard settings.preconditioner?.worksOnParts ?? true else {
                throw ModelError(
                    "the preconditioner is applied to whole vectors, but 'cg.split_vectors' divides them over the ranks: "
                        + "take gradient_squares or none, or leave it out", key: "optimizer")
            }
        }
        self.init(
            settings, minimising: products, solver: try Self.solver(settings, products),
            preconditioner: try Self.preconditioner(settings, products))
    }

    private static func solver(
        _ settings: NewtonCGSettings, _ objective: any CurvatureProducts<S>
    ) throws -> any StepSolver<S> {
        switch settings.solve {
        case .cg: ConjugateGradientSolver<S>(settings.cg, settings.curvature, minimising: objective)
        case .subspace where settings.curvature == .hessian: SubspaceSolver<S>(hessianOf: objective)
        case .subspace:
            try SubspaceSolver<S>(
                gaussNewtonOf: need(
                    (any GaussNewtonForms<S>).self, of: objective, "'solve: subspace'",
                    "an objective with quadratic forms of its Gauss–Newton matrix"))
        case .sampleSpace:
            throw ModelError(
                "'solve: sample_space' is an optimizer of its own: make it by 'makeOptimizer'", key: "optimizer")
        }
    }

    private static func preconditioner(
        _ settings: NewtonCGSettings, _ objective: any CurvatureProducts<S>
    ) throws -> (any StepPreconditioner<S>)? {
        let count = objective.space.ownCount
        switch settings.preconditioner {
        case nil: return nil
        case .gradientSquares(let settings):
            return GradientSquares<S>(count: count, decay: settings.decay, power: settings.power)
        case .nystrom(let settings):
            return NystromPreconditioner<S>(objective, rank: settings.rank, refresh: settings.refresh)
        case .lbfgs(let pairs):
            guard settings.solve == .cg else {
                throw ModelError(
                    "'preconditioner: lbfgs' takes its pairs from solves by conjugate gradients, but solve is "
                        + "\(settings.solve.rawValue): take another, or leave it out", key: "optimizer")
            }
            return LBFGSPreconditioner<S>(pairs, count: count, iterations: settings.cg.maxIterations)
        case .kronecker(let settings):
            return try KroneckerPreconditioner<S>(
                need(
                    (any ObservedBatch<S>).self, of: objective, "'preconditioner: kronecker'",
                    "an objective over a network's layers"), settings)
        }
    }
}

/// The objective as one with a capability, which is found out here, at set-up, and nowhere else.
private func need<S, Capability>(
    _ capability: Capability.Type, of objective: any Objective<S>, _ method: String, _ what: String
) throws -> Capability {
    guard let able = objective as? Capability else {
        throw ModelError("\(method) needs \(what), which this one is not", key: "optimizer")
    }
    return able
}
