/// The preconditioner of Morales and Nocedal (2000) for Newton steps by conjugate gradients: the inverse of
/// limited-memory BFGS, from pairs of directions and their products that the solves make anyway,
///
///     s = αp,   y = αA·p,   A = B + τI as it was multiplied,   M⁻¹ by two loops over the last pairs
///
/// The factor α cancels in the recursion, so that p and A·p themselves are the pair. M stays what it is during a solve:
/// the solve's pairs are taken in by the next step's `update`. Until there are pairs M is 1.
final class LBFGSPreconditioner<S: Scalar>: StepPreconditioner {
    private let count: Int
    private let inverse: LimitedMemoryBFGS<S>
    /// Those of the last solve, not yet taken in.
    private let pending: SolvePairs<S>

    init(_ settings: NewtonCGSettings.LBFGS, count: Int, iterations: Int) {
        self.count = count
        inverse = LimitedMemoryBFGS(count: count, capacity: settings.memory)
        pending = SolvePairs(count: count, capacity: settings.pending(of: iterations))
    }

    var memory: String? {
        let (own, solve) = (inverse.capacity, pending.capacity)
        return "\(own) \(own == 1 ? "pair" : "pairs") of L-BFGS and \(solve) of a solve, "
            + readable(2 * (own + solve) * count * MemoryLayout<S>.stride)
    }

    func apply(_ r: Vector<S>, into z: MutableVector<S>) -> Double {
        // A sweep with a dot product for each vector of a pair, of four values read or written; a copy, a factor and two
        // dot products beside them.
        Phase.count(
            operations: (8 * inverse.pairs + 3) * count,
            bytes: (8 * inverse.pairs + 8) * count * MemoryLayout<S>.stride)
        return inverse.apply(r, into: z)
    }

    func update(_ problem: StepProblem<S>) -> String? {
        takePending()
        return nil
    }

    func observe(_ p: Vector<S>, product: Vector<S>) {
        pending.add(p, product: product)
        Phase.count(bytes: 4 * count * MemoryLayout<S>.stride)
    }

    /// Pairs without positive curvature, to rounding, are left out.
    private func takePending() {
        for j in 0..<pending.count {
            let (p, product) = pending[j]
            inverse.add(s: p.vector, y: product.vector)
        }
        Phase.count(operations: 6 * pending.count * count, bytes: 6 * pending.count * count * MemoryLayout<S>.stride)
        pending.forget()
    }

    /// What `update` took in are pairs of the steps before, which belong to the state before the step too.
    func takeBack() { pending.forget() }

    /// The pending pairs are taken in first, as the next step would do at its start.
    func write(to state: inout OptimizerState<S>) {
        takePending()
        state.numbers["lbfgs_pairs"] = Double(inverse.pairs)
        for age in 0..<inverse.pairs {
            let (p, product) = inverse.pair(age)
            state.write("lbfgs_direction_\(age)", p)
            state.write("lbfgs_product_\(age)", product)
        }
    }

    func restore(_ state: OptimizerState<S>) throws {
        inverse.forget()
        pending.forget()
        let pairs = try state.count("lbfgs_pairs")
        let (p, product) = pending[0]
        for age in (0..<pairs).reversed() {
            try state.read("lbfgs_direction_\(age)", into: p)
            try state.read("lbfgs_product_\(age)", into: product)
            inverse.add(s: p.vector, y: product.vector)
        }
    }
}
