import MPI

/// The Kronecker-factored approximation of a network's curvature, as a preconditioner (Martens and Grosse 2015; Grosse
/// and Martens 2016 for convolutions):
///
///     M⁻¹V = (A + πγ·1)⁻¹ V (G + γ/π·1)⁻¹,   a layer's V: its weight, and its bias as the last row
///
/// Rows of V are dealt over the ranks and their threads, so that each has a contiguous part of the flat vector, and
/// the results are gathered: every rank has the same bits. A layer without factors is preconditioned by its diagonal.
/// Before there are inverses M is 1.
public final class KroneckerPreconditioner<S: Scalar & MPIDatatype>: Preconditioner {
    private let batch: any ObservedBatch<S>
    private let count: Int
    private let team: ThreadTeam
    private let communicator: Communicator
    private let settings: KroneckerSettings
    private let layout: KroneckerLayout
    private let factors: KroneckerFactors<S>
    private let inverses: KroneckerInverses<S>
    /// λ of the penalty ½λ‖w‖².
    private let penalty: Double
    /// How often it was renewed.
    private var steps = 0
    private var hasInverses = false
    /// Of this step: whether there were inverses before it, and whether factors were updated.
    private var hadInverses = false, hasUpdated = false

    /// Rows of a block, or values of a diagonal.
    private struct Piece {
        let block: Int
        let rows: Range<Int>
    }
    /// By thread of this rank, and memory of its products.
    private let pieces: [[Piece]]
    private let products: [Buffer<S>]
    private let bounds: PartBounds
    /// This rank's, of one application.
    private let operations: Int

    /// What it holds and how much memory that takes.
    public var memory: String? {
        let bytes = factors.bytes + inverses.bytes + products.reduce(0) { $0 + $1.count } * MemoryLayout<S>.stride
        let largest = layout.factors.filter { !$0.isDiagonal }.map(\.order).max() ?? 0
        return "\(layout.factors.count) Kronecker factors of orders up to \(largest) with their inverses, "
            + readable(bytes)
    }

    /// - Throws: a `ModelError` where the penalties are not the same for all parameters.
    package init(_ batch: any ObservedBatch<S>, _ settings: KroneckerSettings) throws {
        (self.batch, self.settings) = (batch, settings)
        penalty = try batch.penalties.uniform(over: batch.network.parameterCount, for: "'preconditioner: kronecker'")
        let layout = KroneckerLayout(batch.network), communicator = batch.communicator, team = batch.team
        (count, self.communicator, self.team) = (batch.network.parameterCount, communicator, team)
        self.layout = layout
        factors = KroneckerFactors(
            layout, settings, block: batch.memory.block, outputs: batch.network.outputShapes,
            threads: team.count)
        inverses = KroneckerInverses(layout, team: team, communicator: communicator)
        let all = Self.deal(layout, over: communicator.size * team.count)
        let starts = all.map { pieces in pieces.first.map { Self.start(of: $0, layout) } }
        // A worker without rows begins where the next one does.
        var next = count, bounds = [next]
        for start in starts.reversed() {
            next = start ?? next
            bounds.append(next)
        }
        bounds.reverse()
        self.bounds = PartBounds((0...communicator.size).map { bounds[$0 * team.count] })
        pieces = Array(all[communicator.rank * team.count..<(communicator.rank + 1) * team.count])
        operations = pieces.joined().reduce(0) {
            $0 + 2 * $1.rows.count * Self.cost(of: layout.blocks[$1.block], layout).cost
        }
        products = pieces.map { pieces in
            Buffer(count: pieces.map { Self.width(layout.blocks[$0.block], layout) * $0.rows.count }.max() ?? 0)
        }
    }

    /// Values of a row.
    private static func width(_ block: KroneckerLayout.Block, _ layout: KroneckerLayout) -> Int {
        if case .kronecker(_, let output, _) = block.kind { layout.factors[output].order } else { 1 }
    }

    private static func start(of piece: Piece, _ layout: KroneckerLayout) -> Int {
        layout.blocks[piece.block].offset + piece.rows.lowerBound * width(layout.blocks[piece.block], layout)
    }

    /// Rows, and the multiplications of one.
    private static func cost(of block: KroneckerLayout.Block, _ layout: KroneckerLayout) -> (rows: Int, cost: Int) {
        guard case .kronecker(let input, let output, _) = block.kind else { return (block.count, 1) }
        let a = layout.factors[input], g = layout.factors[output].order
        return (a.order, g * ((a.isDiagonal ? 1 : a.order) + g))
    }

