import MPI
import NewtonCG
import TestSupport

/// Cases of training problems that are spread over ranks.
let distributionCases: [String: RankCase] = [
    "same-values-cnn": { try sameValues($0, cnn) },
    "same-values-mlp": { try sameValues($0, mlp) },
    "same-values-tokens": { try sameValues($0, tokens) },
    "same-steps-tokens": { try sameSteps($0, tokens) },
    "same-steps-tokens-kronecker": { try sameSteps($0, tokens, Optimizers.kronecker) },
    "same-steps-tokens-sample-space": { try sameSteps($0, tokens.with(Variants.positions), Optimizers.sampleSpace) },
    "same-steps-cnn": { try sameSteps($0, cnn) },
    "same-steps-mlp": { try sameSteps($0, mlp) },
    "same-values-wide": { try sameValues($0, wide) },
    "same-steps-wide": { try sameSteps($0, wide) },
    "same-steps-wide-subspace": { try sameSteps($0, wide, Optimizers.subspace) },
    "same-steps-subspace": { try sameSteps($0, mlp, Optimizers.subspace) },
    "same-steps-lbfgs": { try sameSteps($0, mlp, Optimizers.lbfgs) },
    "same-steps-kronecker-cnn": { try sameSteps($0, cnn, Optimizers.kronecker) },
    "same-steps-kronecker-mlp": { try sameSteps($0, mlp, Optimizers.kroneckerSubspace) },
    "same-steps-kronecker-residual": { try sameSteps($0, residual, Optimizers.kronecker) },
    "same-values-residual": { try sameValues($0, residual) },
    "same-steps-residual": { try sameSteps($0, residual) },
    "split-vectors-cnn": { try splitVectors($0, cnn) },
    "split-vectors-residual": { try splitVectors($0, residual) },
    "same-steps-sample-space-cnn": { try sameSteps($0, cnn.with(Variants.twenty), Optimizers.sampleSpace) },
    "same-steps-sample-space-mlp": { try sameSteps($0, mlp.with(Variants.twenty), Optimizers.sampleSpace) },
    "same-steps-nystrom": { try sameSteps($0, mlp.with(Variants.twenty), Optimizers.nystrom) },
    "same-steps-lbfgs-pairs": { try sameSteps($0, mlp.with(Variants.pairs), Optimizers.lbfgsPairs) },
    "same-values-noise": { try sameValues($0, noisy) },
    "same-steps-noise": { try sameSteps($0, noisy) },
    "same-steps-noise-kronecker": { try sameSteps($0, noisy, Optimizers.kronecker) },
    "same-steps-frozen": { try sameSteps($0, frozen) },
    "same-steps-frozen-kronecker": { try sameSteps($0, frozen, Optimizers.kronecker) },
    "same-steps-frozen-sample-space": { try sameSteps($0, frozen.with(Variants.twenty), Optimizers.sampleSpace) },
    "own-rows": ownRows,
]

/// A model with the data that suit it.
struct Example: Sendable {
    let layers: String
    let loss: String
    let inputShape: [Int]
    let task: SmallDataset.Task
    var trainable = "all"
    var variants = Variants.single

    func configuration(
        _ path: String, _ variant: Variant, precision: String = "float64",
        optimizer: @Sendable (Variant) -> String = Optimizers.conjugateGradients
    ) throws -> Configuration {
        try Configuration(
            yaml: """
                seed: 5
                precision: \(precision)
                memory: \(variant.memory)
                data: {file: "\(path)", batch: \(variant.batch), group: \(variant.group)}
                model: {layers: [\(layers)]}
                loss: \(loss)
                regularisation: {l2: 0.01}
                optimizer: {\(optimizer(variant))}
                train: {steps: \(variant.steps), trainable: \(trainable)}
                """, path: "example.yaml")
    }

    func with(_ variants: [Variant]) -> Example {
        var example = self
        example.variants = variants
        return example
    }
}

