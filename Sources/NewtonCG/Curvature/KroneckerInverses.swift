import MPI

/// Inverses of damped Kronecker factors, with the damping split by the ratio of the mean eigenvalues (Martens and
/// Grosse 2015, section 6.3):
///
///     (A + πγ·1)⁻¹,  (G + γ/π·1)⁻¹,   π² = (tr A / d_A) / (tr G / d_G),   γ = m·√λ
///
/// and 1/(D + γ²) of diagonals. The factors are dealt over the ranks and their threads by the cost of an inversion,
/// and gathered (Osawa et al. 2019). Cholesky works in Double.
final class KroneckerInverses<S: Scalar & MPIDatatype> {
    private let layout: KroneckerLayout
    private let communicator: Communicator
    private let team: ThreadTeam
    /// By thread of this rank: the factors it inverts.
    private let own: [[Int]]
    /// Where a factor's inverse begins as a packed triangle, in the order of the ranks; behind it, how often its
    /// damping was raised.
    private let places: [Int]
    private let gathered: Buffer<S>
    private let bounds: PartBounds
    private let squares: [Buffer<Double>]
    private let spread: Buffer<S>
    /// A⁻¹ and diagonals as squares, by their places in the layout.
    let inverse: Buffer<S>
    /// G⁻¹ as the right factor of products, by block.
    let right: [Buffer<S>?]

    var bytes: Int {
        (gathered.count + spread.count + inverse.count + right.reduce(0) { $0 + ($1?.count ?? 0) })
            * MemoryLayout<S>.stride + squares.reduce(0) { $0 + $1.count } * 8
    }

    init(_ layout: KroneckerLayout, team: ThreadTeam, communicator: Communicator) {
        (self.layout, self.team, self.communicator) = (layout, team, communicator)
        let factors = layout.factors
        // The dearest first, each to the worker with the least so far; workers are the threads of all ranks.
        var load = [Int](repeating: 0, count: communicator.size * team.count)
        var workers = [[Int]](repeating: [], count: load.count)
        for f in factors.indices.sorted(by: { (factors[$0].order, $1) > (factors[$1].order, $0) }) {
            let worker = load.indices.min { (load[$0], $0) < (load[$1], $1) }!
            workers[worker].append(f)
            load[worker] += factors[f].cube
        }
        var places = [Int](repeating: 0, count: factors.count), bounds = [0], next = 0
        for rank in 0..<communicator.size {
            for f in workers[rank * team.count..<(rank + 1) * team.count].joined() {
                places[f] = next
                next += factors[f].packedCount + 1
            }
            bounds.append(next)
        }
        (self.places, self.bounds) = (places, PartBounds(bounds))
        own = Array(workers[communicator.rank * team.count..<(communicator.rank + 1) * team.count])
        gathered = Buffer(count: next)
        func largest(_ some: [Int]) -> Int { some.map { factors[$0].squareCount }.max() ?? 0 }
        squares = own.map { Buffer(count: largest($0)) }
        spread = Buffer(count: largest(Array(factors.indices)))
        inverse = Buffer(count: layout.squareCount)
        right = layout.blocks.map { block in
            guard case .kronecker(_, let output, _) = block.kind else { return nil }
            return Buffer(count: S.Kernels.packedSize(rows: factors[output].order, columns: factors[output].order))
        }
    }

    /// Renews all inverses. Returns the blocks in which a factor needed more damping, and how often it was raised
    /// tenfold.
    /// - Parameter γ: m·√λ.
    func renew(_ factors: KroneckerFactors<S>, γ: Double) throws -> [(name: String, raises: Int)] {
        let scale = 1 / (1 - factors.decayed), average = UnsafePointer(factors.average.base)
        let phase = Phase.inverses.begin()
        defer { phase.end() }
        Phase.count(operations: own.joined().reduce(0) { $0 + layout.factors[$1].cube })
        let outer = Work.gemm.begin()
        team.run { t in
            for f in own[t] {
                let factor = layout.factors[f], packed = average + factor.packed
                let place = gathered.base + places[f], shift = shift(f, average, scale: scale, γ: γ)
                guard !factor.isDiagonal else {
                    S.Kernels.inverseDiagonal(count: factor.order, of: packed, scale: scale, shift: shift, to: place)
                    place[factor.packedCount] = 0
                    continue
                }
                let raises = invert(factor, packed, scale: scale, shift: shift, squares[t].base)
                S.Kernels.roundTriangle(order: factor.order, square: squares[t].base, packed: place)
                place[factor.packedCount] = S(raises)
            }
        }
        outer.end()
        try communicator.gatherTotal(gathered.base, bounds)
        for block in layout.blocks {
            guard case .diagonal = block.kind else { continue }
            S.Kernels.inverseDiagonal(
                count: block.count, of: average + block.packed, scale: scale, shift: γ * γ,
                to: inverse.base + block.square)
        }
        spreadFactors()
        return layout.factors.indices.compactMap { f in
            let raises = Int(gathered.base[places[f] + layout.factors[f].packedCount])
            return raises > 0 ? (layout.blocks[layout.factors[f].block].name, raises) : nil
        }
    }

