/// One vector for each value of a network (the values, their cotangents, tangents …): which of them lie in the same
/// memory, and when they are needed.
struct PlannedValues {
    /// The first value in the same memory.
    private let root: [Int]
    /// By root: the steps from the first need to the last; nil: never needed.
    private var steps: [ClosedRange<Int>?]
    /// Roots that are needed for ever.
    private var kept = Set<Int>()

    private let columns: Int

    /// - Parameters:
    ///   - columns: how many values are columns of the data, the first ones.
    ///   - shares: by node, the value whose memory its output takes; nil: memory of its own.
    init(columns: Int, shares: [Int?]) {
        var root = Array(0..<columns)
        for (i, input) in shares.enumerated() { root.append(input.map { root[$0] } ?? columns + i) }
        (self.root, self.columns) = (root, columns)
        steps = Array(repeating: nil, count: root.count)
    }

    mutating func need(_ values: [Int], at step: Int) {
        for v in values.map({ root[$0] }) {
            steps[v] = steps[v].map { min($0.lowerBound, step)...max($0.upperBound, step) } ?? step...step
        }
    }

    mutating func keep(_ values: [Int]) { kept.formUnion(values.map { root[$0] }) }

    /// By value: a place in the memory of what is kept, of which `count` values are taken, or a number in `shared`. The
    /// data and what is never needed have none.
    func place(_ sizes: [Int], kept count: inout Int, _ shared: inout Lifetimes) -> [MemoryPlan.Place] {
        var places = [MemoryPlan.Place](repeating: .none, count: root.count)
        for v in places.indices.dropFirst(columns) {
            if root[v] != v {
                places[v] = places[root[v]]
            } else if let steps = steps[v] {
                places[v] = kept.contains(v) ? .kept(count.take(sizes[v])) : .shared(shared.add(sizes[v], in: steps))
            }
        }
        return places
    }
}

extension Int {
    /// The next `values` of memory of which this many are taken; whole cache lines.
    mutating func take(_ values: Int) -> Int {
        defer { self += (values + 15) / 16 * 16 }
        return self
    }
}