let cnn = Example(
    layers: "conv2d: {filters: 3, kernel: 3, padding: same}, tanh, max_pool2d: {size: 2}, "
        + "conv2d: {filters: 2, kernel: 2}, softplus, flatten, dense: {units: 3}",
    loss: "cross_entropy", inputShape: [6, 6, 1], task: .classification(classes: 3))
let mlp = Example(
    layers: "dense: {units: 7}, tanh, dense: {units: 5}, sigmoid, dense: {units: 2}", loss: "mean_squared_error",
    inputShape: [5], task: .regression(targets: 2))
/// With so many parameters that ranks of one node sum them in memory that they share.
let wide = Example(
    layers: "dense: {units: 96}, tanh, dense: {units: 48}, sigmoid, dense: {units: 2}", loss: "mean_squared_error",
    inputShape: [5], task: .regression(targets: 2))
/// Sentences with padding in source and target.
let tokens = Example(
    layers: "embedding: {vocabulary: 9, features: 4, scale: true}, positional_encoding, layer_norm, "
        + "dense: {units: 6}, gelu, dense: {units: 7}",
    loss: "{cross_entropy: {label_smoothing: 0.1}}", inputShape: [5], task: .translation(source: 9, target: 7))
let residual = Example(
    layers: "conv2d: {filters: 3, kernel: 3, bias: false}, batch_norm, swish, "
        + "residual: {main: [conv2d: {filters: 4, kernel: 3, padding: same, bias: false}, batch_norm: {momentum: 0.3}], "
        + "shortcut: [conv2d: {filters: 4, kernel: 1, bias: false}]}, tanh, global_average_pool2d, dense: {units: 3}",
    loss: "cross_entropy", inputShape: [6, 6, 1], task: .classification(classes: 3), variants: Variants.grouped)

/// With a mask for each row in every step.
let noisy = Example(
    layers:
        "dense: {units: 7}, tanh, dropout: {rate: 0.2}, dense: {units: 6}, layer_norm, swish, dropout: {rate: 0.1}, "
        + "dense: {units: 2}", loss: "mean_squared_error", inputShape: [5], task: .regression(targets: 2))
/// A frozen prefix, a frozen batch_norm and a frozen layer between trained ones.
let frozen = Example(
    layers:
        "conv2d: {filters: 3, kernel: 3, name: a}, tanh, conv2d: {filters: 2, kernel: 2, name: b}, batch_norm, tanh, "
        + "flatten, dense: {units: 6, name: c}, tanh, dense: {units: 3, name: d}",
    loss: "cross_entropy", inputShape: [6, 6, 1], task: .classification(classes: 3), trainable: "[b, d]")

