/// Some vectors of n values, one after another, that every rank holds whole. Sums and combinations are made by the
/// vector kernels, so that they have the same bits on every processor; n is worked through in pieces that stay in the
/// caches.
struct VectorBlock<S: Scalar> {
    let base: UnsafeMutablePointer<S>
    let count: Int, n: Int
    private static var piece: Int { 2048 }

    subscript(j: Int) -> UnsafeMutablePointer<S> { base + j * n }

    /// products[i, j] ← x_iᵀy_j for j ≤ i: the lower triangle, row by row.
    func products(with other: VectorBlock, into products: UnsafeMutablePointer<Double>) {
        products.update(repeating: 0, count: count * count)
        for start in stride(from: 0, to: n, by: Self.piece) {
            let length = min(Self.piece, n - start)
            for i in 0..<count {
                for j in 0...i {
                    products[i * count + j] += S.Kernels.dot(count: length, self[i] + start, other[j] + start)
                }
            }
        }
    }

    /// y_j ← Σ_i t[i, j]·x_i.
    func combine(_ t: UnsafePointer<Double>, into result: VectorBlock) {
        for start in stride(from: 0, to: n, by: Self.piece) {
            let length = min(Self.piece, n - start)
            for j in 0..<count {
                (result[j] + start).update(repeating: 0, count: length)
                for i in 0..<count where t[i * count + j] != 0 {
                    S.Kernels.axpy(count: length, S(t[i * count + j]), self[i] + start, result[j] + start)
                }
            }
        }
    }

    /// coefficients_j ← x_jᵀr.
    func project(_ r: UnsafePointer<S>, into coefficients: UnsafeMutablePointer<Double>) {
        coefficients.update(repeating: 0, count: count)
        for start in stride(from: 0, to: n, by: Self.piece) {
            let length = min(Self.piece, n - start)
            for j in 0..<count { coefficients[j] += S.Kernels.dot(count: length, self[j] + start, r + start) }
        }
    }

    /// z ← r + Σ_j coefficients_j·x_j.
    func expand(_ coefficients: UnsafePointer<Double>, onto r: UnsafePointer<S>, into z: UnsafeMutablePointer<S>) {
        for start in stride(from: 0, to: n, by: Self.piece) {
            let length = min(Self.piece, n - start)
            (z + start).update(from: r + start, count: length)
            for j in 0..<count { S.Kernels.axpy(count: length, S(coefficients[j]), self[j] + start, z + start) }
        }
    }
}
