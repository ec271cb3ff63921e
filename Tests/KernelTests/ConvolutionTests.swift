import CKernels
import NewtonCG
import Testing

/// Every convolution algorithm against a plain loop in float64: forward, its adjoint and the filter's gradient, with
/// one and two terms, written and added; sizes that tiles do not divide, channels that fill no panel.
@Suite struct ConvolutionTests {
    /// What rounding may leave in float32, as relative 2-norms: of y and gx, of gw. In float64: 1e-12.
    private func bounds(_ g: ck_convolution) -> (values: Double, filters: Double) {
        switch g.algorithm {
        case ck_winograd4, ck_winograd_mixed: (2e-6, 1.5e-6)
        case ck_winograd2, ck_winograd_strided: (1.2e-6, 1.2e-6)
        default: (1e-6, 1e-6)
        }
    }

    @Test(arguments: 1...120) func directAgrees(seed: Int) {
        var random = Samples(seed: UInt64(seed))
        let groups = random.one(of: [1, 1, 2, 3])
        var g = ck_convolution()
        (g.kernel_height, g.kernel_width) = (1 + random.below(4), 1 + random.below(4))
        (g.stride_height, g.stride_width) = (1 + random.below(3), 1 + random.below(3))
        (g.dilation_height, g.dilation_width) = (1 + random.below(2), 1 + random.below(2))
        g.groups = groups
        (g.channels, g.filters) = (groups * random.one(of: [1, 2, 5, 16]), groups * random.one(of: [1, 3, 8, 17]))
        pad(&g, &random)
        g.algorithm = ck_direct
        check(g, &random)
    }

    @Test(arguments: 1...60) func winogradAgrees(seed: Int) {
        for algorithm in [ck_winograd2, ck_winograd4, ck_winograd_mixed, ck_winograd_strided] {
            var random = Samples(seed: UInt64(seed))
            var g = ck_convolution()
            let stride = algorithm == ck_winograd_strided ? 2 : 1
            (g.kernel_height, g.kernel_width, g.groups) = (3, 3, 1)
            (g.stride_height, g.stride_width, g.dilation_height, g.dilation_width) = (stride, stride, 1, 1)
            (g.channels, g.filters) = (random.one(of: [1, 3, 16, 31, 32, 33, 64]), random.one(of: [1, 8, 17, 32, 40]))
            pad(&g, &random)
            g.algorithm = algorithm
            check(g, &random)
        }
    }

