// The algebra of elementwise products:
//     y <- hadamard(x, s) + b        rgx <- hadamard(rgy, s) + hadamard(gy, vs)        gs <- columnSums(hadamard(x, gy))
// Two products of a sum go in one sweep; an absent one is dropped.

/// a∘b + a₂∘b₂ + 1·bias: up to two elementwise products and a row that is added to every row.
public struct Hadamard<S: Scalar> {
    var a, b: Matrix<S>
    var a2 = Matrix<S>.absent, b2 = Matrix<S>.absent
    var bias = Matrix<S>.absent
    var isAbsent: Bool { a.isAbsent || b.isAbsent }
}
/// The sums over rows of a∘b + a₂∘b₂.
public struct ColumnDots<S: Scalar> { let of: Hadamard<S> }

/// a∘b, value by value; b may be one row, which then is the factor of every row of a.
public func hadamard<S>(_ a: Matrix<S>, _ b: Matrix<S>) -> Hadamard<S> { Hadamard(a: a.checked, b: b.checked) }
/// The sums over rows of elementwise products of matrices of one shape.
public func columnSums<S>(_ products: Hadamard<S>) -> ColumnDots<S> { ColumnDots(of: products) }

extension Hadamard {
    /// The sum of two products in one sweep.
    public static func + (e: Hadamard, f: Hadamard) -> Hadamard {
        precondition(e.a2.isAbsent && f.a2.isAbsent, "at most two products in one sum")
        let bias = e.bias.isAbsent ? f.bias : e.bias
        if e.isAbsent { return Hadamard(a: f.a, b: f.b, bias: bias) }
        return f.isAbsent
            ? Hadamard(a: e.a, b: e.b, bias: bias) : Hadamard(a: e.a, b: e.b, a2: f.a, b2: f.b, bias: bias)
    }
    /// The row `bias` (1 × columns) is added to every row.
    public static func + (e: Hadamard, bias: Matrix<S>) -> Hadamard {
        var sum = e
        sum.bias = bias.checked
        return sum
    }
}
extension ColumnDots {
    /// The sum of two in one sweep.
    public static func + (a: ColumnDots, b: ColumnDots) -> ColumnDots { ColumnDots(of: a.of + b.of) }
}

extension Matrix {
    fileprivate var isContiguous: Bool { rowStride == columns && columnStride == 1 }
}

extension Target {
    /// o = [o +] a∘b + a₂∘b₂ + 1·bias, one sweep; zero where all is absent.
    public static func <- (o: Target, e: Hadamard<S>) {
        guard let base = o.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        guard !e.isAbsent else {
            precondition(e.bias.isAbsent, "a bias without a product")
            if !o.adds { base.initialize(repeating: 0, count: o.count) }
            return
        }
        /// From row to row of a factor.
        func step(_ a: Matrix<S>, _ b: Matrix<S>) -> Int {
            let isRow = b.rows == 1 && o.rows > 1
            precondition(
                a.count == o.count && b.count == (isRow ? o.columns : o.count) && a.isContiguous && b.isContiguous,
                "shapes of elementwise products")
            return isRow ? 0 : o.columns
        }
        let steps = (step(e.a, e.b), e.a2.isAbsent ? 0 : step(e.a2, e.b2))
        // Without a row that is repeated all values are one.
        let isOne = e.bias.isAbsent && steps.0 > 0 && (e.a2.isAbsent || steps.1 > 0)
        S.Kernels.hadamard(
            rows: isOne ? 1 : o.rows, columns: isOne ? o.count : o.columns, e.a.base, e.b.base, step: steps.0,
            and: e.a2.base, e.b2.base, step: steps.1, bias: e.bias.base, adds: o.beta, to: base)
    }

    /// o (columns) = [o +] the sums over rows of a∘b + a₂∘b₂, one sweep.
    public static func <- (o: Target, e: ColumnDots<S>) {
        guard let base = o.base else { return }
        let outer = Work.reductions.begin()
        defer { outer.end() }
        let p = e.of
        precondition(p.bias.isAbsent, "sums over rows are of products alone")
        guard !p.isAbsent else {
            if !o.adds { base.initialize(repeating: 0, count: o.count) }
            return
        }
        precondition(
            p.a.count == p.b.count && p.a2.count == p.b2.count && p.a.columns == o.columns
                && (p.a2.isAbsent || p.a2.count == p.a.count), "shapes of sums over rows")
        S.Kernels.columnDots(
            rows: p.a.rows, columns: o.columns, p.a.base, p.b.base, and: p.a2.base, p.b2.base, adds: o.beta, to: base)
    }
}
