import NewtonCG

extension LossKind {
    static let pseudoHuber = LossKind(
        "pseudo_huber",
        options: [
            OptionSpec("delta", .number(.positive), default: 1, "δ: where the loss turns from square to linear.")
        ],
        PseudoHuberMaker())
}

struct PseudoHuberMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { PseudoHuber<S>.self }
}

/// ℓ = Σ_j δ²(s_j − 1)/k with s = √(1 + (d/δ)²), d = y − t, for k outputs; ∇ℓ = d/(ks); ∇²ℓ·u = u/(ks³). Keeps d.
///
/// y, d, u: rows × k.
struct PseudoHuber<S: Scalar>: UnaryLoss {
    static var takesLabels: Bool { false }
    let delta: S

    init(_ options: Options, output: Shape) throws { delta = S(options.number("delta")) }

    private func s(_ d: S) -> S { (1 + d * d / (delta * delta)).squareRoot() }

    func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        guard let y0 = y.base, let t = targets.values.base else { return 0 }
        var sum = 0.0
        for i in 0..<y.count {
            let d = y0[i] - t[i]
            kept.base?[i] = d
            sum += Double(delta * delta * (s(d) - 1))
        }
        return sum / Double(y.columns)
    }

    func gradient(_ targets: Targets<S>, kept d: Matrix<S>, gy: Target<S>) {
        for i in 0..<d.count { gy.base![i] = d.base![i] / (s(d.base![i]) * S(d.columns)) }
    }

    func hessianProduct(_ targets: Targets<S>, kept d: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        for i in 0..<d.count {
            let s = s(d.base![i])
            ru.base![i] = u.base![i] / (s * s * s * S(d.columns))
        }
    }

    /// R = diag(1/√(ks³)).
    func curvatureRoot(_ targets: Targets<S>, kept d: Matrix<S>, s root: Matrix<S>, gy: Target<S>) {
        for i in 0..<d.count {
            let s = s(d.base![i])
            gy.base![i] = root.base![i] / (s * s * s * S(d.columns)).squareRoot()
        }
    }
}
