/// What Kronecker factors and solves in the space of samples see of the loaded batch.
extension ShardedObjective: ResidualBatch {
    package func observe(
        passes: Int = 1, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void
    ) {
        team.run { t in
            sums[t].observe(passes: passes, cotangent: { cotangent(t, $0, $1) }, each: { each(t, $0, $1) })
        }
    }

    /// Forward is run anew for a part of the groups.
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

    package func outputTangents(along v: Vector<S>, each: (_ rows: Range<Int>, _ tangents: Matrix<S>) -> Void) {
        self.v[0].set(v.base, transposes: false)
        team.run { t in sums[t].outputTangents(each: each) }
    }

    package func total(
        into result: MutableVector<S>, cotangent: (OutputBlock<S>) -> Void,
        add: (LayerObservation<S>, _ vector: MutableVector<S>) -> Void
    ) throws {
        threadSums.total(into: result.base) { t, vector in
            vector.update(repeating: 0, count: count)
            sums[t].observe(
                passes: 1, cotangent: { block, _ in cotangent(block) },
                each: { layer, _ in add(layer, MutableVector(vector, count: count)) })
        }
        try communicator.total(result.base, count: count)
    }

    package func row(at place: Int) -> Int { shard.range.lowerBound + Int(share.rows[place]) }
    /// They lie at the first places of its batch.
    package var observedRows: Int {
        precondition(share.curvatureRows == share.rows.count, "residuals are those of the whole batch")
        return share.rows.count
    }
}
