/// One batch order for any number of ranks.
///
/// The rows of the training part are dealt to V lanes, lane v the contiguous block ⌊vN/V⌋ … ⌊(v+1)N/V⌋ − 1. Each lane
/// is permuted per (seed, epoch, v), and batch b takes rows bg … (b+1)g − 1 of every lane's permutation. Rank r of K
/// owns lanes ⌊rV/K⌋ … ⌊(r+1)V/K⌋ − 1, hence one contiguous run of rows: the batches are the same on any number of
/// ranks.
public struct Lanes: Equatable, Sendable {
    /// Rows of the training part.
    public let rows: Int
    /// V.
    public let count: Int
    /// g: samples of a lane that stay together.
    public let group: Int
    /// Every batch is the whole training part.
    public let isFull: Bool

    /// - Parameter batch: samples of a global batch; nil, or as many as there are rows: all of them.
    public init(rows: Int, batch: Int?, group: Int = 1) throws {
        guard rows > 0 else { throw ModelError("the training part has no rows") }
        (self.rows, self.group) = (rows, group)
        if let batch, batch < rows {
            guard batch % group == 0 else {
                let below = batch / group * group
                throw ModelError(
                    "a batch of \(batch) is no multiple of the group of \(group): take "
                        + (below > 0 ? "\(below) or " : "") + "\(below + group)", key: "batch")
            }
            (count, isFull) = (batch / group, false)
        } else {
            (count, isFull) = (max(1, rows / group), true)
        }
    }

    /// Samples of a whole batch.
    public var batchRows: Int { isFull ? rows : count * group }

    /// The most samples that stay together: a lane of a full batch has up to 2g − 1 of them.
    public var largestGroup: Int { isFull ? (rows + count - 1) / count : group }

    /// The rows of a lane.
    public func lane(_ v: Int) -> Range<Int> { v * rows / count..<(v + 1) * rows / count }

    /// The lanes of a rank.
    public func lanes(of rank: Int, of ranks: Int) -> Range<Int> {
        rank * count / ranks..<(rank + 1) * count / ranks
    }

    /// The rows of a rank: one contiguous run.
    public func rows(of rank: Int, of ranks: Int) -> Range<Int> {
        let own = lanes(of: rank, of: ranks)
        return own.isEmpty ? 0..<0 : lane(own.lowerBound).lowerBound..<lane(own.upperBound - 1).upperBound
    }

    /// Samples that a batch takes of a lane.
    private func share(of v: Int, in batch: Int) -> Int {
        isFull ? lane(v).count : lane(v).count / group > batch ? group : 0
    }

    /// Samples of batch b over all lanes.
    public func samples(in batch: Int) -> Int {
        isFull ? rows : (0..<count).reduce(0) { $0 + share(of: $1, in: batch) }
    }

    /// Batches of an epoch. A last one of fewer than half a batch's rows sits out.
    public var batches: Int {
        if isFull { return 1 }
        let whole = rows / count / group, rest = samples(in: whole)
        return rest > 0 && rest * 2 >= count * group ? whole + 1 : max(1, whole)
    }

    /// The order of a lane's rows in an epoch, as offsets into the lane.
    private func order(of v: Int, seed: UInt64, epoch: Int) -> [Int32] {
        permutation(count: lane(v).count, seed: seed, stream: RandomPurpose.batchOrder.stream(UInt64(epoch), UInt64(v)))
    }

    /// What a rank takes of each batch of an epoch: made once an epoch.
    public func shares(of rank: Int, of ranks: Int, seed: UInt64, epoch: Int) -> EpochShares {
        let own = lanes(of: rank, of: ranks), first = rows(of: rank, of: ranks).lowerBound
        // A full batch takes the rows as they lie.
        let orders = isFull ? [] : own.map { order(of: $0, seed: seed, epoch: epoch) }
        return EpochShares(lanes: self, own: own, first: first, orders: orders)
    }
}

/// A rank's shares of the batches of one epoch.
public struct EpochShares: Sendable {
    fileprivate let lanes: Lanes
    fileprivate let own: Range<Int>
    /// The rank's first row.
    fileprivate let first: Int
    /// By own lane; none for full batches.
    fileprivate let orders: [[Int32]]