/// 47 rows, and a batch of 10: neither is a multiple of 2, 3 or 4 ranks' parts.
struct Variant: Sendable {
    var batch = "full"
    var group = 1
    var curvature = "gauss_newton"
    var curvatureBatch = 1.0
    var backtracking = false
    var memory = "1 MiB"
    var steps = 5
}
enum Optimizers {
    @Sendable static func conjugateGradients(_ variant: Variant) -> String { newton(variant, splitVectors: false) }
    @Sendable static func splitVectors(_ variant: Variant) -> String { newton(variant, splitVectors: true) }
    private static func newton(_ variant: Variant, splitVectors: Bool) -> String {
        "newton_cg: {curvature: \(variant.curvature), curvature_batch: \(variant.curvatureBatch), "
            + "cg: {max_iterations: 4, backtracking: \(variant.backtracking), split_vectors: \(splitVectors)}, "
            + "preconditioner: {gradient_squares: {decay: 0.9}}}"
    }
    @Sendable static func subspace(_ variant: Variant) -> String {
        "newton_cg: {curvature: \(variant.curvature), curvature_batch: \(variant.curvatureBatch), solve: subspace, "
            + "preconditioner: {gradient_squares: {decay: 0.9}}, damping: {every: 2}}"
    }
    @Sendable static func kronecker(_ variant: Variant) -> String {
        "newton_cg: {curvature_batch: \(variant.curvatureBatch), cg: {max_iterations: 4}, "
            + "preconditioner: {kronecker: {update_every: 2, invert_every: 2, sample: 2}}}"
    }
    @Sendable static func kroneckerSubspace(_ variant: Variant) -> String {
        "newton_cg: {curvature_batch: \(variant.curvatureBatch), solve: subspace, "
            + "preconditioner: {kronecker: {update_every: 1, sample: 1, cotangents: labels}}}"
    }
    @Sendable static func nystrom(_ variant: Variant) -> String {
        "newton_cg: {cg: {max_iterations: 4}, preconditioner: {nystrom: {rank: 6, refresh: 3}}}"
    }
    @Sendable static func lbfgsPairs(_ variant: Variant) -> String {
        "newton_cg: {curvature: \(variant.curvature), curvature_batch: \(variant.curvatureBatch), "
            + "cg: {max_iterations: 4, backtracking: \(variant.backtracking)}, preconditioner: {lbfgs: {memory: 6}}}"
    }
    @Sendable static func sampleSpace(_ variant: Variant) -> String {
        "newton_cg: {solve: sample_space, sample_space: {damping: 1e-3, momentum: 0.9, norm_limit: 1}}"
    }
    @Sendable static func lbfgs(_ variant: Variant) -> String { "lbfgs: {memory: 3}" }
}
enum Variants {
    static let single = [
        Variant(batch: "10"),
        Variant(),
        Variant(batch: "10", curvatureBatch: 0.25, backtracking: true),
        Variant(curvature: "hessian", curvatureBatch: 0.25),
        Variant(batch: "23", curvature: "hessian", memory: "40 KiB"),
    ]
    static let twenty = [Variant(batch: "10", steps: 20), Variant(steps: 20)]
    /// With as many residuals as a sample has outputs at all of its positions.
    static let positions = [
        Variant(batch: "10", memory: "128 MiB", steps: 20), Variant(memory: "128 MiB", steps: 20),
    ]
    /// With the curvature of ten samples and more: pairs of fewer make a step amplify rounding.
    static let pairs = [
        Variant(batch: "10"),
        Variant(steps: 20),
        Variant(curvatureBatch: 0.5, backtracking: true),
        Variant(curvature: "hessian"),
        Variant(batch: "23", memory: "40 KiB", steps: 10),
    ]
    /// Four lanes or more, of samples that stay together.
    static let grouped = [
        Variant(batch: "16", group: 4),
        Variant(group: 5),
        Variant(batch: "24", group: 4, curvatureBatch: 0.5, backtracking: true),
        Variant(group: 4, curvature: "hessian", curvatureBatch: 0.25),
        Variant(batch: "15", group: 3, curvature: "hessian", memory: "100 KiB"),
    ]
}

extension Problem {
    /// This rank's rows of a batch of the first epoch.
    func share(ofBatch batch: Int, curvature: Double) -> BatchShare {
        lanes.shares(of: communicator.rank, of: communicator.size, seed: 5, epoch: 0)
            .batch(batch, curvature: curvature, step: batch)
    }
}

/// Runs a case with a dataset file that all ranks read.
func withDataset(_ world: Communicator, _ example: Example, _ body: (String) throws -> Void) throws {
    let folder = world.rank == 0 ? try TemporaryFolder() : nil
    let path = try world.broadcast(text: folder?.file("data.h5"))
    if folder != nil {
        try SmallDataset(example.task, inputShape: example.inputShape, rows: 47).write(path)
    }
    try world.barrier()
    try body(path)
    // The folder goes when all have read.
    try world.barrier()
    withExtendedLifetime(folder) {}
}

