import CBLAS

/// Dense symmetric matrices in Double, by LAPACK and BLAS (OpenBLAS): n × n values row by row, of which the lower
/// triangle is read. A library's results may differ between processors in their last bits.
package enum SymmetricMatrix {
    /// Ranks and their threads are the parallelism; a library's own would also make its bits depend on their number.
    private static let oneThread: Void = openblas_set_num_threads(1)
    // Texts of one letter: Swift's own would be copied to the heap at every call.
    private static let upper: [CChar] = [85], vectors: [CChar] = [86]

    /// A = L·Lᵀ, L in the lower triangle (Cholesky), of rows that are `stride` apart, or n. False where A is not positive
    /// definite; it is then destroyed.
    package static func factorise(_ n: Int, _ a: UnsafeMutablePointer<Double>, stride: Int? = nil) -> Bool {
        _ = oneThread
        // The lower triangle by rows is Fortran's upper one by columns.
        var size = Int32(n), lead = Int32(stride ?? n), status: Int32 = 0
        dpotrf_(upper, &size, a, &lead, &status, 1)
        return status == 0
    }

    /// b ← A⁻¹·b for one right-hand side, with the factor L.
    package static func solve(_ n: Int, factor: UnsafePointer<Double>, _ b: UnsafeMutablePointer<Double>) {
        var size = Int32(n), one: Int32 = 1, status: Int32 = 0
        dpotrs_(upper, &size, &one, factor, &size, b, &size, &status, 1)
        precondition(status == 0, "the arguments of a solve")
    }

    /// The lower triangle of A⁻¹ in place of A's factor L, of rows that are `stride` apart. False where L is singular.
    static func invertFactor(_ n: Int, _ a: UnsafeMutablePointer<Double>, stride: Int) -> Bool {
        var size = Int32(n), lead = Int32(stride), status: Int32 = 0
        dpotri_(upper, &size, a, &lead, &status, 1)
        return status == 0
    }

    /// b ← L⁻¹·b, or L⁻ᵀ·b, for the n × `columns` matrix b, row by row.
    package static func solveTriangle(
        _ n: Int, factor: UnsafePointer<Double>, transposed: Bool, _ b: UnsafeMutablePointer<Double>, columns: Int
    ) {
        cblas_dtrsm(
            CblasRowMajor, CblasLeft, CblasLower, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(n),
            Int32(columns), 1, factor, Int32(n), b, Int32(columns))
    }

    /// A = VᵀΛV: A's rows become the eigenvectors, of eigenvalues `values` that grow. False where the method does not
    /// converge, as with values that are not finite.
    package static func diagonalise(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>
    ) -> Bool {
        let work = 1 + 6 * n + 2 * n * n, integers = 3 + 5 * n
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: work) { doubles in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: integers) { ints in
                var size = Int32(n), workSize = Int32(work), intSize = Int32(integers), status: Int32 = 0
                dsyevd_(
                    vectors, upper, &size, a, &size, values, doubles.baseAddress, &workSize, ints.baseAddress, &intSize,
                    &status, 1, 1)
                return status == 0
            }
        }
    }
}
