/// One thread's sums of inputs and cotangents for Kronecker factors, as squares of which the lower triangle counts.
final class KroneckerSums<S: Scalar> {
    private let layout: KroneckerLayout
    private let squares: Buffer<S>
    private let workspace: Buffer<S>
    private let words: Buffer<UInt32>
    /// By block, the rows of its layer that were added: as many samples with all their positions.
    private let weights: Buffer<Double>

    var bytes: Int { (squares.count + workspace.count) * MemoryLayout<S>.stride + words.count * 4 }

    /// - Parameters:
    ///   - block: the most samples of a block.
    ///   - outputs: of a sample, by value that the loss reads.
    init(_ layout: KroneckerLayout, block: Int, outputs: [Shape]) {
        self.layout = layout
        squares = Buffer(count: layout.squareCount)
        workspace = Buffer(count: layout.workspace)
        words = Buffer(count: block * outputs.reduce(0) { $0 + $1.positions * OutputBlock<S>.words($1.features) })
        weights = Buffer(count: layout.blocks.count)
    }

    func clear() {
        squares.base.update(repeating: 0, count: squares.count)
        weights.base.update(repeating: 0, count: weights.count)
    }

    /// Writes a block's cotangent. Random numbers are keyed by seed, step and the sample's row in the training part.
    func draw(
        _ block: OutputBlock<S>, _ cotangents: KroneckerSettings.Cotangents, seed: UInt64, step: Int,
        row: (Int) -> Int
    ) {
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        let rows = block.rows.count
        /// Of each output, so many words a row, one sample's after another's; a sample's outputs share one stream.
        func drawWords(_ each: (_ columns: Int) -> Int) -> [UnsafePointer<UInt32>] {
            let sizes = block.cotangents.map { $0.rows / rows * each($0.columns) }
            var starts: [UnsafeMutablePointer<UInt32>] = [], next = words.base
            for size in sizes {
                starts.append(next)
                next += rows * size
            }
            for i in 0..<rows {
                let key = RandomPurpose.cotangents.stream(UInt64(step) & 0xFFF_FFFF, UInt64(row(block.place(i))))
                var stream = RandomStream(seed: seed, stream: key)
                for (start, size) in zip(starts, sizes) { fill(start + i * size, count: size, &stream) }
            }
            return starts.map { UnsafePointer($0) }
        }
        switch cotangents {
        case .signs:
            let words = drawWords { ($0 + 31) / 32 }
            for (gy, words) in zip(block.cotangents, words) {
                S.Kernels.signs(rows: gy.rows, columns: gy.columns, words: words, to: gy.base)
            }
            block.multiplyByCurvatureRoot()
        case .labels: block.setSampledGradient(words: drawWords(OutputBlock<S>.words))
        case .data: block.setGradient()
        }
    }

    func add(_ seen: LayerObservation<S>) {
        guard let number = layout.blockOfNode[seen.node] else { return }
        let block = layout.blocks[number]
        switch block.kind {
        case .diagonal:
            seen.layer.addSquaredGradients(
                at: seen.point, gy: seen.gy, to: squares.base + block.square, scratch: workspace.base)
        case .kronecker(let input, let output, let form):
            let a = layout.factors[input], g = layout.factors[output]
            seen.layer.addInputFactor(
                at: seen.point,
                to: GramTarget(
                    base: squares.base + a.square, order: a.order, hasOne: form.hasBias, workspace: workspace.base))
            // One row a position.
            let rows = seen.rows.count * form.positions, gy = Matrix(seen.gy.base, rows, g.order)
            GramTarget(base: squares.base + g.square, order: g.order, hasOne: false, workspace: workspace.base)
                <- gram(gy, of: seen.point.tokens[0])
            weights.base[number] += Double(seen.point.tokens[0].count(rows: rows)) / Double(form.positions)
        }
    }

    /// packed ← [packed +] the lower triangles and the diagonals; of G, the mean over positions. Behind them, the blocks'
    /// weights.
    func pack(into packed: UnsafeMutablePointer<S>, adds: Bool) {
        let outer = Work.reductions.begin()
        defer { outer.end() }
        func copy(_ count: Int, _ from: UnsafePointer<S>, _ to: UnsafeMutablePointer<S>) {
            if adds { S.Kernels.axpy(count: count, 1, from, to) } else { to.update(from: from, count: count) }
        }
        func triangle(_ f: KroneckerLayout.Factor, scale: S) {
            S.Kernels.packTriangle(
                order: f.order, square: squares.base + f.square, scale: scale, adds: adds ? 1 : 0,
                packed: packed + f.packed)
        }
        for (number, block) in layout.blocks.enumerated() {
            let weight = packed + layout.packedCount + number
            weight.pointee = (adds ? weight.pointee : 0) + S(weights.base[number])
            guard case .kronecker(let input, let output, let form) = block.kind else {
                copy(block.count, squares.base + block.square, packed + block.packed)
                continue
            }
            let a = layout.factors[input]
            if a.isDiagonal {
                copy(a.order, squares.base + a.square, packed + a.packed)
            } else {
                triangle(a, scale: 1)
            }
            triangle(layout.factors[output], scale: 1 / S(form.positions))
        }
    }
}

/// The next words of a stream.
private func fill(_ words: UnsafeMutablePointer<UInt32>, count: Int, _ stream: inout RandomStream) {
    var i = 0
    while i < count {
        let pair = stream.next()
        words[i] = UInt32(truncatingIfNeeded: pair)
        if i + 1 < count { words[i + 1] = UInt32(truncatingIfNeeded: pair >> 32) }
        i += 2
    }
}
