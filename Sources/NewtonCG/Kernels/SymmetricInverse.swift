import CKernels

/// The inverse of a symmetric positive definite matrix by halves (Strassen 1969), so that nearly all of its n³ operations
/// are products of matrices:
///
///     ⎡ A  Bᵀ ⎤⁻¹   ⎡ A⁻¹ + TᵀS⁻¹T   −TᵀS⁻¹ ⎤
///     ⎣ B  C  ⎦   = ⎣     −S⁻¹T          S⁻¹  ⎦,   T = B·A⁻¹,   S = C − T·Bᵀ
///
/// A and S are positive definite where the whole is; small ones are inverted by LAPACK.
extension SymmetricMatrix {
    /// The lower triangle of A⁻¹ in place of A's; the upper one is room for work. False where A is not positive definite;
    /// it is then destroyed.
    package static func invert(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> Bool {
        invert(n, a, stride: n)
    }

    /// The largest order that is left to LAPACK.
    private static let small = 64
    /// Columns of a panel of products.
    private static let panel = 128

    private static func invert(_ n: Int, _ a: UnsafeMutablePointer<Double>, stride: Int) -> Bool {
        guard n > small else { return factorise(n, a, stride: stride) && invertFactor(n, a, stride: stride) }
        let half = (n / 2 + 7) / 8 * 8, rest = n - half
        let right = a + half, below = a + half * stride, corner = below + half

        guard invert(half, a, stride: stride) else { return false }
        Double.Kernels.mirror(order: half, square: a, rowStride: stride)
        // right ← −Tᵀ, corner ← S
        Double.Kernels.gemm(
            m: half, n: rest, k: half, a: a, rowStride: stride, columnStride: 1, b: below, rowStride: 1,
            columnStride: stride, bias: nil, adds: 0, c: right, rowStride: stride)
        for row in 0..<half { Double.Kernels.scale(count: rest, -1, right + row * stride, right + row * stride) }
        Double.addLowerProduct(
            rest, half, below, stride, 1, right, stride, 1, to: corner, stride: stride, panel: panel)

        guard invert(rest, corner, stride: stride) else { return false }
        Double.Kernels.mirror(order: rest, square: corner, rowStride: stride)
        // below ← −S⁻¹T, a ← A⁻¹ + (−Tᵀ)(−S⁻¹T)
        Double.Kernels.gemm(
            m: rest, n: half, k: rest, a: corner, rowStride: stride, columnStride: 1, b: right, rowStride: 1,
            columnStride: stride, bias: nil, adds: 0, c: below, rowStride: stride)
        Double.addLowerProduct(
            half, rest, right, stride, 1, below, stride, 1, to: a, stride: stride, panel: panel)
        return true
    }
}