    /// The rank's rows of a batch, those that curvature products see first.
    ///
    /// Of the lanes with rows in the batch, numbered j = 0 … V′ − 1, products see those with
    /// ⌊(j+1)φ + s⌋ > ⌊jφ + s⌋, s = frac(0.618034 · step), or j = step mod V′ where there is none: they are evenly
    /// spread over the ranks.
    public func batch(_ b: Int, curvature φ: Double, step: Int) -> BatchShare {
        var share = BatchShare(isWhole: lanes.isFull), others: [Int32] = [], otherGroups: [Int] = []
        var otherNumbers: [Int32] = []
        let taking = (0..<lanes.count).filter { size($0, b) > 0 }
        let s = (0.618034 * Double(step)).truncatingRemainder(dividingBy: 1)
        func isSeen(_ j: Int) -> Bool { (Double(j + 1) * φ + s).rounded(.down) > (Double(j) * φ + s).rounded(.down) }
        let none = φ > 0 && φ < 1 && !taking.indices.contains(where: isSeen)
        for (j, v) in taking.enumerated() {
            let size = size(v, b)
            let seen = φ >= 1 || (none ? j == step % taking.count : φ > 0 && isSeen(j))
            share.samples += size
            if seen { share.curvatureSamples += size }
            guard own.contains(v) else { continue }
            if seen { share.groupNumbers.append(Int32(j)) } else { otherNumbers.append(Int32(j)) }
            if lanes.group > 1 { if seen { share.groupRows.append(size) } else { otherGroups.append(size) } }
            let start = Int32(lanes.lane(v).lowerBound - first)
            for i in 0..<size {
                let row = start + (lanes.isFull ? Int32(i) : orders[v - own.lowerBound][b * lanes.group + i])
                if seen { share.rows.append(row) } else { others.append(row) }
            }
        }
        share.curvatureRows = share.rows.count
        share.rows += others
        share.groupRows += otherGroups
        share.groupNumbers += otherNumbers
        share.groupsOfAll = taking.count
        return share
    }

    private func size(_ v: Int, _ b: Int) -> Int {
        lanes.isFull ? lanes.lane(v).count : lanes.lane(v).count / lanes.group > b ? lanes.group : 0
    }
}

/// A rank's part of one batch, and the batch's global counts.
public struct BatchShare: Equatable, Sendable {
    /// Rows, counted from the rank's first; those that products see first.
    public var rows: [Int32] = []
    /// How many of the rows products see: the first ones.
    public var curvatureRows = 0
    /// Over all ranks.
    public var samples = 0, curvatureSamples = 0
    /// Groups over all ranks, and the rank's own ones among them by their number, in the order of the rows; none, where
    /// this rank has all of them.
    var groupsOfAll = 0
    var groupNumbers: [Int32] = []
    /// How many rows each group has, in the order of the rows; empty where every row is a group of its own.
    public var groupRows: [Int] = []
    /// The batch is the whole training part.
    public var isWhole = false

    /// See the properties of the same names.
    public init(
        rows: [Int32] = [], curvatureRows: Int = 0, samples: Int = 0, curvatureSamples: Int = 0, groupRows: [Int] = [],
        isWhole: Bool = false
    ) {
        (self.rows, self.curvatureRows, self.groupRows, self.isWhole) = (rows, curvatureRows, groupRows, isWhole)
        (self.samples, self.curvatureSamples) = (samples, curvatureSamples)
    }

    var groups: RowGroups { groupRows.isEmpty ? RowGroups(rows: rows.count) : RowGroups(sizes: groupRows) }
    /// Whether a group is the `turn`-th of every `every`, or of all if they are fewer.
    func isSampled(_ group: Int, every: Int, turn: Int) -> Bool {
        let own = !groupNumbers.isEmpty
        let number = own ? Int(groupNumbers[group]) : group
        let period = max(1, min(every, own ? groupsOfAll : groups.count))
        return number % period == turn % period
    }
    /// The groups that products see: the first ones.
    var curvatureGroups: Int {
        guard !groupRows.isEmpty else { return curvatureRows }
        var left = curvatureRows
        return groupRows.prefix { rows in
            left -= rows; return left >= 0
        }.count
    }
}
