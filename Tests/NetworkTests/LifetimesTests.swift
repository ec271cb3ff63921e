import NewtonCG
import Testing

/// Buffers that are needed at once lie apart; others take the same memory again.
@Suite struct LifetimesTests {
    private struct Buffer {
        let size: Int
        let steps: ClosedRange<Int>
    }

    private func plan(_ buffers: [Buffer]) -> (offsets: [Int], count: Int) {
        var lifetimes = Lifetimes()
        for (i, buffer) in buffers.enumerated() { #expect(lifetimes.add(buffer.size, in: buffer.steps) == i) }
        return lifetimes.places()
    }

    /// The values needed at the busiest step, in whole cache lines: no plan takes less.
    private func least(_ buffers: [Buffer]) -> Int {
        let last = buffers.map(\.steps.upperBound).max() ?? 0
        return (0...last).map { step in
            buffers.filter { $0.steps.contains(step) }.reduce(0) { $0 + ($1.size + 15) / 16 * 16 }
        }.max()!
    }

    @Test(arguments: 1...40) func thoseNeededAtOnceLieApart(seed: UInt64) {
        var random = Numbers(seed: seed)
        let buffers = (0..<60).map { _ in
            let first = random.below(50)
            return Buffer(
                size: random.below(200),
                steps: first...(first + random.below(13)))
        }
        let (offsets, count) = plan(buffers)
        for (i, a) in buffers.enumerated() {
            #expect(offsets[i] % 16 == 0 && offsets[i] + a.size <= count)
            for (j, b) in buffers.enumerated() where i < j && a.steps.overlaps(b.steps) {
                #expect(offsets[i] + a.size <= offsets[j] || offsets[j] + b.size <= offsets[i])
            }
        }
        let least = least(buffers)
        #expect(least <= count && Double(count) <= 1.3 * Double(least))
    }

    /// A chain of layers, each of which reads the value before: two buffers, whatever its length.
    @Test func aChainTakesTwo() {
        #expect(plan((0..<20).map { Buffer(size: 64, steps: $0...($0 + 1)) }).count == 128)
    }

    @Test func nothingTakesNothing() {
        #expect(plan([]).count == 0)
        #expect(plan([Buffer(size: 0, steps: 0...9), Buffer(size: 0, steps: 3...4)]).count == 0)
    }
}
