import CKernels

/// Products of matrices. Strides are counts of values; element (i, p) of `a` is `a[i·rowStride + p·columnStride]`.
public protocol ProductKernels<Value>: ScalarKernels {
    /// c (m × n) = [c +] [1·bias] + a (m × k) · b (k × n). Strides of 0 for b: it is packed. `bias`: n values or
    /// nil; with `adds` they are added too.
    static func gemm(
        m: Int, n: Int, k: Int, a: In?, rowStride aRowStride: Int, columnStride aColumnStride: Int, b: In?,
        rowStride bRowStride: Int, columnStride bColumnStride: Int, bias: In?, adds add: Int32, c: Out?,
        rowStride cRowStride: Int)
    /// The same with a second product of the same shapes and strides in one accumulator: [c +] a·b + a₂·b₂, or of
    /// one where a₂ is nil.
    static func gemm(
        m: Int, n: Int, k: Int, a: In?, and a2: In?, rowStride aRowStride: Int, columnStride aColumnStride: Int, b: In?,
        and b2: In?, rowStride bRowStride: Int, columnStride bColumnStride: Int, bias: In?, adds add: Int32, c: Out?,
        rowStride cRowStride: Int)
    /// Values of a matrix `b` packed for `gemm`.
    static func packedSize(rows: Int, columns: Int) -> Int
    /// Rows `first` ..< `last` of b (rows × columns), packed for `gemm`.
    static func pack(
        rows: Int, from first: Int, to last: Int, columns: Int, b: In?, rowStride bRowStride: Int,
        columnStride bColumnStride: Int, packed: Out?)
    /// o_ia = b_ia + Σ_j r_iaj u_ij over samples with a columns × columns matrix each; u may be nil for 0.
    static func rowProducts(rows: Int, columns: Int, r: In?, u: In?, b: In?, to o: UnsafeMutablePointer<Double>?)
    /// Blocks of `size` rows and columns for each of `rows` and `columns` samples: o = o + q, each block of q times
    /// p + `one` of its samples (p is rows × columns, or nil for 1); q has columns · size columns.
    static func addGram(
        rows: Int, columns: Int, size: Int, one: Value, p: In?, q: In?, to o: UnsafeMutablePointer<Double>?,
        rowStride oRowStride: Int)
}
