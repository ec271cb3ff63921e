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
        ck_mirror_f64(half, a, stride)
        // right ← −Tᵀ, corner ← S
        Double.gemm(half, rest, half, a, stride, 1, below, 1, stride, nil, 0, right, stride)
        for row in 0..<half { Double.scale(rest, -1, right + row * stride, right + row * stride) }
        addProduct(rest, half, below, right, to: corner, stride: stride)

        guard invert(rest, corner, stride: stride) else { return false }
        ck_mirror_f64(rest, corner, stride)
        // below ← −S⁻¹T, a ← A⁻¹ + (−Tᵀ)(−S⁻¹T)
        Double.gemm(rest, half, rest, corner, stride, 1, right, 1, stride, nil, 0, below, stride)
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
            Double.gemm(
                n - first, min(width, n - first), k, x + first * stride, stride, 1, y + first, stride, 1, nil, 1,
                c + first * (stride + 1), stride)
        }
    }
}
