/// The Nyström preconditioner of Newton steps: a sketch of the batch's Gauss–Newton matrix in every `refresh`-th step.
public final class NystromPreconditioner<S: Scalar>: Preconditioner {
    private let objective: any CurvatureProducts<S>
    private let sketch: Nystrom<S>
    private let refresh: Int
    /// Steps since the sketch was made; nil: there is none.
    private var age: Int?
    private var ageBefore: Int?

    /// - Parameters:
    ///   - objective: its products are of whole vectors.
    ///   - rank: of the sketch; at most as many as there are parameters are taken.
    ///   - refresh: steps from one sketch to the next.
    public init(_ objective: any CurvatureProducts<S>, rank: Int, refresh: Int) {
        (self.objective, self.refresh) = (objective, refresh)
        sketch = Nystrom(count: objective.count, rank: min(rank, objective.count))
    }

    public var memory: String? {
        "a Nyström sketch of rank \(sketch.rank), "
            + readable(2 * sketch.rank * sketch.count * MemoryLayout<S>.stride)
    }

    public func apply(_ r: Vector<S>, into z: MutableVector<S>) -> Double { sketch.apply(r, into: z) }

    /// Takes in the batch at its kept point, for solves with G + τI; the sketch is drawn by the run's step and the seed.
    /// Throws `NotFinite` where a product is not finite.
    public func renew(damping: Double, step: Int, seed: UInt64) throws {
        ageBefore = age
        if age.map({ $0 >= refresh }) ?? true {
            let isFinite = try sketch.build(
                seed: seed, step: step, { try objective.products(.gaussNewton, $0, into: $1) },
                replicate: { try objective.replicate($0) })
            guard isFinite else { throw NotFinite("product of the curvature") }
            age = 0
        }
        age! += 1
        sketch.set(damping: damping)
    }

    /// A sketch that this step made will be made again.
    public func takeBack() { age = ageBefore }

    /// Adds the sketch and its age to an optimizer's state.
    public func write(to state: inout OptimizerState<S>) {
        state.numbers["nystrom_age"] = Double(age ?? -1)
        guard age != nil else { return }
        state.write("nystrom_basis", sketch.basis)
        state.write("nystrom_eigenvalues", sketch.eigenvalues)
    }

    public func restore(_ state: OptimizerState<S>) throws {
        let age = try state.count("nystrom_age")
        self.age = age < 0 ? nil : age
        guard age >= 0 else { return }
        try state.read("nystrom_basis", into: sketch.basis)
        try state.read("nystrom_eigenvalues", into: sketch.eigenvalues)
    }
}
