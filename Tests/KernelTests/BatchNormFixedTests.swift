import NewtonCG
import Testing

/// Batch normalisation by given statistics, as a frozen layer and an evaluation do it.
@Suite struct BatchNormFixedTests {
    private let epsilon = 1e-3

    /// One channel, strips of vectors and what is left of them, and both sides of a panel of 256 channels.
    static let sizes = [(1, 1), (7, 3), (33, 16), (5, 17), (3, 255), (4, 256), (9, 300)]

    private func check<S: Scalar>(_ rows: Int, _ channels: Int, _: S.Type) {
        var samples = Samples(seed: UInt64(rows * 1000 + channels))
        let x = samples.normal(rows * channels), a = samples.normal(rows * channels)
        let scale = samples.normal(channels), shift = samples.normal(channels), mean = samples.normal(channels)
        let variance = samples.normal(channels).map { Double(Float($0 * $0)) }
            // Some channels never varied.
            .enumerated().map { $0 % 5 == 3 ? 0 : $1 }
        let factor = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
        func wanted(_ value: (Int, Int) -> Double) -> [Double] {
            (0..<rows * channels).map { value($0, $0 % channels) }
        }
        var y = [S](repeating: .nan, count: rows * channels)
        S.Kernels.batchNormFixed(
            rows: rows, channels: channels, epsilon: epsilon, x: S.of(x), scale: S.of(scale), shift: S.of(shift),
            mean: S.of(mean), variance: S.of(variance), y: &y)
        #expect(relativeError(y, wanted { factor[$1] * (x[$0] - mean[$1]) + shift[$1] }) < 8 * S.roundoff)

        for adds in [false, true] {
            let start = adds ? -3.0 : 0
            var o = [S](repeating: adds ? -3 : .nan, count: rows * channels)
            S.Kernels.batchNormFixedLinear(
                rows: rows, channels: channels, epsilon: epsilon, scale: S.of(scale), variance: S.of(variance),
                of: S.of(a), adds: adds ? 1 : 0, to: &o)
            #expect(relativeError(o, wanted { start + factor[$1] * a[$0] }) < 8 * S.roundoff)
        }
    }

    @Test(arguments: sizes) func agreesWithTheDefinition(rows: Int, channels: Int) {
        check(rows, channels, Double.self)
        check(rows, channels, Float.self)
    }

    /// Given the statistics of a group, it is what normalising that group gives.
    @Test func withAGroupsStatisticsItIsTheGroups() {
        let rows = 20, channels = 19
        var samples = Samples(seed: 8)
        let x = samples.normal(rows * channels), scale = samples.normal(channels), shift = samples.normal(channels)
        var kept = [Double](repeating: 0, count: 3 * channels), y = x, fixed = x
        Double.Kernels.batchNorm(
            rows: rows, channels: channels, epsilon: epsilon, x: x, scale: scale, shift: shift, kept: &kept, y: &y)
        Double.Kernels.batchNormFixed(
            rows: rows, channels: channels, epsilon: epsilon, x: x, scale: scale, shift: shift,
            mean: Array(kept[..<channels]), variance: Array(kept[channels..<2 * channels]), y: &fixed)
        #expect(relativeError(fixed, y) < 1e-14)
    }
}
