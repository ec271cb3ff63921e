import CBLAS

/// OpenBLAS's product of two square matrices in Float: what the core's arithmetic is held against.
package struct ReferenceProduct: ~Copyable {
    package let extent, threads: Int
    private let a, b, c: Buffer<Float>

    package init(extent: Int = 2048, threads: Int) {
        (self.extent, self.threads) = (extent, threads)
        (a, b, c) = (Buffer(count: extent * extent), Buffer(count: extent * extent), Buffer(count: extent * extent))
        var random = RandomStream(seed: 0, stream: RandomPurpose.benchmark.stream(1 << 20, 0))
        for i in 0..<extent * extent { (a.base[i], b.base[i]) = (Float(random.uniform()), Float(random.uniform())) }
    }

    package var operations: Double { 2 * Double(extent * extent * extent) }

    /// c ← a·b. Elsewhere OpenBLAS works on one thread.
    package func run() {
        let n = Int32(extent)
        openblas_set_num_threads(Int32(threads))
        defer { openblas_set_num_threads(1) }
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.base, n, b.base, n, 0, c.base, n)
    }
}
