// Rows by token, as an embedding is made of:
//     y <- c * lookUp(W, t)        gW <- c * scatter(gy, t)        y <- x + repeated(row)

/// c times the row of each token.
public struct LookUp<S: Scalar> {
    let of: Matrix<S>
    let tokens: Tokens
    var scale: S = 1
    /// c times the rows.
    public static func * (c: S, e: LookUp) -> LookUp { LookUp(of: e.of, tokens: e.tokens, scale: c * e.scale) }
}
/// c times rows, each added to the row of its token.
public struct Scatter<S: Scalar> {
    let of: Matrix<S>
    let tokens: Tokens
    var scale: S = 1
    /// c times the rows.
    public static func * (c: S, e: Scatter) -> Scatter { Scatter(of: e.of, tokens: e.tokens, scale: c * e.scale) }
}
/// One row for every row of a sum.
public struct Repeated<S: Scalar> { let row: Matrix<S> }
/// A matrix with a row added to each of its rows.
public struct RepeatedSum<S: Scalar> { let a, row: Matrix<S> }

/// The rows of `w`, vocabulary × features, of these tokens, one a position.
public func lookUp<S>(_ w: Matrix<S>, _ tokens: Tokens) -> LookUp<S> { LookUp(of: w.checked, tokens: tokens) }
/// The transpose of `lookUp`: rows of positions added up by token, vocabulary × features.
public func scatter<S>(_ a: Matrix<S>, _ tokens: Tokens) -> Scatter<S> { Scatter(of: a.checked, tokens: tokens) }
/// A row, 1 × columns, added to every row.
public func repeated<S>(_ row: Matrix<S>) -> Repeated<S> { Repeated(row: row.checked) }

extension Matrix {
    /// The row is added to every row of a.
    public static func + (a: Matrix, b: Repeated<S>) -> RepeatedSum<S> { RepeatedSum(a: a.checked, row: b.row) }
}

extension Target {
    /// y = [y +] c times the row of each token.
    public static func <- (y: Target, e: LookUp<S>) {
        guard let base = y.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        guard !e.of.isAbsent else { return y <- e.of }
        precondition(e.of.columns == y.columns, "shapes of rows that are looked up")
        S.Kernels.lookUp(
            rows: y.rows, columns: y.columns, in: e.of.base, tokens: e.tokens.base, scale: e.scale, adds: y.beta,
            to: base)
    }

    /// o = [o +] c times rows, each at the row of its token.
    public static func <- (o: Target, e: Scatter<S>) {
        guard let base = o.base else { return }
        let outer = Work.reductions.begin()
        defer { outer.end() }
        if !o.adds { base.initialize(repeating: 0, count: o.count) }
        guard !e.of.isAbsent else { return }
        precondition(e.of.columns == o.columns, "shapes of rows that are added up")
        S.Kernels.scatter(
            rows: e.of.rows, columns: o.columns, of: e.of.base, tokens: e.tokens.base, scale: e.scale, to: base)
    }

    /// y = [y +] a + 1·row
    public static func <- (y: Target, e: RepeatedSum<S>) {
        guard let base = y.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        precondition(e.row.columns == y.columns && e.a.columns == y.columns, "shapes of a sum with a row")
        S.Kernels.addRow(
            rows: y.rows, columns: y.columns, e.a.base, row: e.row.base, adds: y.beta, to: base)
    }
}

extension GramTarget {
    /// A diagonal: adds, at each token that is not padding, a number.
    public static func <- (a: GramTarget, e: TokenCounts<S>) {
        let outer = Work.reductions.begin()
        defer { outer.end() }
        S.Kernels.countTokens(
            count: e.count, tokens: e.tokens.base, padding: e.tokens.padding ?? -1, each: e.each, to: a.base)
    }
}

/// Σ of unit vectors' outer products: how often each token stands, times a number.
public struct TokenCounts<S: Scalar> {
    let tokens: Tokens
    let count: Int
    let each: S
}
/// - Parameters:
///   - samples: how many samples' tokens there are.
///   - each: what a token adds.
public func counts<S>(_ tokens: Tokens, samples: Int, each: S) -> TokenCounts<S> {
    TokenCounts(tokens: tokens, count: samples * tokens.positions, each: each)
}