    /// From 32768 values on filters are not kept transformed, and passes read them as they are.
    @Test(arguments: [(256, 128), (130, 260), (261, 131), (40, 820)]) func manyChannels(sizes: (Int, Int)) {
        for algorithm in [ck_winograd2, ck_winograd4, ck_winograd_mixed, ck_winograd_strided] {
            var random = Samples(seed: UInt64(sizes.0))
            let stride = algorithm == ck_winograd_strided ? 2 : 1
            var g = ck_convolution(
                height: 5 * stride, width: 6 * stride, channels: sizes.0, out_height: 5, out_width: 7,
                filters: sizes.1, kernel_height: 3, kernel_width: 3, stride_height: stride, stride_width: stride,
                dilation_height: 1, dilation_width: 1, groups: 1,
                top: 1, left: 2, algorithm: algorithm)
            #expect(
                Float.Kernels.packedFilterSize(&g, transposed: 0) == 0
                    && Double.Kernels.packedFilterSize(&g, transposed: 1) == 0)
            check(g, &random)
        }
    }

    @Test(arguments: 1...60) func pointwiseAgrees(seed: Int) {
        var random = Samples(seed: UInt64(seed))
        var g = ck_convolution()
        (g.kernel_height, g.kernel_width, g.groups) = (1, 1, 1)
        (g.stride_height, g.stride_width) = (1 + random.below(3), 1 + random.below(3))
        (g.dilation_height, g.dilation_width) = (1, 1)
        (g.channels, g.filters) = (random.one(of: [1, 3, 16, 33, 130]), random.one(of: [1, 8, 17, 64]))
        pad(&g, &random)
        g.algorithm = ck_pointwise
        check(g, &random)
    }

    /// A random image, large enough, and random zeros around it.
    private func pad(_ g: inout ck_convolution, _ random: inout Samples) {
        let (reachH, reachW) = (
            (g.kernel_height - 1) * g.dilation_height + 1, (g.kernel_width - 1) * g.dilation_width + 1
        )
        (g.top, g.left) = (random.below(reachH), random.below(reachW))
        let (bottom, right) = (random.below(reachH), random.below(reachW))
        (g.height, g.width) = (reachH + random.below(8), reachW + random.below(8))
        g.out_height = (g.height + g.top + bottom - reachH) / g.stride_height + 1
        g.out_width = (g.width + g.left + right - reachW) / g.stride_width + 1
    }

    /// Calls `body` with the places in x, w and y of every product of the definition.
    private func each(_ g: ck_convolution, _ n: Int, _ body: (Int, Int, Int) -> Void) {
        let inGroup = g.channels / g.groups, outGroup = g.filters / g.groups
        for s in 0..<n {
            for oh in 0..<g.out_height {
                for ow in 0..<g.out_width {
                    for kh in 0..<g.kernel_height {
                        for kw in 0..<g.kernel_width {
                            let h = oh * g.stride_height + kh * g.dilation_height - g.top
                            let w = ow * g.stride_width + kw * g.dilation_width - g.left
                            guard 0 <= h, h < g.height, 0 <= w, w < g.width else { continue }
                            for c in 0..<inGroup {
                                for f in 0..<g.filters {
                                    body(
                                        ((s * g.height + h) * g.width + w) * g.channels + f / outGroup * inGroup + c,
                                        ((kh * g.kernel_width + kw) * inGroup + c) * g.filters + f,
                                        ((s * g.out_height + oh) * g.out_width + ow) * g.filters + f)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func check(_ g: ck_convolution, _ random: inout Samples) {
        let n = 1 + random.below(3)
        let sizeX = n * g.height * g.width * g.channels, sizeY = n * g.out_height * g.out_width * g.filters
        let sizeW = g.kernel_height * g.kernel_width * g.channels / g.groups * g.filters
        let x = random.normal(sizeX), x2 = random.normal(sizeX), w = random.normal(sizeW), w2 = random.normal(sizeW)
        let gy = random.normal(sizeY), gy2 = random.normal(sizeY), bias = random.normal(g.filters)
        let two = random.chance(), adds = random.chance()

        let start = (x: random.normal(sizeX), y: random.normal(sizeY), w: random.normal(sizeW))
        var wanted = adds ? start : (x: x.map { _ in 0 }, y: gy.map { _ in 0 }, w: w.map { _ in 0 })
        for i in 0..<sizeY { wanted.y[i] += bias[i % g.filters] }
        each(g, n) { i, j, k in
            wanted.y[k] += x[i] * w[j] + (two ? x2[i] * w2[j] : 0)
            wanted.x[i] += gy[k] * w[j] + (two ? gy2[k] * w2[j] : 0)
            wanted.w[j] += x[i] * gy[k] + (two ? x2[i] * gy2[k] : 0)
        }
        compare(Float.self)
        compare(Double.self)

        func compare<S: Scalar>(_: S.Type) {
            var g = g
            func pack(_ w: [Double], _ transposed: Int32) -> Buffer<S> {
                let size = S.Kernels.packedFilterSize(&g, transposed: transposed)
                guard size > 0 else { return Buffer(S.of(w)) }
                let packed = Buffer<S>(count: size)
                S.Kernels.packFilter(&g, w: S.of(w), transposed: transposed, packed: packed.base)
                return packed
            }
            let (p, p2, t, t2) = (pack(w, 0), pack(w2, 0), pack(w, 1), pack(w2, 1))
            let (bx, bx2, bgy, bgy2) = (Buffer(S.of(x)), Buffer(S.of(x2)), Buffer(S.of(gy)), Buffer(S.of(gy2)))
            let (y, gx, gw) = (Buffer(S.of(start.y)), Buffer(S.of(start.x)), Buffer(S.of(start.w)))
            let add: Int32 = adds ? 1 : 0
            withExtendedLifetime((p, p2, t, t2, bx, bx2, bgy, bgy2)) {
                S.Kernels.convolve(
                    &g, samples: n, x: bx.base, w: p.base, and: two ? UnsafePointer(bx2.base) : nil,
                    w: two ? UnsafePointer(p2.base) : nil,
                    bias: S.of(bias), adds: add, y: y.base)
                S.Kernels.convolveBack(
                    &g, samples: n, gy: bgy.base, w: t.base, and: two ? UnsafePointer(bgy2.base) : nil,
                    w: two ? UnsafePointer(t2.base) : nil,
                    adds: add,
                    gx: gx.base)
                S.Kernels.filterGradient(
                    &g, samples: n, x: bx.base, gy: bgy.base, and: two ? UnsafePointer(bx2.base) : nil,
                    gy: two ? UnsafePointer(bgy2.base) : nil,
                    adds: add, gw: gw.base)
            }
            let (values, filters) = S.self == Double.self ? (1e-12, 1e-12) : bounds(g)
            #expect(relativeError(y.values, wanted.y) <= values, "forward in \(S.self): \(g)")
            #expect(relativeError(gx.values, wanted.x) <= values, "backward in \(S.self): \(g)")
            #expect(relativeError(gw.values, wanted.w) <= filters, "filter gradient in \(S.self): \(g)")
        }
    }
}
