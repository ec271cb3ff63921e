import CKernels
import NewtonCG
import Testing

/// The largest value of a window, its place, and what is not a number.
@Suite struct PoolingTests {
    /// Pools one window of one row, in every channel of a vector and a rest, with the same values.
    private func pool<S: Scalar>(_ values: [S], channels: Int = 37) -> (maxima: [S], winners: [UInt8]) {
        var g = ck_pool()
        (g.height, g.width, g.channels, g.out_height, g.out_width) = (1, values.count, channels, 1, 1)
        (g.size_height, g.size_width, g.stride_height, g.stride_width) = (1, values.count, 1, values.count)
        let x = values.flatMap { Array(repeating: $0, count: channels) }
        var y = [S](repeating: 7, count: channels), winners = [UInt8](repeating: 99, count: channels)
        S.Kernels.maxPool(&g, samples: 1, x: x, y: &y, winners: &winners)
        return (y, winners)
    }

    private func check<S: Scalar>(_: S.Type) {
        func expect(_ values: [S], place: UInt8) {
            let got = pool(values), wanted = values[Int(place)]
            #expect(got.maxima.allSatisfy { $0 == wanted || ($0.isNaN && wanted.isNaN) }, "\(values): \(got.maxima)")
            #expect(got.winners.allSatisfy { $0 == place }, "\(values): \(got.winners)")
        }
        expect([1, 3, 2, 3], place: 1)
        expect([-.infinity, -2, -2], place: 1)
        expect([0, -0.0, -1], place: 0)
        // It stays, wherever it comes, to be found where it arose.
        expect([1, .nan, 0.5], place: 1)
        expect([.nan, 1, 2], place: 0)
        expect([1, 2, .nan], place: 2)
        expect([.nan, .infinity, .nan], place: 2)
        expect([.infinity, .nan], place: 1)
    }

    @Test func theFirstMaximumOrWhatIsNotANumber() {
        check(Float.self)
        check(Double.self)
    }
}
