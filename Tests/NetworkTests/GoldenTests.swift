import HDF5
import NewtonCG
import TestSupport
import Testing

/// Every case of Tests/Golden through the library: loss, gradient, Hv and Gv against JAX's float64.
@Suite struct GoldenTests {
    /// What a case must agree to in float64. Sums in another order differ by some 1e-14; a wrong term by far more.
    static let tolerance = 1e-10

    /// The same in float32. Half an ulp is 6e-8; sums of up to a thousand terms through up to eight layers, and the
    /// cancellation of a loss's gradient near its optimum, leave 2e-5 of the largest entry.
    static let floatTolerance = 2e-5

    @Test func thereAreCases() {
        #expect(GoldenCase.names.count > 100)
    }

    @Test(arguments: GoldenCase.names) func agreesInFloat64(name: String) throws {
        let golden = try GoldenCase(name)
        let got = try golden.problem(Double.self).objective().values(at: golden.parameters, along: golden.vector)
        check(got, golden.expected, Self.tolerance)
    }

    /// The loss that line searches see, computed with nothing kept.
    @Test(arguments: GoldenCase.names) func lossAloneAgrees(name: String) throws {
        let golden = try GoldenCase(name)
        let loss = try golden.problem(Double.self).objective().loss(at: golden.parameters)
        #expect(relativeError([loss], [golden.expected.loss]) < Self.tolerance)
    }

    /// A limit so small that all samples but a block are recomputed in every product, and ones with room for more.
    @Test(arguments: GoldenCase.names) func agreesInMicroBatches(name: String) throws {
        let golden = try GoldenCase(name)
        let problem = try golden.problem(Double.self, times: 9)
        let least = try problem.smallestLimit()
        for limit in [least, 5 * least, try problem.objective().memory.keptBytes * 6 / 10] where limit >= least {
            let objective = try problem.objective(limit: limit)
            #expect(objective.memory.keptBytes <= limit)
            if limit == least { #expect(objective.memory.keptRows * 5 < problem.rows) }
            check(
                try objective.values(at: golden.parameters, along: golden.vector), golden.expected, Self.tolerance,
                "\(objective.memory)")
        }
    }

    /// aᵀGa, aᵀGb and bᵀGb by tangent passes alone, a the case's vector and b its gradient; kept and recomputed.
    @Test(arguments: GoldenCase.names) func gaussNewtonFormsAgree(name: String) throws {
        let golden = try GoldenCase(name)
        let problem = try golden.problem(Double.self, times: 2)
        let (a, b) = (golden.vector, golden.expected.gradient), product = golden.expected.gaussNewtonProduct
        func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        for limit in [1 << 30, try problem.smallestLimit()] {
            let objective = try problem.objective(limit: limit)
            try objective.at(golden.parameters) { _, _ in
                let u = Buffer(a), v = Buffer(b)
                let forms = try objective.gaussNewtonForms(u.vector, v.vector),
                    bb = dot(b, try objective.product(.gaussNewton, b))
                let wanted = [dot(a, product), dot(b, product), bb]
                // By Cauchy and Schwarz each is at most as large as these; cancellation in the products is theirs.
                let scales = [
                    dot(a.map(abs), product.map(abs)), (dot(a.map(abs), product.map(abs)) * abs(bb)).squareRoot(),
                    abs(bb),
                ]
                for ((got, wanted), scale) in zip(zip([forms.aa, forms.ab, forms.bb], wanted), scales) {
                    #expect(abs(got - wanted) <= 1e-10 * scale + 1e-14)
                }
                let alone = try objective.gaussNewtonForms(u.vector, nil)
                #expect(alone.aa == forms.aa && alone.ab == 0 && alone.bb == 0)
            }
        }
    }

    /// Another order of the groups, and of the rows of each, is the same batch, whether they are kept or recomputed.
    @Test(arguments: GoldenCase.namesInAnyOrder) func agreesInAnotherOrder(name: String) throws {
        let golden = try GoldenCase(name)
        let problem = try golden.problem(Double.self, times: 2)
        let groups = problem.groups.indices.sorted { ($0 * 7919 % 104_729) < ($1 * 7919 % 104_729) }
        for limit in [1 << 30, try problem.smallestLimit()] {
            check(
                try problem.objective(limit: limit, order: groups).values(at: golden.parameters, along: golden.vector),
                golden.expected, Self.tolerance)
        }
    }

    /// Float32 against Float64 at the same point: data, parameters and vector are rounded to float32 first.
    @Test(arguments: GoldenCase.names) func float32AgreesWithFloat64(name: String) throws {
        let golden = try GoldenCase(name)
        func rounded(_ values: [Double]) -> [Double] { values.map { Double(Float($0)) } }
        func values<S: TrainingScalar>(_ type: S.Type) throws -> GoldenCase.Values {
            let problem = try SmallProblem<S>(
                golden.configuration.model, golden.configuration.loss, l2: golden.configuration.l2,
                input: Array(golden.shape.dropFirst()), rows: golden.rows, inputs: rounded(golden.inputs),
                tokens: golden.tokens, vocabulary: golden.vocabulary, labels: golden.labels,
                values: golden.values.map(rounded), group: golden.configuration.data.group,
                masks: golden.masks)
            return try problem.objective().values(at: rounded(golden.parameters), along: rounded(golden.vector))
        }
        check(try values(Float.self), try values(Double.self), Self.floatTolerance)
    }

    private func check(
        _ got: GoldenCase.Values, _ wanted: GoldenCase.Values, _ tolerance: Double, _ what: String = "",
        location: SourceLocation = #_sourceLocation
    ) {
        let gradient = wanted.gradient.map(abs).max()!
        func scale(_ product: [Double]) -> Double {
            // Where a product vanishes (norm_error of one output) it is compared with the gradient.
            let largest = product.map(abs).max()!
            return largest > 1e-12 * gradient ? largest : gradient
        }
        let errors = [
            ("loss", relativeError([got.loss], [wanted.loss])),
            ("gradient", relativeError(got.gradient, wanted.gradient)),
            ("Hv", relativeError(got.hessianProduct, wanted.hessianProduct, scale: scale(wanted.hessianProduct))),
            (
                "Gv",
                relativeError(
                    got.gaussNewtonProduct, wanted.gaussNewtonProduct, scale: scale(wanted.gaussNewtonProduct))
            ),
        ]
        for (name, error) in errors {
            #expect(
                error <= tolerance, "\(name) is off by \(error) of its largest entry \(what)", sourceLocation: location)
        }
    }
}
