import CKernels

/// How a network computes its convolutions: the configuration's `convolution`.
public enum ConvolutionChoice: String, Equatable, Sendable, CaseIterable {
    /// By Winograd's algorithms where they pay.
    case fast
    /// Without Winograd's algorithms, whose rounding errors are larger.
    case direct
}

/// The estimated time of a convolution by each algorithm.
///
/// The unit is one multiplication of the direct algorithm, for one sample and the three passes (y, gx, gw) together.
/// Fitted to the times of the three passes with two terms (float32, AVX-512, 70 shapes: outputs of 4² to 26², 4 to 256
/// channels and filters). There the chosen algorithm is on average 0.5 % slower than the best. Panels are counted as
/// they are there, 32 channels wide.
struct ConvolutionCost {
    private let g: ck_convolution
    private static let panel = 32

    init(_ geometry: ck_convolution) { g = geometry }

    func best(_ choice: ConvolutionChoice) -> ck_algorithm {
        if isPointwise { return ck_pointwise }
        guard choice == .fast, suitsWinograd else { return ck_direct }
        if g.stride_height == 2 { return strided < direct ? ck_winograd_strided : ck_direct }
        // Of equal ones the first, which rounds less.
        let best = [(ck_direct, direct), (ck_winograd2, winograd(2)), (ck_winograd4, winograd(4))].min { $0.1 < $1.1 }!
            .0
        return best == ck_winograd4 && isEarly ? ck_winograd_mixed : best
    }

    /// Few channels are taken for those of a network's first layers: what rounding does to their values grows most.
    private var isEarly: Bool { g.channels * g.filters < 32 << 10 }

    /// 1×1 without padding.
    private var isPointwise: Bool {
        g.kernel_height == 1 && g.kernel_width == 1 && g.groups == 1 && g.top == 0 && g.left == 0
            && (g.out_height - 1) * g.stride_height < g.height && (g.out_width - 1) * g.stride_width < g.width
    }

    private var suitsWinograd: Bool {
        g.kernel_height == 3 && g.kernel_width == 3 && g.stride_height == g.stride_width && g.stride_height <= 2
            && g.dilation_height == 1 && g.dilation_width == 1 && g.groups == 1
    }

    /// Few channels are taken for those of images, to which no cotangent passes: there is no gx.
    private var reachesData: Bool { g.channels <= 4 }

    private func padded(_ channels: Int) -> Double {
        Double((channels + Self.panel - 1) / Self.panel * Self.panel)
    }

    /// A sum over 9C products for each pixel and padded filter (y and gw), over 9K for each padded channel (gx); to
    /// begin and to write a tile of registers takes as long as 8 more.
    private var direct: Double {
        let pixels = Double(g.out_height * g.out_width), C = Double(g.channels), K = Double(g.filters)
        return pixels * (2 * (9 * C + 8) * padded(g.filters) + (reachesData ? 0 : (9 * K + 8) * padded(g.channels)))
    }

    /// Whole tiles of m×m pixels, each at (m+2)² positions: products with padded panels, and the transforms of padded
    /// channels and filters, each as long as 8 products in every pass. All is 1.1 times as slow as direct sums, since
    /// less of it stays in registers.
    private func winograd(_ m: Int) -> Double { tiles(of: m, positions: (m + 2) * (m + 2), transform: 8) }

    /// With stride 2: tiles of 4×4 pixels at 81 positions, whose transforms take twice as long.
    private var strided: Double { tiles(of: 4, positions: 81, transform: 16) }

    private func tiles(of m: Int, positions: Int, transform: Double) -> Double {
        let positions = (g.out_height + m - 1) / m * ((g.out_width + m - 1) / m) * positions
        let C = Double(g.channels), K = Double(g.filters), Cp = padded(g.channels), Kp = padded(g.filters)
        let transforms = transform * (Cp + Kp), forBack = reachesData ? 0 : K * Cp + transforms
        return 1.1 * Double(positions) * (C * Kp + Cp * Kp + 2 * transforms + forBack)
    }
}
