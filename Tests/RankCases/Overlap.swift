import Glibc
import MPI
import NewtonCG

/// Sums over ranks that are reduced while they are made.
let overlapCases: [String: RankCase] = [
    "overlapped-pieces": { world in
        guard world.size > 1 else { return }
        try arrivesEarly(world)
        for threads in 1...3 {
            for (count, bytes) in [(1, 64), (1000, 64), (1000, 8000), (1001, 8000), (700_001, 1 << 20)] {
                try pieces(world, count: count, pieceBytes: bytes, threads: threads)
            }
        }
    },
    "overlapped-mlp": { try sameAsAtEnd($0, wideMLP) },
    "overlapped-residual": { try sameAsAtEnd($0, wideResidual) },
]

/// Models of more than one piece, of the data of `mlp` and `residual`.
let wideMLP = Example(
    layers: "dense: {units: 400}, tanh, dense: {units: 500}, sigmoid, dense: {units: 200}, tanh, dense: {units: 2}",
    loss: "mean_squared_error", inputShape: [5], task: .regression(targets: 2),
    variants: [
        Variant(batch: "10"),
        Variant(batch: "10", curvatureBatch: 0.25),
        Variant(curvature: "hessian", memory: "450 KiB"),
    ])
private let wideResidual = Example(
    layers: "conv2d: {filters: 3, kernel: 3, bias: false}, batch_norm, swish, "
        + "residual: {main: [conv2d: {filters: 4, kernel: 3, padding: same, bias: false}, batch_norm], "
        + "shortcut: [conv2d: {filters: 4, kernel: 1, bias: false}]}, flatten, dense: {units: 500}, tanh, "
        + "dense: {units: 560}, relu, dense: {units: 3}, softplus",
    loss: "cross_entropy", inputShape: [6, 6, 1], task: .classification(classes: 3),
    variants: [Variant(batch: "16", group: 4), Variant(group: 4, curvature: "hessian", memory: "600 KiB")])

/// The last pieces are summed while the pass still makes the first ones.
private func arrivesEarly(_ world: Communicator) throws {
    let piece = 512, count = 3 * piece + 17
    let sums = OverlappedSums<Double>(count: count, vectors: 1, others: [], pieceBytes: 8 * piece, world)
    let result = Buffer<Double>(count: count), ranks = Double(world.size * (world.size + 1) / 2)
    var early = false, untouched = false
    try sums.total(into: result.base, team: ThreadTeam(count: 1)) { _, vector, finished in
        for i in 2 * piece..<count { vector[i] = Double((i + 1) * (world.rank + 1)) }
        let deadline = MPIEnvironment.wallTime + 20
        func isThere(_ i: Int) -> Bool { result.base[i] == Double(i + 1) * ranks }
        while !early, MPIEnvironment.wallTime < deadline {
            finished(0, 2 * piece)
            early = (2 * piece..<count).allSatisfy(isThere)
        }
        untouched = (0..<2 * piece).allSatisfy { result.base[$0] == 0 }
        for i in 0..<2 * piece { vector[i] = Double((i + 1) * (world.rank + 1)) }
        finished(0, 0)
    }
    try expect(early, "the last pieces were not summed before the pass ended")
    try expect(untouched, "the first pieces were summed before they were made")
    for i in 0..<count { try expect(result.base[i] == Double(i + 1) * ranks, "\(result.base[i]) at \(i)") }
}

/// Small whole numbers, so that every order of sums is exact. Ranks and threads finish places of their own, at their
/// own time.
private func pieces(_ world: Communicator, count: Int, pieceBytes: Int, threads: Int) throws {
    let vectors = 2, team = ThreadTeam(count: threads)
    let others = (1..<threads).map { _ in Buffer<Float>(count: vectors * count) }
    let sums = OverlappedSums<Float>(count: count, vectors: vectors, others: others, pieceBytes: pieceBytes, world)
    let result = Buffer<Float>(count: vectors * count)
    for (turn, number) in [2, 1, 2].enumerated() {
        try sums.total(into: result.base, vectors: number, team: team) { t, values, finished in
            let layers = 1 + (3 * t + 5 * world.rank + turn) % 7
            for vector in 0..<number {
                for layer in (0...layers).reversed() {
                    let part = layer * count / (layers + 1)..<(layer + 1) * count / (layers + 1)
                    for i in part { values[vector * count + i] = Float((i + vector + turn) % 11 + world.rank + 3 * t) }
                    if (t + world.rank + turn) % 3 == 0 { usleep(300) }
                    finished(vector, part.lowerBound)
                }
            }
        }
        for vector in 0..<number {
            for i in 0..<count {
                let one = (i + vector + turn) % 11 * threads + 3 * threads * (threads - 1) / 2
                let wanted = Float(one * world.size + threads * world.size * (world.size - 1) / 2)
                let got = result.base[vector * count + i]
                try expect(
                    got == wanted,
                    "\(count) values, pieces of \(pieceBytes) bytes, \(threads) threads, turn \(turn): "
                        + "\(got) at \(i) of vector \(vector), not \(wanted)")
            }
        }
    }
}