    /// Cuts the rows of all blocks, one after the other, into runs of the same cost.
    private static func deal(_ layout: KroneckerLayout, over workers: Int) -> [[Piece]] {
        let costs = layout.blocks.map { cost(of: $0, layout) }
        let total = costs.reduce(0) { $0 + $1.rows * $1.cost }
        var pieces = [[Piece]](repeating: [], count: workers), done = 0
        for (block, (rows, cost)) in costs.enumerated() {
            // A row belongs to the worker in whose share it begins.
            var first = 0
            while first < rows {
                let worker = (done + first * cost) * workers / total
                let end = ((worker + 1) * total + workers - 1) / workers - done
                let last = min(rows, max(first + 1, (end + cost - 1) / cost))
                pieces[worker].append(Piece(block: block, rows: first..<last))
                first = last
            }
            done += rows * cost
        }
        return pieces
    }

    /// Takes in the batch at its kept point, for solves with B + λI; samples are drawn by the run's step and the seed.
    /// Returns a sentence where something was not as usual.
    public func renew(damping: Double, step: Int, seed: UInt64) throws -> String? {
        defer { steps += 1 }
        var remarks: [String] = []
        (hadInverses, hasUpdated) = (hasInverses, false)
        if steps % settings.updateEvery == 0 {
            hasUpdated = try factors.update(batch, step: step, seed: seed)
            if !hasUpdated { remarks.append("the curvature factors of this batch are not finite and are left out") }
        }
        let every = steps < 20 ? min(4, settings.invertEvery) : settings.invertEvery
        if factors.decayed < 1, steps % every == 0 || !hasInverses {
            let γ = settings.dampingFactor * (damping + penalty).squareRoot()
            for (name, raises) in try inverses.renew(factors, γ: γ) {
                remarks.append("a curvature factor of '\(name)' needed 10^\(raises) times the damping")
            }
            hasInverses = true
        }
        return remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    }

    /// Makes the last `renew` undone, but for inverses: those that it made, it will make again.
    public func takeBack() {
        steps -= 1
        hasInverses = hadInverses
        if hasUpdated { factors.takeBack() }
    }

    public func apply(_ r: Vector<S>, into z: MutableVector<S>) throws -> Double {
        precondition(r.count == count && z.count == count, "whole vectors of the parameters")
        guard hasInverses else {
            z.update(from: r)
            return S.Kernels.dot(count: count, r.base, z.base)
        }
        team.run { t in
            for piece in pieces[t] { apply(piece, r.base, into: z.base, products[t].base) }
        }
        Phase.count(operations: operations)
        try communicator.gatherTotal(z.base, bounds)
        return S.Kernels.dot(count: count, r.base, z.base)
    }

    private func apply(
        _ piece: Piece, _ r: UnsafePointer<S>, into z: UnsafeMutablePointer<S>, _ product: UnsafeMutablePointer<S>
    ) {
        let block = layout.blocks[piece.block], rows = piece.rows
        guard case .kronecker(let input, let output, _) = block.kind else {
            let start = block.offset + rows.lowerBound
            _ = S.Kernels.multiplyDot(
                count: rows.count, inverses.inverse.base + block.square + rows.lowerBound, r + start, z + start)
            return
        }
        let outer = Work.gemm.begin()
        defer { outer.end() }
        let a = layout.factors[input], g = layout.factors[output].order, inverse = inverses.inverse.base + a.square
        if a.isDiagonal {
            S.Kernels.scaleRows(
                rows: rows.count, columns: g, r + block.offset + rows.lowerBound * g, by: inverse + rows.lowerBound,
                to: product)
        } else {
            S.Kernels.gemm(
                m: rows.count, n: g, k: a.order, a: inverse + rows.lowerBound * a.order, rowStride: a.order,
                columnStride: 1, b: r + block.offset, rowStride: g, columnStride: 1, bias: nil, adds: 0, c: product,
                rowStride: g)
        }
        S.Kernels.gemm(
            m: rows.count, n: g, k: g, a: product, rowStride: g, columnStride: 1, b: inverses.right[piece.block]!.base,
            rowStride: 0, columnStride: 0, bias: nil, adds: 0,
            c: z + block.offset + rows.lowerBound * g, rowStride: g)
    }

    /// Adds factors and their age to an optimizer's state.
    public func write(to state: inout OptimizerState<S>) {
        state.numbers["kronecker_steps"] = Double(steps)
        state.numbers["kronecker_decayed"] = factors.decayed
        state.write("kronecker_factors", factors.average)
        state.numbers["kronecker_has_inverses"] = hasInverses ? 1 : 0
        if hasInverses { state.vectors["kronecker_inverses"] = inverses.values }
    }

    public func restore(_ state: OptimizerState<S>) throws {
        steps = try state.count("kronecker_steps")
        factors.decayed = try state.number("kronecker_decayed")
        try state.read("kronecker_factors", into: factors.average)
        hasInverses = try state.number("kronecker_has_inverses") == 1
        guard hasInverses else { return }
        let values = Buffer<S>(count: layout.packedCount)
        try state.read("kronecker_inverses", into: values)
        inverses.restore(values.base)
    }
}
