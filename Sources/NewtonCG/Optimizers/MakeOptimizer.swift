/// The optimizer of these settings, for `count` parameters; its memory is allocated here.
///
/// - Parameter objective: what it will minimise, for preconditioners that look into it.
public func makeOptimizer<S: Scalar>(
    _ settings: OptimizerSettings, count: Int, objective: (any Objective<S>)? = nil, of type: S.Type = S.self
) -> any Optimizer<S> {
    makeOptimizer(settings, in: WholeVectors<S>(count: count), objective: objective)
}

/// The same for an objective whose products are of vectors in this space.
public func makeOptimizer<S: Scalar>(
    _ settings: OptimizerSettings, in space: any VectorSpace<S>, objective: (any Objective<S>)? = nil
) -> any Optimizer<S> {
    let count = space.count
    return switch settings {
    case .newtonCG(let settings) where settings.solve == .sampleSpace:
        SampleSpaceStep<S>(settings.sampleSpace, learningRate: settings.learningRate, count: count)
    case .newtonCG(let settings): NewtonCG<S>(settings, in: space, objective: objective)
    case .lbfgs(let settings): LBFGS<S>(settings, count: count)
    case .sgd(let settings): SGD<S>(settings, count: count)
    case .adaGrad(let settings): AdaGrad<S>(settings, count: count)
    case .adam(let settings, let decoupled): Adam<S>(settings, decoupled: decoupled, count: count)
    }
}
