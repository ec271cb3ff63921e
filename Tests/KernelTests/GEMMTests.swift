import CBLAS
import NewtonCG
import Testing

/// The library's matrix product, of one term and of two, against OpenBLAS in float64, over random shapes and forms.
@Suite struct GEMMTests {
    @Test(arguments: 1...250) func agreesWithOpenBLAS(seed: Int) {
        check(seed, Float.self)
        check(seed, Double.self)
    }

    /// A product of no terms is 0, or the bias, and adding it changes nothing: of any form, packed or not.
    @Test(arguments: [0, 1], [false, true]) func noTerms(adds: Int32, hasBias: Bool) {
        checkNoTerms(adds, hasBias, Float.self)
        checkNoTerms(adds, hasBias, Double.self)
    }

    private func checkNoTerms<S: Scalar>(_ adds: Int32, _ hasBias: Bool, _: S.Type) {
        let m = 19, n = 37, old = (0..<m * n).map { S($0) }, bias = (0..<n).map { S(1 + $0) }, nothing: [S] = [0]
        let wanted = old.indices.map { (adds == 1 ? old[$0] : 0) + (hasBias ? bias[$0 % n] : 0) }
        for two in [false, true] {
            for (rows, columns) in [(0, 1), (1, m)] {
                for (brs, bcs) in [(n, 1), (1, 0), (0, 0)] {
                    var c = old
                    bias.withUnsafeBufferPointer { bias in
                        nothing.withUnsafeBufferPointer { nothing in
                            S.Kernels.gemm(
                                m: m, n: n, k: 0, a: nothing.baseAddress, and: two ? nothing.baseAddress : nil,
                                rowStride: rows, columnStride: columns, b: nothing.baseAddress,
                                and: two ? nothing.baseAddress : nil, rowStride: brs, columnStride: bcs,
                                bias: hasBias ? bias.baseAddress : nil, adds: adds, c: &c, rowStride: n)
                        }
                    }
                    #expect(c == wanted)
                }
            }
        }
    }

    private func check<S: Scalar>(_ seed: Int, _: S.Type) {
        var random = Samples(seed: UInt64(seed))
        let sizes = [1, 2, 3, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 70, 129]
        let m = random.one(of: sizes), n = random.one(of: sizes), k = random.one(of: sizes + [300, 513])
        let transposesA = random.chance(), transposesB = random.chance(), isPacked = random.chance()
        let adds = random.chance(), hasBias = random.chance(), gap = random.below(3)
        let a = random.normal(m * k), b = random.normal(k * n), bias = random.normal(n),
            c = random.normal(m * (n + gap)), two = random.chance(), a2 = random.normal(m * k),
            b2 = random.normal(k * n)

        // Wanted in float64, and the same of absolute values, to which the error bound of a sum is relative.
        func blas(_ a: [[Double]], _ b: [[Double]], _ bias: [Double], _ c: [Double]) -> [Double] {
            var wanted = adds ? c : Array(repeating: 0, count: c.count)
            if !adds { for i in 0..<m { for j in n..<n + gap { wanted[i * (n + gap) + j] = c[i * (n + gap) + j] } } }
            for (a, b) in zip(a, b).prefix(two ? 2 : 1) {
                cblas_dgemm(
                    CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
                    blasint(m), blasint(n), blasint(k), 1, a, blasint(transposesA ? m : k), b,
                    blasint(transposesB ? k : n), 1, &wanted, blasint(n + gap))
            }
            if hasBias { for i in 0..<m { for j in 0..<n { wanted[i * (n + gap) + j] += bias[j] } } }
            return wanted
        }
        let wanted = blas([a, a2], [b, b2], bias, c)
        let sizesOfTerms = blas([a, a2].map { $0.map(abs) }, [b, b2].map { $0.map(abs) }, bias.map(abs), c.map(abs))

        var got = S.of(c)
        let left = S.of(a), right = S.of(b), row = S.of(bias)
        let (brs, bcs) = transposesB ? (1, k) : (n, 1)
        let packed = Buffer<S>(count: S.Kernels.packedSize(rows: k, columns: n)),
            packed2 = Buffer<S>(count: S.Kernels.packedSize(rows: k, columns: n))
        let left2 = Buffer(S.of(a2)), right2 = Buffer(S.of(b2))
        S.Kernels.pack(
            rows: k, from: 0, to: k, columns: n, b: right, rowStride: brs, columnStride: bcs, packed: packed.base)
        // In parts, the last rows first.
        for rows in [k / 3..<k, 0..<k / 3] {
            S.Kernels.pack(
                rows: k, from: rows.lowerBound, to: rows.upperBound, columns: n, b: right2.base, rowStride: brs,
                columnStride: bcs, packed: packed2.base)
        }
        right.withUnsafeBufferPointer { right in
            row.withUnsafeBufferPointer { row in
                S.Kernels.gemm(
                    m: m, n: n, k: k, a: left, and: two ? UnsafePointer(left2.base) : nil,
                    rowStride: transposesA ? 1 : k, columnStride: transposesA ? m : 1,
                    b: isPacked ? UnsafePointer(packed.base) : right.baseAddress,
                    and: two ? UnsafePointer(isPacked ? packed2.base : right2.base) : nil,
                    rowStride: isPacked ? 0 : brs,
                    columnStride: isPacked ? 0 : bcs, bias: hasBias ? row.baseAddress : nil, adds: adds ? 1 : 0,
                    c: &got, rowStride: n + gap)
            }
        }
        // A sum of k terms, or 2k, and 2 more in any order is off by at most so many roundings of the terms' sizes (Higham 2002, 3.1).
        for i in 0..<c.count {
            let bound = Double((two ? 2 : 1) * k + 2) * S.roundoff * sizesOfTerms[i]
            #expect(
                abs(Double(got[i]) - wanted[i]) <= bound,
                "\(m)×\(n)×\(k) A\(transposesA ? "ᵀ" : "") B\(transposesB ? "ᵀ" : "") packed \(isPacked), entry \(i)")
        }
        withExtendedLifetime((packed, packed2, left2, right2)) {}
    }
}
