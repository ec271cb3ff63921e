/// A Newton step without iterations (Martens & Grosse 2015, section 7): the exact minimiser of the damped model over the
/// plane of the preconditioned gradient and the last step,
///
///     D = −M⁻¹g,   p = αD + μd,   d the step before
///
///     ⎡ DᵀAD  DᵀAd ⎤ ⎡α⎤     ⎡gᵀD⎤
///     ⎣ DᵀAd  dᵀAd ⎦ ⎣μ⎦ = − ⎣gᵀd⎦,   A = B + τI
///
/// at whose solution φ(p) = ½(α·gᵀD + μ·gᵀd). Gauss–Newton's forms cost two tangent passes, the exact Hessian's two
/// products.
final class SubspaceSolver<S: Scalar>: StepSolver {
    /// What the step was the best of.
    enum Status: String {
        case plane = "minimiser in the plane"
        case first = "along the preconditioned gradient: there is no last step"
        case dependent = "along the preconditioned gradient: the last step adds nothing to it"
        case indefinite = "along the preconditioned gradient: nonpositive curvature in the plane"
        case curvature = "nonpositive curvature"
        case notFinite = "curvature not finite"
    }

    /// Where the forms DᵀBD, DᵀBd, dᵀBd come from: two products, or the forms themselves.
    private enum Source {
        case hessian(any CurvatureProducts<S>, product: Buffer<S>)
        case gaussNewton(any GaussNewtonForms<S>)
    }

    private let source: Source
    private let count: Int
    /// D, then p.
    private var direction: Buffer<S>
    /// d.
    private var last: Buffer<S>
    private var hasLast = false

    /// With the exact Hessian.
    convenience init(hessianOf objective: any CurvatureProducts<S>) {
        self.init(.hessian(objective, product: Buffer(count: objective.count)), count: objective.count)
    }
    convenience init(gaussNewtonOf objective: any GaussNewtonForms<S>) {
        self.init(.gaussNewton(objective), count: objective.count)
    }
    private init(_ source: Source, count: Int) {
        (self.source, self.count) = (source, count)
        (direction, last) = (Buffer(count: count), Buffer(count: count))
    }

    func solve(_ problem: StepProblem<S>) throws -> StepDirection<S> {
        let (D, d, b) = (direction.base, last.base, problem.descent.base)
        if let preconditioner = problem.preconditioner {
            _ = try Phase.preconditioner.measure { try preconditioner.apply(problem.descent, into: direction.mutable) }
        } else {
            D.update(from: b, count: count)
        }
        let A = try dampedForms(problem, hasLast ? last.vector : nil)
        let (alpha, mu, status) = minimiser(
            A, bD: S.Kernels.dot(count: count, b, D), bd: hasLast ? S.Kernels.dot(count: count, b, d) : 0)
        guard let alpha, let mu else {
            return StepDirection(
                p: problem.descent, status: status.rawValue,
                remark: "\(status.rawValue): the negative gradient is taken")
        }
        S.Kernels.scale(count: count, S(alpha), D, D)
        if mu != 0 { S.Kernels.axpy(count: count, S(mu), d, D) }
        // At the minimiser p over a subspace pᵀAp = −gᵀp.
        return StepDirection(
            p: direction.vector, model: -0.5 * S.Kernels.dot(count: count, b, D), status: status.rawValue)
    }

    /// DᵀAD, DᵀAd, dᵀAd with A = B + τI; d is nil where there is no last step.
    private func dampedForms(_ problem: StepProblem<S>, _ d: Vector<S>?) throws -> QuadraticForms {
        let D = direction.vector
        var forms = QuadraticForms()
        switch source {
        case .hessian(let objective, let product):
            try objective.product(.hessian, D, into: product.mutable)
            forms.aa = S.Kernels.dot(count: count, D.base, product.base)
            if let d {
                forms.ab = S.Kernels.dot(count: count, d.base, product.base)
                try objective.product(.hessian, d, into: product.mutable)
                forms.bb = S.Kernels.dot(count: count, d.base, product.base)
            }
        case .gaussNewton(let objective): forms = try objective.gaussNewtonForms(D, d)
        }
        forms.aa += problem.damping * S.Kernels.dot(count: count, D.base, D.base)
        if let d {
            forms.ab += problem.damping * S.Kernels.dot(count: count, D.base, d.base)
            forms.bb += problem.damping * S.Kernels.dot(count: count, d.base, d.base)
        }
        return forms
    }

    /// (α, μ) for −gᵀD = bD and −gᵀd = bd; nil where the curvature along D is not positive.
    private func minimiser(
        _ A: QuadraticForms, bD: Double, bd: Double
    ) -> (alpha: Double?, mu: Double?, status: Status) {
        guard A.aa.isFinite, A.ab.isFinite, A.bb.isFinite else { return (nil, nil, .notFinite) }
        guard A.aa > 0 else { return (nil, nil, .curvature) }
        guard hasLast else { return (bD / A.aa, 0, .first) }
        guard A.bb > 0 else { return (bD / A.aa, 0, .indefinite) }
        // Scaled to a unit diagonal: 1 − c² is the sine of the angle between D and d, squared, in A's own metric.
        let (r, s) = (A.aa.squareRoot(), A.bb.squareRoot())
        let c = A.ab / r / s
        let determinant = 1 - c * c
        // The forms are rounded in the type of the vectors.
        let rounding = 100 * Double(S.ulpOfOne)
        guard determinant > -rounding else { return (bD / A.aa, 0, .indefinite) }
        guard determinant > rounding else { return (bD / A.aa, 0, .dependent) }
        let (x, y) = (bD / r, bd / s)
        return ((x - c * y) / determinant / r, (y - c * x) / determinant / s, .plane)
    }

    func conclude(followed: Bool) {
        hasLast = followed
        if followed { swap(&direction, &last) }
    }

    func takeBack() {}

    func write(to state: inout OptimizerState<S>) {
        state.numbers["has_last_step"] = hasLast ? 1 : 0
        if hasLast { state.write("last_step", last) }
    }

    func restore(_ state: OptimizerState<S>) throws {
        hasLast = try state.number("has_last_step") == 1
        if hasLast { try state.read("last_step", into: last) }
    }
}
