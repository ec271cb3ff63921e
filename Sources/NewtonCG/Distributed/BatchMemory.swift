/// How a rank works through its part of a batch within a fixed memory: the rows that products see are kept as far as
/// they fit, in whole blocks; the rest are recomputed in every product. Known before anything is allocated.
public struct BatchMemory: Equatable, Sendable {
    /// Samples of a block.
    public let block: Int
    /// The most rows of the rank that products see, and those whose linearisation is kept.
    public let curvatureRows, keptRows: Int
    /// Bytes of kept activations of all blocks, of the blocks' shared workspace, and of the batch's own copy.
    public let keptBytes, workspaceBytes: Int
    public let keptBytesPerSample: Int

    /// Blocks that are not kept go through one block's memory.
    var needsScratch: Bool

    /// - Parameters:
    ///   - rows: the most rows of the rank in a batch; `curvatureRows` of them are seen by products.
    ///   - limit: bytes for kept activations.
    init<S: Scalar>(_ network: Network<S>, rows: Int, curvatureRows: Int, limit: Int) throws {
        var block = min(MemoryPlan.blockSize(network), max(8, (rows + 7) / 8 * 8))
        func bytes(_ plan: MemoryPlan) -> Int { plan.perBlock * MemoryLayout<S>.stride }
        func needed(_ block: Int) -> Int { bytes(MemoryPlan(network, block: block)) * (rows > block ? 2 : 1) }
        while needed(block) > limit, block > 1 { block = (block + 1) / 2 }
        guard needed(block) <= limit else {
            throw ModelError(
                "'memory' is too small: \(readable(needed(1))) are needed to keep the activations of one sample and to "
                    + "recompute another's, \(readable(limit)) are allowed", key: "memory")
        }
        let plan = MemoryPlan(network, block: block), perBlock = bytes(plan)
        let blocks = (curvatureRows + block - 1) / block, fitting = max(1, limit / max(1, perBlock))
        needsScratch = blocks > fitting || rows > curvatureRows
        let kept = min(blocks, needsScratch ? fitting - 1 : fitting)
        self.block = block
        self.curvatureRows = curvatureRows
        keptRows = min(kept * block, curvatureRows)
        keptBytes = (kept + (needsScratch ? 1 : 0)) * perBlock
        keptBytesPerSample = perBlock / block
        workspaceBytes = max(plan.shared, Evaluation.plan(network, block: block).shared) * MemoryLayout<S>.stride
    }
}

/// "12.3 MiB", for messages.
private func readable(_ bytes: Int) -> String {
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
        return "\(kept) (\(keptBytesPerSample) bytes a sample, \(readable(keptBytes))), blocks of \(block), "
            + "workspace \(readable(workspaceBytes))"
    }
}
