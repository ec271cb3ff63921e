/// Running statistics of a batch's groups.
extension ShardedObjective {
    /// Sums the statistics of a linearisation over threads and ranks, and the groups that they are of.
    func reduceStatistics() throws {
        statistics.base.update(repeating: 0, count: statistics.count)
        for sums in sums {
            for i in 0..<network.stateCount { statistics.base[i] += sums.statistics.base[i] }
        }
        statistics.base[network.stateCount] = Double(share.groups.count)
        try communicator.total(statistics.base, count: statistics.count)
    }

    /// The statistics of the last linearisation become those that are followed.
    public func accept() { accepted.base.update(from: statistics.base, count: statistics.count) }

    /// Moves running statistics by those of the last point that was accepted: running ← (1 − momentum) · running + momentum ·
    /// the mean over the batch's groups, of all ranks.
    public func follow(_ state: MutableVector<S>) {
        let groups = accepted.base[network.stateCount]
        for (_, statistic, range, isFrozen) in network.state where !isFrozen {
            for i in range {
                let mean = accepted.base[i] / groups
                state[i] = S((1 - statistic.momentum) * Double(state[i]) + statistic.momentum * mean)
            }
        }
    }
}
