import MPI

/// Vectors that are divided over ranks.
let divisionCases: [String: RankCase] = [
    "divided-vectors": { world in
        for count in [0, 1, 3, 1000, 65_536, 3_000_001] {
            for bytes in [64, 4096, Communicator.pieceBytes] {
                try divided(Float.self, count, pieceBytes: bytes, world)
                try divided(Double.self, count, pieceBytes: bytes, world)
            }
        }
    }
]

/// Rank r holds i mod 11 + r at place i: small whole numbers, so that every type is exact.
private func divided<T: MPIDatatype & Numeric>(_: T.Type, _ count: Int, pieceBytes: Int, _ world: Communicator) throws {
    // A small piece for a large vector is many messages.
    guard count < 100_000 || pieceBytes > 64 else { return }
    let name = "\(count) \(T.self) in pieces of \(pieceBytes) bytes"
    let division = Division(count, of: T.self, over: world, pieceBytes: pieceBytes)
    let all = try world.allgather(division.ownCount)
    try expect(all.reduce(0, +) == count, "\(name): the parts \(all) are not the whole")
    let pieces = count / max(1, pieceBytes / MemoryLayout<T>.stride) + 1
    try expect(all.max()! - all.min()! <= pieces, "\(name): the parts \(all) are uneven")

    let (size, rank) = (T(exactly: world.size)!, T(exactly: world.rank)!)
    let ranks = T(exactly: world.size * (world.size - 1) / 2)!
    let values = (0..<count).map { T(exactly: $0 % 11)! + rank }
    var own = [T](repeating: 0, count: division.ownCount + 1), taken = own
    own[division.ownCount] = 77
    try world.reduceScatter(values, into: &own, division, .sum)
    try expect(own[division.ownCount] == 77, "\(name): the sum wrote behind the part")
    let sums = (0..<count).map { T(exactly: $0 % 11)! * size + ranks }
    division.take(sums, into: &taken)
    try expect(Array(own.dropLast()) == Array(taken.dropLast()), "\(name): the part of the sum is wrong")

    var whole = [T](repeating: 0, count: count + 1)
    whole[count] = 77
    try world.allgather(own, into: &whole, division)
    try expect(whole[count] == 77, "\(name): the gather wrote behind the vector")
    try expect(Array(whole.dropLast()) == sums, "\(name): the gathered sum is wrong")
}
