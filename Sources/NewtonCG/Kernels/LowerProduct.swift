extension Scalar {
    /// The lower triangle of c ← c + x·y, of order n, for a product that is symmetric (x: n × k, y: k × n), in panels of
    /// columns: of each only what lies below the diagonal. Row and column strides of x and y are theirs, `stride` is that
    /// of c's rows.
    static func addLowerProduct(
        _ n: Int, _ k: Int, _ x: UnsafePointer<Self>, _ xRow: Int, _ xColumn: Int, _ y: UnsafePointer<Self>,
        _ yRow: Int, _ yColumn: Int, to c: UnsafeMutablePointer<Self>, stride: Int, panel: Int
    ) {
        for first in Swift.stride(from: 0, to: n, by: panel) {
            Kernels.gemm(
                m: n - first, n: min(panel, n - first), k: k, a: x + first * xRow, rowStride: xRow,
                columnStride: xColumn, b: y + first * yColumn, rowStride: yRow, columnStride: yColumn, bias: nil,
                adds: 1, c: c + first * (stride + 1), rowStride: stride)
        }
    }
}
