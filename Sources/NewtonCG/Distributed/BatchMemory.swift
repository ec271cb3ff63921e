/// How a rank works through its part of a batch within a fixed memory: the rows that products see are kept as far as
/// they fit, in whole blocks of whole groups; the rest are recomputed in every product. Known before anything is
/// allocated.
public struct BatchMemory: Equatable, Sendable {
    /// The most groups of samples of a rank in a batch, those that products see, and the most rows of one. Where no
    /// layer takes statistics of groups, every row may be a group.
    public struct Groups: Equatable, Sendable {
        public var count, curvature, rows: Int
        /// The most groups of a batch, the most of them that products see, and the most rows of one.
        public init(count: Int, curvature: Int, rows: Int) {
            (self.count, self.curvature, self.rows) = (count, curvature, rows)
        }
    }
    /// The most that a batch has.
    public let groups: Groups
    /// Which products are taken: with the exact Hessian's, Gauss–Newton's too.
    public let curvature: Curvature
    /// The most samples of a block.
    public let block: Int
    /// Groups that products see and whose linearisation is kept.
    public let keptGroups: Int
    let keptBlocks: Int
    /// The most rows of the rank that products see, and those whose linearisation is kept.
    public let curvatureRows, keptRows: Int
    /// Bytes of kept activations of all blocks, of the blocks' shared workspace, and of the batch's own copy.
    public let keptBytes, workspaceBytes: Int
    /// Bytes of kept activations of a sample.
    public let keptBytesPerSample: Int

    /// Blocks that are not kept go through one block's memory.
    let needsScratch: Bool

    /// - Parameters:
    ///   - rows: the most rows of the rank in a batch; `curvatureRows` of them are seen by products.
    ///   - groups: nil: every row is a group of its own.
    ///   - limit: bytes for kept activations.
    init<S: Scalar>(
        _ network: Network<S>, for curvature: Curvature, rows: Int, curvatureRows: Int, groups: Groups? = nil,
        limit: Int
    ) throws {
        let groups = groups ?? Groups(count: rows, curvature: curvatureRows, rows: 1), size = groups.rows
        func plan(_ most: Int) -> MemoryPlan {
            MemoryPlan(network, for: curvature, block: most * size, groupRows: size)
        }
        func bytes(_ plan: MemoryPlan) -> Int { plan.perBlock * MemoryLayout<S>.stride }
        func needed(_ most: Int) -> Int { bytes(plan(most)) * (groups.count > most ? 2 : 1) }
        // Groups of a block.
        var most = MemoryPlan.blockSize(network, groupRows: size) / size
        most = min(most, size == 1 ? max(8, (rows + 7) / 8 * 8) : max(1, groups.count))
        while needed(most) > limit, most > 1 { most = (most + 1) / 2 }
        guard needed(most) <= limit else {
            let unit = size == 1 ? "one sample" : "one group of \(size) samples"
            throw ModelError(
                "'memory' is too small: \(readable(needed(1))) are needed to keep the activations of \(unit) and to "
                    + "recompute another's, \(readable(limit)) are allowed", key: "memory")
        }
        let plan = plan(most), perBlock = bytes(plan)
        let blocks = (groups.curvature + most - 1) / most, fitting = max(1, limit / max(1, perBlock))
        needsScratch = blocks > fitting || groups.count > groups.curvature
        let kept = min(blocks, needsScratch ? fitting - 1 : fitting)
        (self.groups, self.curvature, block, keptBlocks) = (groups, curvature, plan.block, kept)
        self.curvatureRows = curvatureRows
        keptGroups = min(kept * most, groups.curvature)
        keptRows = keptGroups == groups.curvature ? curvatureRows : keptGroups * size
        keptBytes = (kept + (needsScratch ? 1 : 0)) * perBlock
        keptBytesPerSample = perBlock / block
        workspaceBytes =
            max(plan.shared, Evaluation.plan(network, block: block, groupRows: size).shared) * MemoryLayout<S>.stride
    }
}

/// "12.3 MiB", for messages.
func readable(_ bytes: Int) -> String {
    if bytes < 1024 { return "\(bytes) bytes" }
    var value = Double(bytes) / 1024, units = ["KiB", "MiB", "GiB"][...]
    while value >= 1024, units.count > 1 { (value, units) = (value / 1024, units.dropFirst()) }
    return "\((value * 10).rounded() / 10) \(units.first!)"
}

extension BatchMemory: CustomStringConvertible {
    public var description: String {
        if curvatureRows == 0 {
            return "no products, so that nothing is kept (a block takes \(readable(keptBytes))), blocks of \(block), "
                + "workspace \(readable(workspaceBytes))"
        }
        let kept =
            keptRows == curvatureRows
            ? "all \(curvatureRows) samples of a product kept"
            : "\(keptRows) of \(curvatureRows) samples of a product kept, \(curvatureRows - keptRows) recomputed"
        let grouped = groups.rows == 1 ? "" : " in groups of \(groups.rows)"
        return "\(kept) (\(keptBytesPerSample) bytes a sample, \(readable(keptBytes))), blocks of \(block)\(grouped), "
            + "workspace \(readable(workspaceBytes))"
    }
}
