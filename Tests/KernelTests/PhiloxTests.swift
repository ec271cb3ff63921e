import NewtonCG
import Testing

@Suite struct PhiloxTests {
    /// The known answers published with Random123 (`kat_vectors`, philox4x32, 10 rounds).
    @Test func knownAnswers() {
        let all: UInt32 = .max
        #expect(
            Philox4x32(key: (0, 0)).block((0, 0, 0, 0)) == (
                0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8
            ))
        #expect(
            Philox4x32(key: (all, all)).block((all, all, all, all))
                == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox4x32(key: (0xa409_3822, 0x299f_31d0)).block(
                (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
                == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func aStreamIsTheBlocksOfItsCounter() {
        var stream = RandomStream(seed: 0x1234_5678_9abc_def0, stream: 0x1_0000_0002)
        let philox = Philox4x32(key: (0x9abc_def0, 0x1234_5678))
        for position in 0..<3 as Range<UInt32> {
            let (a, b, c, d) = philox.block((position, 0, 2, 1))
            #expect(stream.next() == UInt64(a) | UInt64(b) << 32)
            #expect(stream.next() == UInt64(c) | UInt64(d) << 32)
        }
    }

    @Test func uniformAndNormalHaveTheirMoments() {
        var stream = RandomStream(seed: 1, stream: 0)
        let count = 200_000
        let uniform = (0..<count).map { _ in stream.uniform() }
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = uniform.reduce(0, +) / Double(count)
        // Five standard deviations of the mean of so many.
        #expect(abs(mean - 0.5) < 5 * 0.2887 / 447.2)
        let normal = (0..<count).map { _ in stream.normal() }
        let moments = (1...4).map { power in
            normal.map { value in (0..<power).reduce(1) { product, _ in product * value } }
                .reduce(0, +) / Double(count)
        }
        #expect(abs(moments[0]) < 5 / 447.2 && abs(moments[1] - 1) < 5 * 1.414 / 447.2)
        #expect(abs(moments[2]) < 5 * 3.873 / 447.2 && abs(moments[3] - 3) < 5 * 9.798 / 447.2)
    }

    @Test func aPermutationHasEveryNumberOnceAndDependsOnSeedAndStream() {
        for count in [0, 1, 2, 1000] {
            #expect(permutation(count: count, seed: 3, stream: 1).sorted() == (0..<Int32(count)).map { $0 })
        }
        let one = permutation(count: 1000, seed: 3, stream: 1)
        #expect(one == permutation(count: 1000, seed: 3, stream: 1))
        #expect(one != permutation(count: 1000, seed: 4, stream: 1))
        #expect(one != permutation(count: 1000, seed: 3, stream: 2))
    }

    @Test func permutationsOfThreeAreEquallyLikely() {
        var counts: [[Int32]: Int] = [:]
        for stream in 0..<6000 as Range<UInt64> {
            counts[permutation(count: 3, seed: 1, stream: stream), default: 0] += 1
        }
        #expect(counts.count == 6)
        // Chi squared with five degrees of freedom: 25 is exceeded once in 7000 tests.
        let chiSquared = counts.values.map { Double(($0 - 1000) * ($0 - 1000)) / 1000 }.reduce(0, +)
        #expect(chiSquared < 25)
    }
}