    /// The damping of a factor.
    private func shift(_ f: Int, _ average: UnsafePointer<S>, scale: Double, γ: Double) -> Double {
        guard case .kronecker(let input, let output, _) = layout.blocks[layout.factors[f].block].kind else {
            preconditionFailure("a diagonal has no factors")
        }
        func mean(_ f: Int) -> Double {
            let factor = layout.factors[f], packed = average + factor.packed
            let trace =
                factor.isDiagonal
                ? (0..<factor.order).reduce(0) { $0 + Double(packed[$1]) }
                : S.Kernels.trace(order: factor.order, packed: packed)
            return scale * trace / Double(factor.order)
        }
        let a = mean(input), g = mean(output), π = a > 0 && g > 0 ? (a / g).squareRoot() : 1
        return f == input ? π * γ : γ / π
    }

    /// Leaves the inverse in `square`. Where rounding, or too little damping, lets Cholesky find no positive pivot, the
    /// damping is raised tenfold, from 10⁻⁸ of the mean eigenvalue on. Returns how often.
    private func invert(
        _ factor: KroneckerLayout.Factor, _ packed: UnsafePointer<S>, scale: Double, shift: Double,
        _ square: UnsafeMutablePointer<Double>
    ) -> Int {
        let n = factor.order
        var shift = shift, raises = 0
        while true {
            S.Kernels.dampedSquare(order: n, packed: packed, scale: scale, shift: shift, square: square)
            if SymmetricMatrix.invert(n, square) { return raises }
            let mean = scale * S.Kernels.trace(order: n, packed: packed) / Double(n)
            shift = max(10 * shift, mean > 0 ? 1e-8 * mean : 1)
            raises += 1
        }
    }

    /// From the gathered triangles to what products read.
    private func spreadFactors() {
        let outer = Work.transforms.begin()
        defer { outer.end() }
        for (i, block) in layout.blocks.enumerated() {
            guard case .kronecker(let input, let output, _) = block.kind else { continue }
            let a = layout.factors[input], g = layout.factors[output]
            if a.isDiagonal {
                (inverse.base + a.square).update(from: gathered.base + places[input], count: a.order)
            } else {
                S.Kernels.spreadTriangle(
                    order: a.order, packed: gathered.base + places[input], square: inverse.base + a.square)
            }
            S.Kernels.spreadTriangle(order: g.order, packed: gathered.base + places[output], square: spread.base)
            S.Kernels.pack(
                rows: g.order, from: 0, to: g.order, columns: g.order, b: spread.base, rowStride: g.order,
                columnStride: 1, packed: right[i]!.base)
        }
    }

    /// As packed triangles and diagonals in the order of the layout: the same on any number of ranks.
    var values: [S] {
        var values = [S](repeating: 0, count: layout.packedCount)
        for (f, factor) in layout.factors.enumerated() {
            for i in 0..<factor.packedCount { values[factor.packed + i] = gathered.base[places[f] + i] }
        }
        for block in layout.blocks {
            guard case .diagonal = block.kind else { continue }
            for i in 0..<block.count { values[block.packed + i] = inverse.base[block.square + i] }
        }
        return values
    }

    func restore(_ values: UnsafePointer<S>) {
        for (f, factor) in layout.factors.enumerated() {
            (gathered.base + places[f]).update(from: values + factor.packed, count: factor.packedCount)
        }
        for block in layout.blocks {
            guard case .diagonal = block.kind else { continue }
            (inverse.base + block.square).update(from: values + block.packed, count: block.count)
        }
        spreadFactors()
    }
}
