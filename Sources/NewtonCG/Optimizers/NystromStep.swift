/// The Nyström preconditioner of Newton steps: a sketch of the batch's Gauss–Newton matrix in every `refresh`-th step.
final class NystromStep<S: Scalar>: StepPreconditioner {
    private let sketch: Nystrom<S>
    private let refresh: Int
    /// Steps since the sketch was made; nil: there is none.
    private var age: Int?
    private var ageBefore: Int?

    init(_ settings: NewtonCGSettings.Nystrom, count: Int) {
        sketch = Nystrom(count: count, rank: min(settings.rank, count))
        refresh = settings.refresh
    }

    var memory: String? {
        "a Nyström sketch of rank \(sketch.rank), "
            + readable(2 * sketch.rank * sketch.count * MemoryLayout<S>.stride)
    }

    func apply(_ r: UnsafePointer<S>, into z: UnsafeMutablePointer<S>) -> Double { sketch.apply(r, into: z) }

    func update(_ problem: StepProblem<S>) throws -> String? {
        ageBefore = age
        if age.map({ $0 >= refresh }) ?? true {
            let objective = problem.objective, rank = sketch.rank
            let isFinite = try sketch.build(
                key: UInt64(problem.progress.step),
                { try objective.products(.gaussNewton, $0, number: rank, into: $1) },
                replicate: { try objective.replicate($0) })
            guard isFinite else { throw NotFinite("product of the curvature") }
            age = 0
        }
        age! += 1
        sketch.set(damping: problem.damping)
        return nil
    }

    /// A sketch that this step made will be made again.
    func takeBack() { age = ageBefore }

    func write(to state: inout OptimizerState<S>) {
        state.numbers["nystrom_age"] = Double(age ?? -1)
        guard age != nil else { return }
        state.write("nystrom_basis", sketch.basis)
        state.write("nystrom_eigenvalues", sketch.eigenvalues)
    }

    func restore(_ state: OptimizerState<S>) throws {
        let age = Int(try state.number("nystrom_age"))
        self.age = age < 0 ? nil : age
        guard age >= 0 else { return }
        try state.read("nystrom_basis", into: sketch.basis)
        try state.read("nystrom_eigenvalues", into: sketch.eigenvalues)
    }
}
