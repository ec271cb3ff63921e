import MPI

/// Throws a `ModelError` where an objective has no space of residuals, or where it does not fit into memory.
func checkSampleSpace<S: Scalar & MPIDatatype>(of batch: any ResidualBatch<S>) throws {
    _ = try SampleSpacePlan(of: batch)
}

/// The space of a batch's residuals: with J̃ = RᵀJ, RRᵀ = ∇²ℓ sample by sample, and R·r̃ = ∇ℓ, the batch's gradient is
/// J̃ᵀr̃/n and its Gauss–Newton matrix J̃ᵀJ̃/n. Here are the Gram matrix K = J̃J̃ᵀ and the solve with it.
///
/// A dense layer's part of K is (X·Xᵀ + 1) ∘ (G·Gᵀ) of its inputs X and cotangents G, so that its part of J̃ is never
/// made; other layers' rows of J̃ are, one sample at a time. Row a of sample i is `i·outputs + a`. All ranks get all
/// samples' parts; the tiles of K's lower triangle are dealt to ranks and threads, and added up.
package final class SampleSpace<S: Scalar & MPIDatatype> {
    let plan: SampleSpacePlan<S>
    private let batch: any ResidualBatch<S>
    private let network: Network<S>, communicator: Communicator, threads: Int
    /// All ranks' samples, one after another: inputs; for each output cotangents and rows.
    private let inputs, cotangents, rows: Buffer<S>
    /// Of this rank's samples: R, a row for each of its columns; r̃; a solution.
    private let roots, residual, own: Buffer<S>
    /// The unit vectors that R's columns are had with: a block of rows for each output.
    private let units: Buffer<S>
    private let block: Int
    private let gram, factor, rightSide: Buffer<Double>
    /// By thread.
    private let tiles: Buffer<S>
    /// By node: the cotangents of inputs that nobody wants.
    private let unwanted: [[Target<S>]]
    /// By rank: samples of the loaded batch, and room for multiples of these.
    private let counts, scaled: Buffer<Int>
    /// The place of this rank's first sample, and all samples.
    private var first = 0, samples = 0

    private var k: Int { plan.outputs }

    /// - Throws: a `ModelError` where loss or model has no such space, or where it does not fit.
    package init(_ batch: any ResidualBatch<S>) throws {
        let plan = try SampleSpacePlan(of: batch), network = batch.network
        (self.plan, self.batch, self.network, communicator) = (plan, batch, network, batch.communicator)
        (block, threads) = (batch.memory.block, batch.team.count)
        let n = plan.samples, k = plan.outputs
        inputs = Buffer(count: n * plan.inputWidth)
        cotangents = Buffer(count: n * k * plan.cotangentWidth)
        rows = Buffer(count: n * k * plan.rowWidth)
        roots = Buffer(count: plan.ownSamples * k * k)
        (residual, own) = (Buffer(count: plan.ownSamples * k), Buffer(count: plan.ownSamples * k))
        units = Buffer(count: k * block * k)
        for a in 0..<k { for row in 0..<block { units.base[(a * block + row) * k + a] = 1 } }
        (gram, factor, rightSide) = (
            Buffer(count: n * k * n * k), Buffer(count: n * k * n * k), Buffer(count: n * k)
        )
        tiles = Buffer(count: threads * plan.tile * plan.tile * (1 + k * k))
        unwanted = network.nodes.map { $0.inputs.map { _ in .absent } }
        (counts, scaled) = (Buffer(count: communicator.size), Buffer(count: communicator.size))
    }

    /// d ← the minimiser over the loaded batch of the damped Gauss–Newton model around a center (0 where it is nil),
    ///
    ///     gᵀd + ½dᵀGd + ½damping·‖d − center‖² = ‖J̃d + r̃‖²/2n + ½damping·‖d − center‖² + constant,
    ///
    /// without penalties. Returns the damping that was used: larger where the matrix would not have been positive
    /// definite; NaN where it is not finite.
    package func minimise(around center: Vector<S>?, damping: Double, into d: MutableVector<S>) throws -> Double {
        let outer = Phase.gram.begin()
        defer { outer.end() }
        let own = batch.observedRows
        try begin(ownSamples: own)
        batch.observe(
            passes: k, cotangent: { _, block, column in setCotangent(block, column) },
            each: { _, layer, column in take(layer, column) })
        if let center {
            batch.outputTangents(along: center) { rows, tangent in setRightSide(rows, tangent: tangent.base) }
        } else {
            setRightSide(0..<own, tangent: nil)
        }
        try gather()
        clear()
        batch.team.run { t in addTiles(thread: t) }
        let used = try solve(damping: damping)
        guard used.isFinite else { return used }
        try batch.total(
            into: d, cotangent: { setSolution($0) }, add: { layer, vector in pullBack(layer, into: vector.base) })
        if let center {
            S.Kernels.xpby(count: d.count, center.base, -1, d.base)
        } else {
            S.Kernels.scale(count: d.count, -1, d.base, d.base)
        }
        return used
    }

    /// Begins with a batch of which this rank has so many samples.
    private func begin(ownSamples: Int) throws {
        counts.base.update(repeating: 0, count: counts.count)
        counts.base[communicator.rank] = ownSamples
        try communicator.total(counts.base, count: counts.count)
        (first, samples) = (0, 0)
        for rank in 0..<counts.count {
            if rank < communicator.rank { first += counts.base[rank] }
            samples += counts.base[rank]
        }
        precondition(samples <= plan.samples && ownSamples <= plan.ownSamples, "the batch is as large as was planned")
    }

    /// Sets a block's cotangents to R's column of this number, and keeps it; with the first, r̃ too.
    private func setCotangent(_ block: OutputBlock<S>, _ column: Int) {
        let rows = block.rows, cotangent = block.cotangent.base!
        if column == 0 {
            block.setWhiteResidual()
            (residual.base + rows.lowerBound * k).update(from: cotangent, count: rows.count * k)
        }
        cotangent.update(from: units.base + column * self.block * k, count: rows.count * k)
        block.multiplyByCurvatureRoot()
        S.Kernels.copyRows(
            rows: rows.count, columns: k, from: cotangent, rowStride: k, adds: 0,
            to: roots.base + (rows.lowerBound * k + column) * k, rowStride: k * k)
    }

    /// Keeps a layer's part of these rows of J̃.
    private func take(_ layer: LayerObservation<S>, _ column: Int) {
        let count = layer.rows.count, place = first + layer.rows.lowerBound
        switch plan.forms[layer.node]! {
        case .affine(let input, let width, let cotangent, let outputs, _):
            if column == 0 {
                S.Kernels.copyRows(
                    rows: count, columns: width, from: layer.point.x.base, rowStride: width, adds: 0,
                    to: inputs.base + place * plan.inputWidth + input,
                    rowStride: plan.inputWidth)
            }
            S.Kernels.copyRows(
                rows: count, columns: outputs, from: layer.gy.base, rowStride: outputs, adds: 0,
                to: cotangents.base + (place * k + column) * plan.cotangentWidth + cotangent,
                rowStride: k * plan.cotangentWidth)
        case .rows(let offset, _):
            for i in 0..<count {
                let row = rows.base + ((place + i) * k + column) * plan.rowWidth + offset
                layer.layer.backward(
                    at: layer.point.part(
                        i..<i + 1, group: i, slots: layer.layer.slots, rowsOfSample: layer.gy.rows / count),
                    gy: layer.gy.part(i..<i + 1, of: count), gx: unwanted[layer.node],
                    gw: ParameterTargets(base: row, adds: false))
            }
        }
    }

    /// The right-hand side of some of the rank's samples: r̃, or with J·c also J̃c.
    private func setRightSide(_ range: Range<Int>, tangent: UnsafePointer<S>?) {
        S.Kernels.rowProducts(
            rows: range.count, columns: k, r: roots.base + range.lowerBound * k * k, u: tangent,
            b: residual.base + range.lowerBound * k,
            to: rightSide.base + (first + range.lowerBound) * k)
    }

    /// Gives all ranks the parts of all.
    private func gather() throws {
        guard communicator.size > 1 else { return }
        func gather<T: MPIDatatype>(_ values: UnsafeMutablePointer<T>, width: Int) throws {
            guard width > 0 else { return }
            for rank in 0..<counts.count { scaled.base[rank] = counts.base[rank] * width }
            try communicator.reducing(bytes: samples * width * MemoryLayout<T>.stride) {
                try communicator.allgather(values, counts: UnsafeBufferPointer(start: scaled.base, count: scaled.count))
            }
        }
        try communicator.waitForAll()
        try gather(inputs.base, width: plan.inputWidth)
        try gather(cotangents.base, width: k * plan.cotangentWidth)
        try gather(rows.base, width: k * plan.rowWidth)
        try gather(rightSide.base, width: k)
    }

    /// A thread's tiles of K, by rank, into a matrix that is 0 elsewhere.
    private func addTiles(thread: Int) {
        let outer = Work.gemm.begin()
        defer { outer.end() }
        let m = samples * k, mine = communicator.rank * threads + thread, workers = communicator.size * threads
        if thread == 0 { precondition(m * m <= gram.count) }
        var pair = 0
        for i in stride(from: 0, to: samples, by: plan.tile) {
            for j in stride(from: 0, through: i, by: plan.tile) {
                defer { pair += 1 }
                if pair % workers == mine { addTile(i, j, thread) }
            }
        }
    }

    private func clear() { gram.base.update(repeating: 0, count: samples * k * samples * k) }

    private func addTile(_ i: Int, _ j: Int, _ thread: Int) {
        let height = min(plan.tile, samples - i), width = min(plan.tile, samples - j), m = samples * k
        let p = tiles.base + thread * plan.tile * plan.tile * (1 + k * k), q = p + plan.tile * plan.tile
        let place = gram.base + i * k * m + j * k
        /// c = [rows from i] · [rows from j]ᵀ over some columns of a matrix.
        func product(
            _ a: UnsafePointer<S>, _ stride: Int, _ each: Int, columns: Int, into c: UnsafeMutablePointer<S>
        ) {
            S.Kernels.gemm(
                m: height * each, n: width * each, k: columns, a: a + i * each * stride, rowStride: stride,
                columnStride: 1, b: a + j * each * stride, rowStride: 1,
                columnStride: stride, bias: nil, adds: 0, c: c, rowStride: width * each)
        }
        for form in plan.forms {
            guard case .affine(let input, let count, let cotangent, let outputs, let hasBias)? = form else { continue }
            product(inputs.base + input, plan.inputWidth, 1, columns: count, into: p)
            product(cotangents.base + cotangent, plan.cotangentWidth, k, columns: outputs, into: q)
            S.Kernels.addGram(
                rows: height, columns: width, size: k, one: hasBias ? 1 : 0, p: p, q: q, to: place, rowStride: m)
        }
        if plan.rowWidth > 0 {
            product(rows.base, plan.rowWidth, k, columns: plan.rowWidth, into: q)
            S.Kernels.addGram(rows: height, columns: width, size: k, one: 0, p: nil, q: q, to: place, rowStride: m)
        }
    }

    /// Solves (K + nλI)u = b on rank 0, n what the loss is a mean over, and keeps this rank's part of u. Where K is not positive definite to rounding,
    /// λ grows until the matrix is. Returns λ; NaN where K or b is not finite.
    private func solve(damping: Double) throws -> Double {
        let m = samples * k, n = Double(batch.batchTerms)
        try communicator.total(gram.base, count: m * m)
        var damping = damping
        if communicator.rank == 0 {
            let trace = (0..<m).reduce(0) { $0 + gram.base[$1 * m + $1] }
            while true {
                guard trace.isFinite, damping * n <= 1e6 * max(trace, damping) else {
                    damping = .nan
                    break
                }
                factor.base.update(from: gram.base, count: m * m)
                for i in 0..<m { factor.base[i * m + i] += damping * n }
                if SymmetricMatrix.factorise(m, factor.base) {
                    SymmetricMatrix.solve(m, factor: factor.base, rightSide.base)
                    break
                }
                damping *= 10
            }
        }
        if communicator.size > 1 {
            try communicator.waitForAll()
            damping = try communicator.broadcast(damping)
            guard damping.isFinite else { return damping }
            try communicator.reducing(bytes: m * MemoryLayout<Double>.stride) {
                try communicator.broadcast(UnsafeMutableBufferPointer(start: rightSide.base, count: m))
            }
        }
        guard damping.isFinite else { return damping }
        for i in 0..<counts.base[communicator.rank] * k { own.base[i] = S(rightSide.base[first * k + i]) }
        return damping
    }

    /// Sets a block's cotangents to R·u.
    private func setSolution(_ block: OutputBlock<S>) {
        block.cotangent.base!.update(from: own.base + block.rows.lowerBound * k, count: block.rows.count * k)
        block.multiplyByCurvatureRoot()
    }

    /// Adds a layer's part of J̃ᵀu.
    private func pullBack(_ layer: LayerObservation<S>, into vector: UnsafeMutablePointer<S>) {
        layer.layer.backward(
            at: layer.point, gy: layer.gy, gx: unwanted[layer.node],
            gw: ParameterTargets(base: vector + network.nodes[layer.node].offset, adds: true))
    }
}
