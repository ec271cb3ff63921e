import MPI

/// The objective of a problem for an optimizer with these needs, on this rank; its memory is its own.
func makeObjective<S: TrainingScalar>(
    _ trained: TrainedPart<S>, _ loss: any Loss<S>, _ shard: Shard<S>, _ lanes: Lanes,
    _ configuration: Configuration, _ needs: ObjectiveNeeds, _ communicator: Communicator
) throws -> ShardedObjective<S> {
    let fraction = needs.curvatureBatch
    let own = lanes.lanes(of: communicator.rank, of: communicator.size)
    let most = lanes.isFull ? shard.count : own.count * lanes.group
    // The most groups that products see: lanes are spread evenly, to within one.
    let seen =
        fraction >= 1
        ? own.count : fraction <= 0 ? 0 : min(own.count, Int((Double(own.count) * fraction).rounded(.up)) + 1)
    let groups = BatchMemory.Groups(count: own.count, curvature: seen, rows: lanes.largestGroup)
    do {
        let objective = try ShardedObjective(
            trained.network, loss: loss, penalties: .l2(configuration.l2, over: trained.whole.parameterCount),
            shard: shard,
            batchRows: most, curvatureRows: min(most, seen * lanes.largestGroup), curvature: needs.curvature,
            groups: groups,
            limit: configuration.memory, directions: needs.directions,
            samples: lanes.batchRows, threads: configuration.threads,
            dividesVectors: needs.dividesVectors, frozen: trained.frozen,
            reduction: configuration.reduction, communicator: communicator)
        // What the optimizer will make on it, known to fit before the run.
        if needs.sampleSpace { try checkSampleSpace(of: objective) }
        return objective
    } catch let error as ModelError {
        throw configuration.located(error)
    }
}
