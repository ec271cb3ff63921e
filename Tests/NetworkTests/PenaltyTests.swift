import NewtonCG
import Testing

/// Penalties over ranges of the parameters, in all that an objective gives.
@Suite struct PenaltyTests {
    /// Σ ¼w⁴, whose curvature depends on the point.
    struct Quartic: Penalty {
        func value<S: Scalar>(at w: Vector<S>) -> Double {
            w.values.reduce(0) { $0 + Double($1 * $1 * $1 * $1) / 4 }
        }
        func addGradient<S: Scalar>(at w: Vector<S>, to g: MutableVector<S>, scale: S) {
            for i in 0..<w.count { g[i] = scale * g[i] + w[i] * w[i] * w[i] }
        }
        func addProduct<S: Scalar>(
            _ curvature: Curvature, at w: Vector<S>, _ v: Vector<S>, to product: MutableVector<S>, scale: S
        ) {
            for i in 0..<w.count {
                // Two parts of one curvature, for the test.
                product[i] = scale * product[i] + (curvature == .hessian ? 6 : 3) * w[i] * w[i] * v[i]
            }
        }
        func form<S: Scalar>(at w: Vector<S>, _ a: Vector<S>, _ b: Vector<S>) -> Double {
            (0..<w.count).reduce(0) { $0 + Double(3 * w[$1] * w[$1] * a[$1] * b[$1]) }
        }
        var uniform: Double? { nil }
    }

    private func problem() throws -> SmallProblem<Double> {
        var random = Numbers(seed: 31)
        return try SmallProblem(
            try Sequential {
                Dense(5); Tanh(); Dense(3)
            }, .crossEntropy, input: [4], rows: 30,
            inputs: random.normal(120), labels: (0..<30).map { Int32($0 % 3) })
    }

    /// Each is added once, at its places, whatever the threads, the vectors of a product and how they lie.
    @Test(arguments: [1, 3], [false, true]) func areAddedAtTheirPlaces(threads: Int, divided: Bool) throws {
        let problem = try problem(), n = problem.count
        let penalties = Penalties([.init(9..<n - 3, Quartic()), .init(2..<7, L2(0.3)), .init(n - 1..<n - 1, L2(1))])
        #expect(penalties.terms.map(\.range) == [2..<7, 9..<n - 3])
        let plain = try problem.objective()
        let objective = try problem.objective(
            directions: 2, threads: threads, penalties: penalties, dividesVectors: divided)
        var random = Numbers(seed: 32)
        let w = random.normal(n), a = random.normal(n), b = random.normal(n)
        let diagonal = (0..<n).map { (2..<7).contains($0) ? 0.3 : (9..<n - 3).contains($0) ? 3 * w[$0] * w[$0] : 0 }
        let slope = (0..<n).map {
            (2..<7).contains($0) ? 0.3 * w[$0] : (9..<n - 3).contains($0) ? w[$0] * w[$0] * w[$0] : 0
        }
        let value = (0..<n).reduce(0.0) { $0 + ((2..<7).contains($1) ? 0.5 : 0.25) * slope[$1] * w[$1] }
        func plus(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
        func form(_ x: [Double], _ y: [Double]) -> Double { (0..<n).reduce(0) { $0 + x[$1] * diagonal[$1] * y[$1] } }

        try plain.at(w) { loss, gradient in
            try objective.at(w) { otherLoss, otherGradient in
                #expect(relativeError([otherLoss], [loss + value]) < 1e-14)
                #expect(relativeError([try objective.loss(at: w)], [loss + value]) < 1e-14)
                #expect(relativeError(otherGradient, plus(gradient, slope)) < 1e-14)
                for curvature in Curvature.allCases {
                    let wanted = try [a, b].map { v in
                        let factor = { (i: Int) in curvature == .hessian && i >= 9 ? 2.0 : 1 }
                        return plus(try plain.product(curvature, v), (0..<n).map { factor($0) * diagonal[$0] * v[$0] })
                    }
                    #expect(relativeError(try objective.product(curvature, a), wanted[0]) < 1e-13)
                    let both = Buffer(a + b), products = Buffer<Double>(count: 2 * n)
                    try objective.products(curvature, both.vector, into: products.mutable)
                    #expect(relativeError(products.values, wanted[0] + wanted[1]) < 1e-13)
                }
                let (x, y) = (Buffer(a), Buffer(b))
                let without = try plain.gaussNewtonForms(x.vector, y.vector)
                let with = try objective.gaussNewtonForms(x.vector, y.vector)
                #expect(
                    relativeError(
                        [with.aa, with.ab, with.bb],
                        [without.aa + form(a, a), without.ab + form(a, b), without.bb + form(b, b)]) < 1e-13)
            }
        }
    }

    @Test func whatNeedsOneForAllSaysSo() throws {
        let problem = try problem(), n = problem.count
        #expect(try Penalties.none.uniform(over: n, for: "it") == 0)
        #expect(try Penalties.l2(0.1, over: n).uniform(over: n, for: "it") == 0.1)
        #expect(try Penalties([.init(3..<n, L2(0.1)), .init(0..<3, L2(0.1))]).uniform(over: n, for: "it") == 0.1)
        for terms in [
            [Penalties.Term(0..<n - 1, L2(0.1))], [.init(1..<n, L2(0.1))], [.init(0..<n, Quartic())],
            [.init(0..<3, L2(0.1)), .init(3..<n, L2(0.2))], [.init(0..<3, L2(0.1)), .init(4..<n, L2(0.1))],
        ] {
            let objective = try problem.objective(penalties: Penalties(terms))
            var kronecker = NewtonCGSettings(), sampleSpace = NewtonCGSettings()
            (kronecker.preconditioner, sampleSpace.solve) = (.kronecker(KroneckerSettings()), .sampleSpace)
            for (settings, name) in [
                (kronecker, "'preconditioner: kronecker'"), (sampleSpace, "'solve: sample_space'"),
            ] {
                #expect {
                    try makeOptimizer(.newtonCG(settings), minimising: objective)
                } throws: {
                    "\($0)".hasPrefix("\(name) needs a penalty that is the same for all parameters")
                }
            }
        }
    }

    /// Vectors that are divided serve solves by conjugate gradients, and preconditioners that work on parts.
    @Test func dividedVectorsAreRefusedWhereTheyMustBeWhole() throws {
        let objective = try problem().objective(dividesVectors: true)
        func message(_ change: (inout NewtonCGSettings) -> Void) throws -> String? {
            var settings = NewtonCGSettings()
            settings.cg.splitVectors = true
            change(&settings)
            do {
                _ = try makeOptimizer(.newtonCG(settings), minimising: objective)
                return nil
            } catch let error as ModelError { return "\(error)" }
        }
        #expect(try message { $0.preconditioner = .gradientSquares(.init()) } == nil)
        #expect(try message { $0.solve = .subspace }!.hasPrefix("'cg.split_vectors' divides the vectors of conjugate"))
        for one: NewtonCGSettings.Preconditioner in [.kronecker(.init()), .nystrom(.init()), .lbfgs(.init())] {
            #expect(
                try message { $0.preconditioner = one }!.hasPrefix("the preconditioner is applied to whole vectors"))
        }
    }
}
