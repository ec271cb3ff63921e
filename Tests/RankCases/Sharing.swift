import MPI
import NewtonCG

/// Memory that ranks of one node have in common, and sums through it.
let sharingCases: [String: RankCase] = [
    // Between two meetings a rank sees what the others wrote before the first, and nothing that they write after the second.
    "shared-memory": { world in
        let count = 125
        guard let memory = try world.sharedMemory(segment: count * 8) else {
            return try expect(world.size == 1, "\(world.size) ranks of one node share no memory")
        }
        try expect(memory.segments.count == world.size, "\(memory.segments.count) segments")
        let segments = memory.segments.map { $0.assumingMemoryBound(to: Int.self) }
        try expect(segments.allSatisfy { own in (0..<count).allSatisfy { own[$0] == 0 } }, "new memory is not zero")
        try memory.meet()
        for round in 1...100 {
            for i in 0..<count { segments[world.rank][i] = round * 1000 * (world.rank + 1) + i }
            try memory.meet()
            for (rank, segment) in segments.enumerated() {
                for i in 0..<count where segment[i] != round * 1000 * (rank + 1) + i {
                    throw Failure(description: "round \(round): \(segment[i]) at \(i) of rank \(rank)")
                }
            }
            try memory.meet()
        }
    },
    "shared-sums": { world in
        guard world.size > 1 else {
            return try expect(try SharedSums<Float>(count: 10, over: world) == nil, "one rank shares its sums")
        }
        for threads in [1, 3] {
            let team = ThreadTeam(count: threads)
            try sharedSums(Float.self, world, team)
            try sharedSums(Double.self, world, team)
        }
    },
]

/// Sums in the order of the ranks, to the bit, many times in the same memory; each value finished once.
private func sharedSums<S: Scalar & MPIDatatype>(_: S.Type, _ world: Communicator, _ team: ThreadTeam) throws {
    let most = 100_003
    guard let sums = try SharedSums<S>(count: most, over: world) else {
        throw Failure(description: "\(world.size) ranks of one node share no sums")
    }
    // Thirds and the like: sums in another order would differ in the last bits.
    func value(_ i: Int, _ rank: Int, _ turn: Int) -> S { S((i + turn) % 1013 + 1) / S(3 + 4 * rank) }
    let result = Buffer<S>(count: most + 1), finished = Buffer<Int32>(count: most)
    for (turn, count) in [1, 2, 5, 4097, most, most, 8192, most].enumerated() {
        let own = try sums.vector()
        for i in 0..<count { own[i] = value(i, world.rank, turn) }
        result.base.update(repeating: 77, count: most + 1)
        finished.base.update(repeating: 0, count: most)
        try sums.total(into: result.base, count: count, team: team) { places in
            for i in places {
                result.base[i] *= 3
                finished.base[i] += 1
            }
        }
        let name = "\(count) \(S.self), turn \(turn), \(team.count) threads"
        for i in 0..<count {
            let sum = (1..<world.size).reduce(value(i, 0, turn)) { $0 + value(i, $1, turn) }
            try expect(result.base[i] == sum * 3, "\(name): \(result.base[i]) at \(i), not \(sum * 3)")
        }
        for i in count...most { try expect(result.base[i] == 77, "\(name): it wrote behind the values") }
        var times = finished.values
        try world.allreduce(&times, .sum)
        try expect(times == (0..<most).map { $0 < count ? 1 : 0 }, "\(name): not every value was finished once")
    }
}
