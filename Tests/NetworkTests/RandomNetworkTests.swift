import NewtonCG
import Testing

/// What must hold for any network, on random ones, in float64: symmetry, Gauss–Newton's sign, differences.
@Suite struct RandomNetworkTests {
    static let seeds: [UInt64] = Array(1...150)

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

    /// A point, about as large as an initialiser's, and two directions.
    private func vectors(_ count: Int, seed: UInt64) -> (w: [Double], u: [Double], v: [Double]) {
        var random = Numbers(seed: seed &+ 1 << 32)
        return (random.normal(count).map { 0.4 * $0 }, random.normal(count), random.normal(count))
    }

    @Test(arguments: seeds, [true, false]) func productsAreSymmetricAndGaussNewtonIsNotNegative(
        seed: UInt64, smooth: Bool
    ) throws {
        let problem = try RandomNetwork(seed: seed, smooth: smooth).problem()
        let (w, u, v) = vectors(problem.count, seed: seed)
        for limit in [1 << 30, try problem.smallestLimit()] {
            let objective = try problem.objective(limit: limit)
            try objective.at(w) { _, _ in
                for curvature in Curvature.allCases {
                    let bu = try objective.product(curvature, u), bv = try objective.product(curvature, v)
                    let scale = norm(u) * norm(bv) + norm(v) * norm(bu)
                    #expect(abs(dot(u, bv) - dot(v, bu)) <= 1e-12 * scale)
                    if curvature == .gaussNewton { #expect(dot(v, bv) >= -1e-12 * scale) }
                }
            }
        }
    }

    /// The gradient against differences of the loss, which is computed by other code on another memory plan; Hv
    /// against differences of the gradient. Steps are so short that they cross no kink.
    @Test(arguments: seeds, [true, false]) func differencesAgree(seed: UInt64, smooth: Bool) throws {
        let problem = try RandomNetwork(seed: seed, smooth: smooth).problem()
        let (w, _, v) = vectors(problem.count, seed: seed)
        let objective = try problem.objective()
        let step = smooth ? 1e-5 : 1e-6
        let ahead = zip(w, v).map { $0 + step * $1 }, behind = zip(w, v).map { $0 - step * $1 }

        let (gradient, product) = try objective.at(w) { _, g in (g, try objective.product(.hessian, v)) }
        let slope = (try objective.loss(at: ahead) - objective.loss(at: behind)) / (2 * step)
        #expect(abs(dot(gradient, v) - slope) <= 1e-6 * norm(gradient) * norm(v) + 1e-9)

        let (g1, g0) = (try objective.at(ahead) { $1 }, try objective.at(behind) { $1 })
        let difference = zip(g1, g0).map { ($0 - $1) / (2 * step) }
        let error = norm(zip(product, difference).map { $0 - $1 })
        #expect(error <= 1e-5 * (norm(product) + norm(gradient)), "off by \(error) of \(norm(product))")
    }

    /// Where the residual is 0 the Hessian is Gauss–Newton's.
    @Test(arguments: Array(seeds.prefix(50))) func productsAreEqualWithoutResidual(seed: UInt64) throws {
        let random = try RandomNetwork(seed: seed, smooth: true, loss: .meanSquaredError)
        let (w, _, v) = vectors(try random.problem().count, seed: seed)
        let problem = try random.problem(targets: try random.problem().outputs(at: w))
        let objective = try problem.objective()
        try objective.at(w) { loss, _ in
            let penalty = 0.5 * problem.l2 * dot(w, w)
            #expect(abs(loss - penalty) <= 1e-14 * (1 + penalty))
            let hessian = try objective.product(.hessian, v), gaussNewton = try objective.product(.gaussNewton, v)
            #expect(relativeError(hessian, gaussNewton) <= 1e-12)
        }
    }
}

extension SmallProblem {
    /// The network's outputs on its samples, rows × outputs.
    func outputs(at w: [Double]) throws -> [Double] {
        let plan = Evaluation.plan(network, block: 8), w = Buffer(w.map { S($0) })
        let evaluation = Evaluation(
            network, loss: loss, plan: plan, workspace: Workspace(count: plan.shared),
            factors: Factors(network, transposes: false))
        var outputs: [Double] = []
        withExtendedLifetime(w) {
            evaluation.factors.set(w.base, transposes: false)
            _ = evaluation.loss(shard.batch(from: 0, Samples(groups: RowGroups(sizes: groups)))) { _, y, _ in
                outputs += y[0].values.map { Double($0) }
            }
        }
        return outputs
    }
}