/// Loss, gradient and both products of each batch, by all ranks together and by each rank alone.
private func sameValues(_ world: Communicator, _ example: Example) throws {
    try withDataset(world, example) { path in
        for variant in example.variants {
            let configuration = try example.configuration(path, variant)
            let problems = try [world, .single].map {
                try Problem<Double>(configuration, curvatureBatch: variant.curvatureBatch, communicator: $0)
            }
            let n = problems[0].network.parameterCount
            let w = Buffer<Double>(count: n), v = Buffer<Double>(count: n)
            problems[0].network.initialise(w.base, seed: 5)
            problems[0].network.initialise(v.base, seed: 6)
            for batch in 0..<problems[0].lanes.batches {
                let results = try problems.map { problem in
                    try problem.objective.load(problem.share(ofBatch: batch, curvature: variant.curvatureBatch))
                    let vectors = (0..<3).map { _ in Buffer<Double>(count: n) }
                    let loss = try problem.objective.linearize(at: w.vector, gradient: vectors[0].mutable)
                    problem.objective.accept()
                    try problem.objective.product(.hessian, v.vector, into: vectors[1].mutable)
                    try problem.objective.product(.gaussNewton, v.vector, into: vectors[2].mutable)
                    let forms = try problem.objective.gaussNewtonForms(v.vector, w.vector)
                    let state = Buffer(problem.network.initialState)
                    problem.objective.follow(state.mutable)
                    return [[loss], [try problem.objective.loss(at: v.vector)], [forms.aa, forms.ab, forms.bb]]
                        + vectors.map(\.values) + [state.values]
                }
                for (name, (together, alone)) in zip(
                    [
                        "loss", "loss elsewhere", "forms", "gradient", "Hessian product", "Gauss–Newton product",
                        "statistics",
                    ],
                    zip(results[0], results[1]))
                {
                    let place = "\(name) of batch \(batch), \(variant)"
                    if name == "statistics", problems[0].network.stateCount == 0 { continue }
                    try expect(norm(alone) > 0, "\(place): it is zero")
                    let error = distance(together, alone)
                    try expect(error < 1e-12, "\(place): \(error) from one rank's")
                    try expect(try sameEverywhere(together, world), "\(place): ranks have other bits")
                }
            }
        }
    }
}

/// Some steps by all ranks together and by each rank alone.
private func sameSteps(
    _ world: Communicator, _ example: Example,
    _ optimizer: @Sendable (Variant) -> String = Optimizers.conjugateGradients
) throws {
    try withDataset(world, example) { path in
        for variant in example.variants {
            let (together, alone) = try (
                steps(example.configuration(path, variant, optimizer: optimizer), world, Double.self),
                steps(example.configuration(path, variant, optimizer: optimizer), .single, Double.self)
            )
            let error = distance(together.parameters, alone.parameters)
            try expect(error < (variant.steps > 5 ? 1e-8 : 1e-9), "\(variant): parameters \(error) from one rank's")
            try expect(
                try sameEverywhere(together.parameters + together.state, world), "\(variant): ranks have other bits")
            if !alone.state.isEmpty {
                let error = distance(together.state, alone.state)
                try expect(error < 1e-9, "\(variant): running statistics \(error) from one rank's")
            }
            if variant.batch == "full" {
                try expect(alone.losses.last! < alone.losses[0], "\(variant): the loss does not fall: \(alone.losses)")
            }

            let single = try example.configuration(path, variant, precision: "float32", optimizer: optimizer)
            let (float, floatAlone) = try (
                steps(single, world, Float.self), steps(single, .single, Float.self)
            )
            for (a, b) in zip(float.losses, floatAlone.losses) {
                try expect(
                    abs(a - b) <= 1e-3 * abs(b), "\(variant): float32 losses \(float.losses), \(floatAlone.losses)")
            }
        }
    }
}

private func steps<S: TrainingScalar>(
    _ configuration: Configuration, _ communicator: Communicator, _: S.Type
) throws -> (losses: [Double], parameters: [Double], state: [Double]) {
    let settings = configuration.optimizer!
    let problem = try Problem<S>(configuration, needs: settings.needs, communicator: communicator)
    let trainer = try Trainer(problem, settings, console: nil, folder: nil)
    var losses: [Double] = []
    trainer.observer = { _, report, _ in if let report { losses.append(report.loss) } }
    let result = try trainer.run()
    try expect(losses.count == configuration.train.steps!, "\(losses.count) steps were taken")
    return (losses, result.parameters.map { Double($0) }, result.state.map { Double($0) })
}

