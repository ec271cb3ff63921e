// Sums of outer products, as Kronecker factors are made of:
//     A <- gram(x)        A <- gram(x, over: W)

/// A place for a symmetric matrix, order × order: its lower triangle, to which every write adds; or for a diagonal.
///
/// With `hasOne`, the rows that are summed up are continued by a one, as a bias reads it.
public struct GramTarget<S: Scalar> {
    let base: UnsafeMutablePointer<S>
    let order: Int
    let hasOne: Bool
    /// Memory for patches: `Convolution.patchCount` values.
    let workspace: UnsafeMutablePointer<S>
}

/// Σ x̄ᵀx̄ over the rows of x, but for those of padding.
public struct Gram<S: Scalar> {
    let of: Matrix<S>
    let tokens: Tokens
}
/// The same over the patches of images that a filter sees.
public struct PatchGram<S: Scalar> {
    let of: Matrix<S>
    let convolution: Convolution
}
/// Σ x̄ᵀx̄ over rows.
/// - Parameter tokens: what the rows stand for, if there are some.
public func gram<S>(_ x: Matrix<S>, of tokens: Tokens) -> Gram<S> { Gram(of: x.checked, tokens: tokens) }
/// Σ x̄ᵀx̄ over the patches of images (a row a sample) that a filter sees.
public func gram<S>(_ x: Matrix<S>, over W: FilterParameter) -> PatchGram<S> {
    PatchGram(of: x.checked, convolution: W.convolution)
}

extension Convolution {
    /// Lines of an output whose patches are worked through at once: enough rows for a product at speed.
    var patchLines: Int { max(1, min(512, max(128, (1 << 19) / rows)) / output.extents[1]) }
    /// Values of their patches.
    var patchCount: Int { patchLines * output.extents[1] * rows }
}

extension GramTarget {
    /// A ← A + Σ x̄ᵀx̄
    public static func <- (a: GramTarget, e: Gram<S>) {
        let outer = Work.gemm.begin()
        defer { outer.end() }
        let x = e.of
        e.tokens.forEachRun(rows: x.rows) { a.add($0.count, x.columns, x.base! + $0.lowerBound * x.columns) }
    }

    /// A ← A + Σ x̄ᵀx̄ over patches.
    public static func <- (a: GramTarget, e: PatchGram<S>) {
        let outer = Work.gemm.begin()
        defer { outer.end() }
        let convolution = e.convolution, height = convolution.output.extents[0], width = convolution.output.extents[1]
        let lines = e.of.rows * height
        var first = 0
        while first < lines {
            let some = min(convolution.patchLines, lines - first)
            withUnsafePointer(to: convolution.geometry) {
                S.Kernels.patches($0, first: first, lines: some, x: e.of.base, to: a.workspace)
            }
            a.add(some * width, convolution.rows, a.workspace)
            first += some
        }
    }

    /// Adds the outer products of `rows` rows.
    private func add(_ rows: Int, _ columns: Int, _ x: UnsafePointer<S>) {
        precondition(columns + (hasOne ? 1 : 0) == order, "shapes of a sum of outer products")
        S.addLowerProduct(columns, rows, x, 1, columns, x, columns, 1, to: base, stride: order, panel: 192)
        guard hasOne else { return }
        S.Kernels.columnSums(rows: rows, columns: columns, of: x, adds: 1, to: base + columns * order)
        base[order * order - 1] += S(rows)
    }
}
