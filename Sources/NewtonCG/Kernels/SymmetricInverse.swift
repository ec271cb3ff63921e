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

    private static func invert(_ n: Int, _ a: UnsafeMutablePointer<Double>, stride: Int) -> Bool {
        guard n > small else { return invertByLAPACK(n, a, stride: stride) }
        let half = (n / 2 + 7) / 8 * 8, rest = n - half
        let right = a + half, below = a + half * stride, corner = below + half

        guard invert(half, a, stride: stride) else { return false }
        Double.Kernels.mirror(order: half, square: a, rowStride: stride)
        // right ← −Tᵀ, corner ← S
        Double.Kernels.gemm(
            m: half, n: rest, k: half, a: a, rowStride: stride, columnStride: 1, b: below, rowStride: 1,
            columnStride: stride, bias: nil, adds: 0, c: right, rowStride: stride)
        for row in 0..<half { Double.scale(rest, -1, right + row * stride, right + row * stride) }
        addProduct(rest, half, below, right, to: corner, stride: stride)

        guard invert(rest, corner, stride: stride) else { return false }
        Double.Kernels.mirror(order: rest, square: corner, rowStride: stride)
        // below ← −S⁻¹T, a ← A⁻¹ + (−Tᵀ)(−S⁻¹T)
        Double.Kernels.gemm(
            m: rest, n: half, k: rest, a: corner, rowStride: stride, columnStride: 1, b: right, rowStride: 1,
            columnStride: stride, bias: nil, adds: 0, c: below, rowStride: stride)
        addProduct(half, rest, right, below, to: a, stride: stride)
        return true
    }

    /// The lower triangle of c ← c + x·y, of order n, for a product that is symmetric; x: n × k, y: k × n.
    private static func addProduct(
        _ n: Int, _ k: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, to c: UnsafeMutablePointer<Double>,
        stride: Int
    ) {
        let width = 128
        for first in Swift.stride(from: 0, to: n, by: width) {
            Double.Kernels.gemm(
                m: n - first, n: min(width, n - first), k: k, a: x + first * stride, rowStride: stride, columnStride: 1,
                b: y + first, rowStride: stride, columnStride: 1, bias: nil, adds: 1,
                c: c + first * (stride + 1), rowStride: stride)
        }
    }
}