/// Gradient, both products and a block product: reduced while they are made, and after it.
private func sameAsAtEnd(_ world: Communicator, _ example: Example) throws {
    try withDataset(world, example) { path in
        for variant in example.variants {
            for threads in [1, 2] {
                try sameAsAtEnd(world, example, path, variant, threads, Double.self, tolerance: 1e-13)
                try sameAsAtEnd(world, example, path, variant, threads, Float.self, tolerance: 1e-5)
            }
        }
    }
}

private func sameAsAtEnd<S: TrainingScalar>(
    _ world: Communicator, _ example: Example, _ path: String, _ variant: Variant, _ threads: Int, _: S.Type,
    tolerance: Double
) throws {
    let place = "\(S.self), \(threads) threads, \(variant)"
    var needs = ObjectiveNeeds(curvatureBatch: variant.curvatureBatch)
    needs.directions = 2
    func values(_ reduction: ReductionSchedule, times: Int) throws -> [[[Double]]] {
        var configuration = try example.configuration(path, variant)
        (configuration.threads, configuration.reduction) = (threads, reduction)
        // As many samples are kept whatever the type and the threads.
        configuration.memory = configuration.memory * threads * MemoryLayout<S>.stride / 8
        let problem = try Problem<S>(configuration, needs: needs, communicator: world)
        let n = problem.network.parameterCount, number = 3
        try expect(n * MemoryLayout<S>.stride > Communicator.pieceBytes, "\(place): all of it is one piece")
        if variant.memory != "1 MiB", world.size * threads <= 2 {
            let memory = problem.objective.memory
            try expect(memory.keptRows < memory.curvatureRows, "\(place): nothing is recomputed: \(memory)")
        }
        let w = Buffer<S>(count: n), v = Buffer<S>(count: number * n), result = Buffer<S>(count: number * n)
        problem.network.initialise(w.base, seed: 5)
        for j in 0..<number { problem.network.initialise(v.base + j * n, seed: UInt64(6 + j)) }
        try problem.objective.load(problem.share(ofBatch: 0, curvature: variant.curvatureBatch))
        func taken(_ count: Int) -> [Double] { (0..<count).map { Double(result.base[$0]) } }
        return try (0..<times).map { _ in
            var all = [[try problem.objective.linearize(at: w.vector, gradient: result.mutable[0..<n])], taken(n)]
            for curvature in Curvature.allCases {
                try problem.objective.product(curvature, v.vector[0..<n], into: result.mutable[0..<n])
                all.append(taken(n))
                try problem.objective.products(
                    curvature, v.vector[0..<number * n], into: result.mutable[0..<number * n])
                all.append(taken(number * n))
            }
            return all
        }
    }
    let overlapped = try values(.overlapped, times: 2), atEnd = try values(.atEnd, times: 1)[0]
    let names = ["loss", "gradient", "Hv", "a block of Hv", "Gv", "a block of Gv"]
    for (i, name) in names.enumerated() {
        try expect(
            atEnd[i].contains { $0 != 0 } && atEnd[i].allSatisfy { $0.isFinite }, "\(place): \(name) is nothing")
        try expect(overlapped[1][i] == overlapped[0][i], "\(place): \(name) has other bits the second time")
        try expect(try sameEverywhere(overlapped[0][i], world), "\(place): the ranks have other bits of \(name)")
        // Two summands have one order.
        if world.size <= 2 {
            try expect(overlapped[0][i] == atEnd[i], "\(place): \(name) has other bits than at the end")
        }
        let scale = atEnd[i].reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(overlapped[0][i], atEnd[i]) {
            try expect(abs(a - b) <= tolerance * scale, "\(place): \(name): \(a), at the end \(b)")
        }
    }
}
