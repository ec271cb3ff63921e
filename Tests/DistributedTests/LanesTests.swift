import NewtonCG
import Testing

/// The batch order, against a direct evaluation of its rules (docs/method.md).
@Suite struct LanesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var rows: Int, batch: Int?, group = 1
        var testDescription: String { "\(rows) rows, batch \(batch ?? 0), group \(group)" }
        var lanes: Lanes { get throws { try Lanes(rows: rows, batch: batch, group: group) } }
    }

    static let cases = [
        Case(rows: 43, batch: 10), Case(rows: 47, batch: 10), Case(rows: 40, batch: 10), Case(rows: 7, batch: 3),
        Case(rows: 100, batch: 99), Case(rows: 1, batch: nil), Case(rows: 47, batch: nil),
        Case(rows: 101, batch: 24, group: 4), Case(rows: 103, batch: 12, group: 3),
        Case(rows: 50, batch: nil, group: 8),
        Case(rows: 3, batch: nil, group: 8), Case(rows: 50, batch: 50), Case(rows: 50, batch: 1000),
    ]

    /// The global rows of a batch that the ranks take together, those of products apart.
    private func rows(
        _ lanes: Lanes, ranks: Int, epoch: Int, batch: Int, curvature: Double = 1, step: Int = 0
    ) -> (all: [[Int]], seen: [[Int]], shares: [BatchShare]) {
        let shares = (0..<ranks).map {
            lanes.shares(of: $0, of: ranks, seed: 11, epoch: epoch).batch(batch, curvature: curvature, step: step)
        }
        let all = shares.enumerated().map { rank, share in
            share.rows.map { Int($0) + lanes.rows(of: rank, of: ranks).lowerBound }
        }
        return (all, zip(all, shares).map { Array($0.prefix($1.curvatureRows)) }, shares)
    }

    /// Lane sizes, batch sizes and the number of batches from the rules alone.
    @Test(arguments: cases) func countsFollowTheRules(_ c: Case) throws {
        let lanes = try c.lanes
        let full = c.batch == nil || c.batch! >= c.rows
        let V = full ? max(1, c.rows / c.group) : c.batch! / c.group
        #expect(lanes.count == V && lanes.isFull == full)
        for v in 0..<V { #expect(lanes.lane(v) == v * c.rows / V..<(v + 1) * c.rows / V) }
        guard !full else {
            #expect(lanes.batches == 1 && lanes.samples(in: 0) == c.rows)
            return
        }
        // Batch after batch takes g rows of every lane that still has as many.
        var left = (0..<V).map { lanes.lane($0).count }, sizes: [Int] = []
        while left.contains(where: { $0 >= c.group }) {
            sizes.append(left.count { $0 >= c.group } * c.group)
            left = left.map { $0 >= c.group ? $0 - c.group : $0 }
        }
        if sizes.count > 1, sizes.last! * 2 < c.batch! { sizes.removeLast() }
        #expect(lanes.batches == sizes.count)
        #expect((0..<sizes.count).map { lanes.samples(in: $0) } == sizes)
    }

    @Test(arguments: cases, [1, 2, 3, 4]) func everySampleComesAtMostOnceAnEpoch(_ c: Case, ranks: Int) throws {
        let lanes = try c.lanes
        for epoch in 0..<2 {
            var seen = [Int](repeating: 0, count: c.rows)
            for batch in 0..<lanes.batches {
                let (all, _, shares) = rows(lanes, ranks: ranks, epoch: epoch, batch: batch)
                let together = all.joined()
                #expect(together.count == lanes.samples(in: batch))
                #expect(shares.allSatisfy { $0.samples == together.count })
                for row in together { seen[row] += 1 }
                for (rank, own) in all.enumerated() {
                    let range = lanes.rows(of: rank, of: ranks)
                    #expect(own.allSatisfy { range.contains($0) })
                }
            }
            #expect(seen.max() == 1)
            let inBatches = (0..<lanes.batches).reduce(0) { $0 + lanes.samples(in: $1) }
            #expect(seen.reduce(0, +) == inBatches)
        }
    }

    @Test(arguments: cases) func theOrderDoesNotDependOnTheRanks(_ c: Case) throws {
        let lanes = try c.lanes
        for epoch in [0, 3] {
            for batch in 0..<lanes.batches {
                for (curvature, step) in [(1.0, 0), (0.25, batch), (0.1, 7)] {
                    let one = rows(lanes, ranks: 1, epoch: epoch, batch: batch, curvature: curvature, step: step)
                    for ranks in [2, 3, 4, 7] {
                        let many = rows(
                            lanes, ranks: ranks, epoch: epoch, batch: batch, curvature: curvature, step: step)
                        #expect(many.all.joined().sorted() == one.all[0].sorted())
                        #expect(many.seen.joined().sorted() == one.seen[0].sorted())
                        #expect(many.shares.allSatisfy { $0.curvatureSamples == one.seen[0].count })
                    }
                }
            }
        }
    }

    @Test(arguments: cases, [1, 2, 3, 4]) func ranksOwnNeighbouringRunsOfRows(_ c: Case, ranks: Int) throws {
        let lanes = try c.lanes
        var next = 0
        for rank in 0..<ranks {
            let own = lanes.rows(of: rank, of: ranks)
            #expect(lanes.lanes(of: rank, of: ranks) == rank * lanes.count / ranks..<(rank + 1) * lanes.count / ranks)
            if own.isEmpty { continue }
            #expect(own.lowerBound == next)
            next = own.upperBound
        }
        #expect(next == c.rows)
    }

    @Test func epochsAndSeedsHaveOrdersOfTheirOwn() throws {
        let lanes = try Lanes(rows: 400, batch: 10)
        func first(seed: UInt64, epoch: Int) -> [Int32] {
            lanes.shares(of: 0, of: 1, seed: seed, epoch: epoch).batch(0, curvature: 1, step: 0).rows
        }
        let orders = [first(seed: 1, epoch: 0), first(seed: 1, epoch: 1), first(seed: 2, epoch: 0)]
        #expect(Set(orders).count == 3)
        #expect(first(seed: 1, epoch: 0) == orders[0])
        // A lane is not read in file order, and two lanes not in the same order.
        #expect(Set((0..<10).map { orders[0][$0] - Int32(40 * $0) }).count > 3)
    }

    @Test func aGroupStaysTogether() throws {
        let lanes = try Lanes(rows: 103, batch: 12, group: 3)
        for batch in 0..<lanes.batches {
            let (all, _, _) = rows(lanes, ranks: 1, epoch: 0, batch: batch)
            for v in 0..<lanes.count {
                #expect([0, 3].contains(all[0].count { lanes.lane(v).contains($0) }))
            }
        }
    }

    /// Of the lanes with rows in the batch, numbered j, products see those with ⌊(j+1)φ + s⌋ > ⌊jφ + s⌋.
    @Test(arguments: cases, [0.05, 0.25, 0.5, 0.7, 1.0])
    func curvatureLanesFollowTheRule(_ c: Case, φ: Double) throws {
        let lanes = try c.lanes
        for batch in 0..<lanes.batches {
            for step in [0, 1, 2, 17] {
                let (all, seen, shares) = rows(
                    lanes, ranks: 1, epoch: 1, batch: batch, curvature: φ, step: step)
                let taking = (0..<lanes.count).filter { v in all[0].contains { lanes.lane(v).contains($0) } }
                let shift = 0.618034 * Double(step), s = shift - shift.rounded(.down)
                var wanted = taking.indices.filter {
                    (Double($0 + 1) * φ + s).rounded(.down) > (Double($0) * φ + s).rounded(.down)
                }.map { taking[$0] }
                if wanted.isEmpty { wanted = [taking[step % taking.count]] }
                let got = taking.filter { v in seen[0].contains { lanes.lane(v).contains($0) } }
                #expect(got == wanted)
                #expect(
                    seen[0].sorted()
                        == all[0].filter { row in wanted.contains { lanes.lane($0).contains(row) } }.sorted())
                #expect(shares[0].curvatureSamples == seen[0].count)
            }
        }
    }

    /// Evenly over the ranks: no rank has more than φ of its lanes and one.
    @Test func curvatureLanesAreSpreadOverTheRanks() throws {
        let lanes = try Lanes(rows: 4000, batch: 400)
        for step in 0..<20 {
            let (_, seen, _) = rows(lanes, ranks: 4, epoch: 0, batch: 0, curvature: 0.25, step: step)
            #expect(seen.allSatisfy { (24...26).contains($0.count) })
        }
    }

    @Test func noProductsNoCurvatureRows() throws {
        let share = try Lanes(rows: 43, batch: 10).shares(of: 0, of: 1, seed: 1, epoch: 0)
            .batch(0, curvature: 0, step: 3)
        #expect(share.curvatureRows == 0 && share.curvatureSamples == 0 && share.rows.count == 10)
    }

    @Test func aBatchThatIsNoMultipleOfTheGroupIsRefused() {
        #expect(throws: ModelError.self) { try Lanes(rows: 100, batch: 30, group: 8) }
        do {
            _ = try Lanes(rows: 100, batch: 30, group: 8)
        } catch {
            #expect("\(error)".contains("24 or 32"))
        }
        #expect(throws: ModelError.self) { try Lanes(rows: 0, batch: nil) }
    }
}
