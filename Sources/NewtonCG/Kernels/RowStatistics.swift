/// Layer normalisation of rows at a point, each by its own mean and variance over its features:
///
///     y = scale · x̂ + shift,   x̂ = (x − mean) / √(variance + ε)
///
/// with the transpose of its derivative and the tangents of both, through mean and variance.
struct RowStatistics<S: Scalar> {
    let x: Matrix<S>
    let scale: Matrix<S>
    /// Mean and 1/√(variance + ε) of each row.
    let kept: UnsafeMutablePointer<S>

    func normalise(epsilon: Double, shift: Matrix<S>, y: Target<S>) {
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.layerNorm(
            rows: x.rows, features: x.columns, epsilon: epsilon, x: x.checked.base, scale: scale.base,
            shift: shift.base, kept: kept, y: y.base)
    }

    func backward(_ gy: Matrix<S>, gx: Target<S>, gscale: Target<S>, gshift: Target<S>) {
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.layerNormBack(
            rows: x.rows, features: x.columns, x: x.checked.base, kept: kept, scale: scale.base, gy: gy.base,
            adds: gx.beta, gx: gx.base, addsParameters: gscale.beta, gscale: gscale.base, gshift: gshift.base)
    }

    /// - Parameter moments: two values a row, for `rBackward` along the same tangent.
    func tangent(
        _ rx: Matrix<S>, vscale: Matrix<S>, vshift: Matrix<S>, moments: UnsafeMutablePointer<S>, ry: Target<S>
    ) {
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.layerNormR(
            rows: x.rows, features: x.columns, x: x.checked.base, kept: kept, scale: scale.base, rx: rx.base,
            vscale: vscale.base, vshift: vshift.base, moments: moments, ry: ry.base)
    }

    func rBackward(
        _ gy: Matrix<S>, _ rgy: Matrix<S>, rx: Matrix<S>, moments: UnsafeMutablePointer<S>, vscale: Matrix<S>,
        rgx: Target<S>, rgscale: Target<S>, rgshift: Target<S>
    ) {
        // Of data nothing moves but the cotangent.
        let gy = rx.isAbsent && rgx.isAbsent ? .absent : gy.checked
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.layerNormRBack(
            rows: x.rows, features: x.columns, x: x.checked.base, kept: kept, scale: scale.base, rx: rx.base,
            moments: moments, vscale: vscale.base, gy: gy.base, rgy: rgy.base, adds: rgx.beta, rgx: rgx.base,
            addsParameters: rgscale.beta, rgscale: rgscale.base, rgshift: rgshift.base)
    }
}
