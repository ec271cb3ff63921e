import MPI

let reductionCases: [String: RankCase] = [
    "reduce": { world in
        for count in [0, 1, 1000, 3_000_001] {
            try reduce(Float.self, count, world)
            try reduce(Double.self, count, world)
            try reduce(Int.self, count, world)
            try reduce(Int32.self, count, world)
            try reduce(UInt64.self, count, world)
            try reduce(UInt8.self, count, world)
        }
    },
    "reduce-arrays-and-scalars": { world in
        var array = [Double(world.rank), 1]
        try world.allreduce(&array, .sum)
        try expect(array == [Double(sumOfRanks(world)), Double(world.size)], "the array became \(array)")
        var empty: [Int] = []
        try world.allreduce(&empty, .max)
        try expect(empty.isEmpty, "an empty array became \(empty)")
        try expect(try world.allreduce(world.rank, .sum) == sumOfRanks(world), "wrong sum of the ranks")
        try expect(try world.allreduce(Float(-world.rank), .max) == 0, "wrong maximum")
        try expect(try world.allreduce(Int32(-world.rank), .min) == Int32(1 - world.size), "wrong minimum")
    },
    "same-bits-everywhere": { world in
        // Thirds of odd sizes: sums in another order would differ in the last bits.
        var values = (0..<300_007).map { Float($0 % 1013 + 1) / Float(3 + 4 * world.rank) }
        try world.allreduce(&values, .sum)
        var hash: UInt64 = 14_695_981_039_346_656_037
        for value in values { hash = (hash ^ UInt64(value.bitPattern)) &* 1_099_511_628_211 }
        let hashes = try world.allgather(hash)
        try expect(hashes.allSatisfy { $0 == hash }, "the sums differ in bits over the ranks: \(hashes)")
    },
]

private func sumOfRanks(_ world: Communicator) -> Int { world.size * (world.size - 1) / 2 }

/// Rank r puts (i mod 11) + r at place i: small whole numbers, so that every type is exact.
private func reduce<T: MPIDatatype & Numeric>(_: T.Type, _ count: Int, _ world: Communicator) throws {
    let small = (0..<11).map { T(exactly: $0)! }
    let rank = T(exactly: world.rank)!
    let size = T(exactly: world.size)!
    let values = UnsafeMutablePointer<T>.allocate(capacity: count + 1)
    defer { values.deallocate() }
    for operation in [ReductionOperation.sum, .max, .min] {
        let expected = small.map { base -> T in
            switch operation {
            case .sum: base * size + T(exactly: sumOfRanks(world))!
            case .max: base + size - 1
            case .min: base
            }
        }
        for i in 0..<count { values[i] = small[i % 11] + rank }
        values[count] = 77
        try world.allreduce(values, count: count, operation)
        for i in 0..<count where values[i] != expected[i % 11] {
            throw Failure(
                description: "\(operation) of \(count) \(T.self): \(values[i]) at \(i)")
        }
        try expect(values[count] == 77, "\(operation) of \(count) \(T.self) wrote behind the values")
    }
}