/// Five Newton steps with vectors that are divided over the ranks, and with whole ones.
private func splitVectors(_ world: Communicator, _ example: Example) throws {
    try withDataset(world, example) { path in
        for variant in example.variants {
            let split = try example.configuration(path, variant, optimizer: Optimizers.splitVectors)
            let (divided, whole) = try (
                steps(split, world, Double.self),
                steps(example.configuration(path, variant), world, Double.self)
            )
            let error = distance(divided.parameters, whole.parameters)
            try expect(error < 1e-9, "\(variant): parameters \(error) from those with whole vectors")
            try expect(
                try sameEverywhere(divided.parameters + divided.state, world), "\(variant): ranks have other bits")
            try expect(
                zip(divided.losses, whole.losses).allSatisfy { abs($0 - $1) < 1e-9 * abs($1) },
                "\(variant): losses \(divided.losses), with whole vectors \(whole.losses)")

            // What the optimizer holds is divided; its whole state is that of an optimizer with whole vectors.
            let problem = try Problem<Double>(
                split, needs: ObjectiveNeeds(curvatureBatch: variant.curvatureBatch, dividesVectors: true),
                communicator: world)
            let trainer = try Trainer(problem, split.optimizer!, console: nil, folder: nil)
            _ = try trainer.run()
            let count = problem.network.parameterCount
            let (own, all) = try (trainer.optimizer.state.vectors, trainer.optimizer.wholeState().vectors)
            for (name, vector) in all.sorted(by: { $0.key < $1.key }) {
                try expect(vector.count == count, "'\(name)' holds \(vector.count) of \(count) values")
                let parts = try world.allgather(own[name]!.count)
                try expect(parts.reduce(0, +) == count, "the parts \(parts) of '\(name)' are not the whole")
                try expect(parts.max()! <= count / world.size + 1, "the parts \(parts) of '\(name)' are uneven")
                try expect(norm(vector) > 0, "'\(name)' is zero")
            }
            try expect(all["gradient_squares"] != nil, "the state has no squares: \(all.keys)")
        }
    }
}

/// The ranks' rows follow one another and add up to the training part; a rank's memory holds its own and no more.
private func ownRows(_ world: Communicator) throws {
    try withDataset(world, cnn) { path in
        for variant in Variants.single {
            let configuration = try cnn.configuration(path, variant)
            let problem = try Problem<Double>(configuration, curvatureBatch: 1, communicator: world)
            let all = try world.allgather([problem.ownRows.lowerBound, problem.ownRows.upperBound])
            var next = 0
            for (rank, bounds) in all.enumerated() {
                try expect(bounds[0] == next, "rank \(rank) of \(world.size) begins at row \(bounds[0]), not \(next)")
                next = bounds[1]
                let share = Double(problem.rows) / Double(world.size)
                let lane = Double(problem.rows) / Double(problem.lanes.count)
                try expect(
                    abs(Double(bounds[1] - bounds[0]) - share) <= lane + 1,
                    "rank \(rank) has \(bounds) of \(problem.rows)")
            }
            try expect(next == problem.rows && next == 47, "the shares end at row \(next) of \(problem.rows)")

            let part = try DatasetFile(path).part("train"), own = problem.ownRows
            var inputs = [Double](repeating: 0, count: own.count * part.inputSize)
            try part.readInputs(own, into: &inputs)
            guard case .numbers(let read) = problem.shard.memory[0], case .tokens(let labels) = problem.shard.memory[1]
            else { throw Failure(description: "the shard has no inputs and labels") }
            try expect(read.values == inputs, "the inputs are not those of rows \(own)")
            try expect(labels.values == part.readLabels(own), "the labels are not those of rows \(own)")
        }
    }
}

private func norm(_ a: [Double]) -> Double { a.reduce(0) { $0 + $1 * $1 }.squareRoot() }
private func distance(_ a: [Double], _ b: [Double]) -> Double { norm(zip(a, b).map { $0 - $1 }) / norm(b) }

func sameEverywhere(_ values: [Double], _ world: Communicator) throws -> Bool {
    let all = try world.allgather(values)
    return all.allSatisfy { $0.map(\.bitPattern) == values.map(\.bitPattern) }
}
