import CKernels

/// Sums, copies and elementwise functions.
public protocol ElementwiseKernels<Value>: ScalarKernels {
    /// o (columns) = [o +] Σ_i a[i, :].
    static func columnSums(rows: Int, columns: Int, of a: In?, adds add: Int32, to o: Out?)
    /// o = [o +] a + b; b may be nil.
    static func sum(count: Int, _ a: In?, _ b: In?, adds add: Int32, to o: Out?)
    /// o = [o +] a∘b [+ a₂∘b₂] [+ 1·bias]; b and b₂ step by `columns` from row to row, or by 0: one row for all.
    static func hadamard(
        rows: Int, columns: Int, _ a: In?, _ b: In?, step: Int, and a2: In?, _ b2: In?, step step2: Int, bias: In?,
        adds add: Int32, to o: Out?)
    /// o (columns) = [o +] Σ_i a[i, :]∘b[i, :] [+ Σ_i a₂[i, :]∘b₂[i, :]].
    static func columnDots(
        rows: Int, columns: Int, _ a: In?, _ b: In?, and a2: In?, _ b2: In?, adds add: Int32, to o: Out?)
    /// o = [o +] a, between matrices whose rows are so far apart.
    static func copyRows(
        rows: Int, columns: Int, from a: In?, rowStride aRowStride: Int, adds add: Int32, to o: Out?,
        rowStride oRowStride: Int)
    /// y = φ(x).
    static func apply(_ f: ck_function, count: Int, x: In?, y: Out?)
    /// o = [o +] φ'·a; kept is y or x, as `ck_function` says.
    static func applyFirst(_ f: ck_function, count: Int, kept: In?, a: In?, adds add: Int32, to o: Out?)
    /// o = [o +] φ'·a + φ''·r·g.
    static func applySecond(
        _ f: ck_function, count: Int, kept: In?, a: In?, r: In?, g: In?, adds add: Int32, to o: Out?)
    /// y = min(max(x, 0), limit), and a bit for every 0 < x < limit, 16 a word.
    static func clip(count: Int, limit: Value, x: In?, y: Out?, bits: UnsafeMutablePointer<UInt16>?)
    /// o = [o +] scale·a where its bit is set.
    static func select(
        count: Int, bits: UnsafePointer<UInt16>?, scale: Value, from a: In?, adds add: Int32, to o: Out?)
    /// A bit for every value that is not 0.
    static func bits(count: Int, of a: In?, to bits: UnsafeMutablePointer<UInt16>?)
    /// The first place with a value that is not finite, or `count`.
    static func firstNotFinite(count: Int, in a: In?) -> Int
    /// s = s + g².
    static func addSquares(count: Int, of g: In?, to s: Out?)
    /// o = 1/(scale·d + shift), 1 where that is 0.
    static func inverseDiagonal(count: Int, of d: In?, scale: Double, shift: Double, to o: Out?)
}
