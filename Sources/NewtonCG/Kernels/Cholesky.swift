import CBLAS

/// LAPACK's Cholesky factorisation, in OpenBLAS.
package enum Cholesky {
    /// Replaces a symmetric positive definite matrix (n × n) by its inverse: of both, the lower triangle alone is used.
    /// Returns false where it is not positive definite; it is lost then.
    package static func invert(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> Bool {
        // Rows of a lower triangle are columns of an upper one.
        var order = blasint(n), info: blasint = 0
        dpotrf_("U", &order, a, &order, &info)
        guard info == 0 else { return false }
        dpotri_("U", &order, a, &order, &info)
        return info == 0
    }
}
