/// The optimizer of these settings, for `count` parameters; its memory is allocated here.
public func makeOptimizer<S: Scalar>(
    _ settings: OptimizerSettings, count: Int, of type: S.Type = S.self
) -> any Optimizer<S> {
    makeOptimizer(settings, in: WholeVectors<S>(count: count))
}

/// The same for an objective whose products are of vectors in this space.
public func makeOptimizer<S: Scalar>(
    _ settings: OptimizerSettings, in space: any VectorSpace<S>
) -> any Optimizer<S> {
    let count = space.count
    return switch settings {
    case .newtonCG(let settings): NewtonCG<S>(settings, in: space)
    case .lbfgs(let settings): LBFGS<S>(settings, count: count)
    case .sgd(let settings): SGD<S>(settings, count: count)
    case .adaGrad(let settings): AdaGrad<S>(settings, count: count)
    case .adam(let settings, let decoupled): Adam<S>(settings, decoupled: decoupled, count: count)
    }
}
