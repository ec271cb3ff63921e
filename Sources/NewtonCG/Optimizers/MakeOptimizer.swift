/// The optimizer of these settings, for `count` parameters; its memory is allocated here.
///
/// - Parameter objective: what it will minimise, for preconditioners that look into it.
public func makeOptimizer<S: Scalar>(
    _ settings: OptimizerSettings, count: Int, objective: (any Objective<S>)? = nil, of type: S.Type = S.self
) -> any Optimizer<S> {
    switch settings {
    case .newtonCG(let settings) where settings.solve == .sampleSpace:
        SampleSpaceStep<S>(settings.sampleSpace, learningRate: settings.learningRate, count: count)
    case .newtonCG(let settings): NewtonCG<S>(settings, count: count, objective: objective)
    case .lbfgs(let settings): LBFGS<S>(settings, count: count)
    case .sgd(let settings): SGD<S>(settings, count: count)
    case .adaGrad(let settings): AdaGrad<S>(settings, count: count)
    case .adam(let settings, let decoupled): Adam<S>(settings, decoupled: decoupled, count: count)
    }
}
