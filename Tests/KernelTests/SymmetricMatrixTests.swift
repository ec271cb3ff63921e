import NewtonCG
import Testing

@Suite struct SymmetricMatrixTests {
    /// CᵀC + I by rows.
    private func matrix(_ n: Int) -> [Double] {
        var random = RandomStream(seed: 1, stream: 2)
        let c = (0..<n * n).map { _ in random.normal() }
        return (0..<n * n).map { e in
            (0..<n).reduce(e / n == e % n ? 1 : 0) { $0 + c[$1 * n + e / n] * c[$1 * n + e % n] }
        }
    }

    @Test(arguments: [1, 2, 17]) func solvesByItsFactor(n: Int) {
        let a = matrix(n)
        var l = a
        // The upper triangle is not read.
        for i in 0..<n { for j in i + 1..<n { l[i * n + j] = .nan } }
        #expect(SymmetricMatrix.factorise(n, &l))
        for i in 0..<n {
            for j in 0...i {
                let product = (0...j).reduce(0) { $0 + l[i * n + $1] * l[j * n + $1] }
                #expect(abs(product - a[i * n + j]) < 1e-12 * Double(n))
            }
        }
        let x = (0..<n).map { Double($0) - 1.5 }
        var b = (0..<n).map { i in (0..<n).reduce(0) { $0 + a[i * n + $1] * x[$1] } }
        SymmetricMatrix.solve(n, factor: l, &b)
        for i in 0..<n { #expect(abs(b[i] - x[i]) < 1e-9) }

        // L·(L⁻¹·B) = B and Lᵀ·(L⁻ᵀ·B) = B.
        for transposed in [false, true] {
            let wanted = (0..<n * 3).map { Double($0 % 5) }
            var y = wanted
            SymmetricMatrix.solveTriangle(n, factor: l, transposed: transposed, &y, columns: 3)
            for i in 0..<n {
                for c in 0..<3 {
                    let back = (transposed ? i..<n : 0..<i + 1).reduce(0) {
                        $0 + (transposed ? l[$1 * n + i] : l[i * n + $1]) * y[$1 * 3 + c]
                    }
                    #expect(abs(back - wanted[i * 3 + c]) < 1e-9)
                }
            }
        }
    }

    /// Rows that lie further apart have the same factor, and what lies between them stays.
    @Test func factorisesWithinALargerMatrix() {
        let n = 7, stride = 11, a = matrix(n)
        var alone = a, within = [Double](repeating: -3, count: n * stride)
        for i in 0..<n { for j in 0..<n { within[i * stride + j] = a[i * n + j] } }
        #expect(SymmetricMatrix.factorise(n, &alone) && SymmetricMatrix.factorise(n, &within, stride: stride))
        for i in 0..<n {
            for j in 0...i { #expect(within[i * stride + j] == alone[i * n + j]) }
            #expect(within[i * stride + n..<(i + 1) * stride].allSatisfy { $0 == -3 })
        }
    }

    @Test(arguments: [1, 2, 17]) func rowsBecomeEigenvectors(n: Int) {
        let a = matrix(n)
        var v = a, values = [Double](repeating: 0, count: n)
        #expect(SymmetricMatrix.diagonalise(n, &v, values: &values))
        #expect(values == values.sorted())
        for k in 0..<n {
            for i in 0..<n {
                let product = (0..<n).reduce(0) { $0 + a[i * n + $1] * v[k * n + $1] }
                #expect(abs(product - values[k] * v[k * n + i]) < 1e-11 * values[n - 1])
            }
        }
    }

    /// Small ones, by LAPACK alone, and such as are halved once and more often, into halves of any size.
    @Test(arguments: [1, 17, 64, 65, 130, 201, 333]) func invertsTheLowerTriangle(n: Int) {
        let a = matrix(n)
        var inverse = a
        for i in 0..<n { for j in i + 1..<n { inverse[i * n + j] = .nan } }
        #expect(SymmetricMatrix.invert(n, &inverse))
        for i in 0..<n { for j in i + 1..<n { inverse[i * n + j] = inverse[j * n + i] } }
        let (size, sizeOfInverse) = (rowSum(n, a), rowSum(n, inverse))
        for i in 0..<n {
            for j in 0..<n {
                let product = (0..<n).reduce(0) { $0 + a[i * n + $1] * inverse[$1 * n + j] }
                // Forward error bound of an inverse: a small multiple of n·ε·‖A‖‖A⁻¹‖ (Higham 2002, chapter 14).
                #expect(abs(product - (i == j ? 1 : 0)) < 10 * Double(n) * 0x1p-53 * size * sizeOfInverse)
            }
        }
    }

    private func rowSum(_ n: Int, _ a: [Double]) -> Double {
        (0..<n).map { i in a[i * n..<(i + 1) * n].reduce(0) { $0 + abs($1) } }.max()!
    }

    /// A negative entry of the diagonal in the first half, or in the last.
    @Test(arguments: [0, 99, 190]) func invertsNoOther(row: Int) {
        var a = matrix(200)
        a[row * 201] = -1
        #expect(!SymmetricMatrix.invert(200, &a))
    }

    @Test func anIndefiniteMatrixIsRefused() {
        var a: [Double] = [1, 0, 2, 1]
        #expect(!SymmetricMatrix.factorise(2, &a))
    }
}
