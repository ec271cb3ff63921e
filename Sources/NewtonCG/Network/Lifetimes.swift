/// Places for buffers of which each is needed for a part of a schedule: two that are never needed at once may share
/// memory.
///
/// The largest first, each at the lowest place that is free while it is needed (Pisarchyk & Lee 2020,
/// arXiv:2001.03288, "greedy by size").
package struct Lifetimes {
    private var buffers: [(size: Int, steps: ClosedRange<Int>)] = []

    package init() {}

    /// A buffer of `size` values (whole cache lines), needed in these steps. Returns its number.
    package mutating func add(_ size: Int, in steps: ClosedRange<Int>) -> Int {
        buffers.append(((size + 15) / 16 * 16, steps))
        return buffers.count - 1
    }

    /// Where each buffer begins, and the values that all of them together need.
    package func places() -> (offsets: [Int], count: Int) {
        var offsets = [Int](repeating: 0, count: buffers.count), count = 0
        // Placed so far, by offset.
        var placed: [Int] = []
        for i in buffers.indices.sorted(by: { (-buffers[$0].size, $0) < (-buffers[$1].size, $1) }) {
            var offset = 0
            for other in placed where buffers[other].steps.overlaps(buffers[i].steps) {
                if offsets[other] >= offset + buffers[i].size { break }
                offset = max(offset, offsets[other] + buffers[other].size)
            }
            offsets[i] = offset
            count = max(count, offset + buffers[i].size)
            placed.insert(i, at: placed.firstIndex { offsets[$0] > offset } ?? placed.count)
        }
        return (offsets, count)
    }
}
