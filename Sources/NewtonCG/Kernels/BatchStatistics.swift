/// Batch normalisation of a block's groups at a point, each by its own mean and variance:
///
///     y = scale · x̂ + shift,   x̂ = (x − mean) / √(variance + ε)
///
/// with the transpose of its derivative and the tangents of both, through mean and variance. Rows are the pixels of
/// all samples, columns the channels.
struct BatchStatistics<S: Scalar> {
    let x: Matrix<S>
    let scale: Matrix<S>
    /// The groups' rows, in samples, and the rows of x that a sample has.
    let groups: RowGroups
    let positions: Int
    let epsilon: Double
    /// Mean, variance and 1/√(variance + ε) of each group, one after the other.
    let kept: UnsafeMutablePointer<S>

    private var channels: Int { x.columns }

    /// Each group: its rows, where its values begin, and what is kept of it.
    private func each(_ body: (_ rows: Int, _ start: Int, _ kept: UnsafeMutablePointer<S>) -> Void) {
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        for i in 0..<groups.count {
            let rows = groups.rows(of: i..<i + 1)
            body(rows.count * positions, rows.lowerBound * positions * channels, kept + 3 * channels * i)
        }
    }

    /// Takes the statistics, keeps them, and normalises.
    func normalise(shift: Matrix<S>, y: Target<S>) {
        let x = x.checked
        each { rows, i, kept in
            S.Kernels.batchNorm(
                rows: rows, channels: channels, epsilon: epsilon, x: x.base! + i, scale: scale.base, shift: shift.base,
                kept: kept,
                y: y.base! + i)
        }
    }

    func backward(_ gy: Matrix<S>, gx: Target<S>, gscale: Target<S>, gshift: Target<S>) {
        let x = x.checked
        var adds = gscale.beta
        each { rows, i, kept in
            S.Kernels.batchNormBack(
                rows: rows, channels: channels, x: x.base! + i, kept: kept, scale: scale.base, gy: gy.base! + i,
                adds: gx.beta, gx: gx.base.map { $0 + i }, addsParameters: adds,
                gscale: gscale.base, gshift: gshift.base)
            adds = 1
        }
    }

    func tangent(_ rx: Matrix<S>, vscale: Matrix<S>, vshift: Matrix<S>, ry: Target<S>) {
        let x = x.checked
        each { rows, i, kept in
            S.Kernels.batchNormR(
                rows: rows, channels: channels, x: x.base! + i, kept: kept, scale: scale.base,
                rx: rx.base.map { $0 + i }, vscale: vscale.base, vshift: vshift.base,
                ry: ry.base! + i)
        }
    }

    func rBackward(
        _ gy: Matrix<S>, _ rgy: Matrix<S>, rx: Matrix<S>, vscale: Matrix<S>, rgx: Target<S>, rgscale: Target<S>,
        rgshift: Target<S>
    ) {
        // Of data nothing moves but the cotangent.
        guard let rx = rx.base else { return backward(rgy, gx: rgx, gscale: rgscale, gshift: rgshift) }
        let x = x.checked
        var adds = rgscale.beta
        each { rows, i, kept in
            S.Kernels.batchNormRBack(
                rows: rows, channels: channels, x: x.base! + i, kept: kept, scale: scale.base, rx: rx + i,
                vscale: vscale.base, gy: gy.base! + i, rgy: rgy.base! + i,
                adds: rgx.beta, rgx: rgx.base.map { $0 + i }, addsParameters: adds, rgscale: rgscale.base,
                rgshift: rgshift.base)
            adds = 1
        }
    }

    /// Adds mean and variance of every group to `sums`, means first.
    func add(to sums: UnsafeMutablePointer<Double>) {
        for i in 0..<groups.count {
            let group = kept + 3 * channels * i
            for j in 0..<2 * channels { sums[j] += Double(group[j]) }
        }
    }
}
