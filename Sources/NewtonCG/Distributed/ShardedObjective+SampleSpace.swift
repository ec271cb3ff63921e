extension ShardedObjective {
    public func minimiseInSampleSpace(
        around center: UnsafePointer<S>?, damping: Double, into d: UnsafeMutablePointer<S>
    ) throws -> Double {
        guard let space = sampleSpace else {
            preconditionFailure("the objective was made without room for sample-space solves")
        }
        precondition(share.curvatureRows == share.rows.count, "a sample-space solve takes the whole batch")
        let outer = Phase.gram.begin()
        defer { outer.end() }
        try space.begin(ownSamples: share.rows.count)
        observe(
            passes: space.plan.outputs, cotangent: { _, block, column in space.setCotangent(block, column) },
            each: { _, layer, column in space.take(layer, column) })
        if let center {
            v[0].set(center, transposes: false)
            team.run { t in
                sums[t].outputTangents { rows, tangent in space.setRightSide(rows, tangent: tangent.base) }
            }
        } else {
            space.setRightSide(0..<share.rows.count, tangent: nil)
        }
        try space.gather()
        space.clear()
        team.run { t in space.addTiles(thread: t) }
        let used = try space.solve(damping: damping)
        guard used.isFinite else { return used }

        threadSums.total(into: d) { t, vector in
            vector.update(repeating: 0, count: count)
            sums[t].observe(
                passes: 1, cotangent: { block, _ in space.setSolution(block) },
                each: { layer, _ in space.pullBack(layer, into: vector) })
        }
        try communicator.total(d, count: count)
        if let center { S.xpby(count, center, -1, d) } else { S.scale(count, -1, d, d) }
        return used
    }
}
