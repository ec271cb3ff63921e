/// What Kronecker factors and solves in the space of samples see of the loaded batch.
extension ShardedObjective: ObservedBatch {
    /// Shows layers' inputs and cotangents at the kept point, over this rank's rows that products see; see
    /// `Linearisation.observe`. Each thread goes through its own blocks: the closures get the thread, and rows by
    /// their place in the batch (`row(at:)`). No rank waits for another.
    package func observe(
        passes: Int = 1, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void
    ) {
        team.run { t in
            sums[t].observe(passes: passes, cotangent: { cotangent(t, $0, $1) }, each: { each(t, $0, $1) })
        }
    }

    /// The same of one in `every` groups of samples of the whole batch (each sample, where no layer takes statistics of
    /// groups): those whose number among all ranks' is `turn` modulo `every`. Forward is run anew for them.
    package func observe(
        every: Int, turn: Int, passes: Int = 1, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void
    ) {
        if every == 1, share.curvatureSamples == share.samples {
            return observe(passes: passes, cotangent: cotangent, each: each)
        }
        if subsamples.isEmpty { subsamples = sums.map { $0.makeSubsample(like: shard) } }
        team.run { t in
            sums[t].observe(
                { share.isSampled($0, every: every, turn: turn) }, passes: passes, through: subsamples[t],
                cotangent: { cotangent(t, $0, $1) }, each: { each(t, $0, $1) })
        }
    }

    /// The row of the training part that lies at this place of the rank's batch: the same sample on any number of ranks.
    package func row(at place: Int) -> Int { shard.range.lowerBound + Int(share.rows[place]) }
    /// The rank's rows that products see: they lie at the first places of its batch.
    package var observedRows: Int { share.curvatureRows }
    package var threads: Int { team.count }
}
