import Foundation
import NewtonCG
import TestSupport
import Testing

/// The quadratic form of a matrix, which need not be symmetric.
private final class MatrixObjective: CurvatureProducts {
    typealias S = Double
    let count: Int
    let space: any VectorSpace<Double>
    let matrix: [Double]
    let batchSamples = 1, isWhole = true

    init(_ count: Int, _ matrix: (Int, Int) -> Double) {
        (self.count, space) = (count, WholeVectors(count: count))
        self.matrix = (0..<count * count).map { matrix($0 / count, $0 % count) }
    }

    func linearize(at w: Vector<Double>, gradient: MutableVector<Double>) throws -> Double { 0 }
    func product(
        _ curvature: Curvature, _ v: Vector<Double>, into product: MutableVector<Double>
    ) throws {
        for i in 0..<count { product[i] = (0..<count).reduce(0) { $0 + matrix[i * count + $1] * v[$1] } }
    }
    func loss(at w: Vector<Double>) throws -> Double { 0 }
}

@Suite struct SymmetryTests {
    private func symmetry(_ matrix: (Int, Int) -> Double) throws -> Verification.Symmetry {
        let objective = MatrixObjective(30, matrix)
        return try Verification.Symmetry(
            .gaussNewton, of: objective, seed: 3, samples: 1, roundings: 30)
    }
    private func element(_ i: Int, _ j: Int) -> Double { sin(Double(i * j)) + (i == j ? 3 : 0) }

    @Test func aSymmetricMatrixPasses() throws {
        let found = try symmetry(element)
        #expect(found.passed && found.error < found.bound && found.uBv != 0)
    }

    /// One element of 900 that is wrong by a millionth is found, and so is one that is not finite.
    @Test(arguments: [1e-6, 1, Double.nan]) func anAsymmetricOneFails(change: Double) throws {
        let found = try symmetry { i, j in element(i, j) + (i == 4 && j == 17 ? change : 0) }
        #expect(!found.passed)
    }

    @Test func nothingIsSymmetric() throws {
        #expect(try symmetry { _, _ in 0 }.passed)
    }
}

/// Through the program.
@Suite(.serialized) struct VerifyTests {
    private static let newton = "newton_cg: {cg: {max_iterations: 4}, curvature_batch: 0.5}"

    @Test(arguments: [false, true]) func aRunIsVerifiedAndReportedOn(dividesVectors: Bool) throws {
        let optimizer = "newton_cg: {cg: {max_iterations: 4, split_vectors: \(dividesVectors)}, curvature_batch: 0.5}"
        let bench = try Workbench(configuration(optimizer))
        let settings = ["--verify", "--set", "train.steps=6", "--set", "train.checkpoint_every=6 steps"]
        let alone = try bench.train("one", settings, ranks: 1)
        #expect(alone.output.contains("verification PASSED: one rank; uᵀBv = vᵀBu to "))
        let pair = try bench.train("two", settings, ranks: 2)
        #expect(pair.output.contains("verification PASSED: replicas of 2 ranks identical; uᵀBv = vᵀBu to "))

        let profile = try RunProfile(bench.file("two/profile.json"))
        let found = try #require(profile.verification), symmetry = try #require(found.symmetry)
        #expect(found.replicas.identical && Set(found.replicas.digests).count == 1 && found.replicas.digests.count == 2)
        #expect(symmetry.passed && symmetry.samples == 5 && symmetry.curvature == "gauss_newton")
        #expect(symmetry.error <= symmetry.bound && abs(symmetry.uBv - symmetry.vBu) < 1e-9 && symmetry.uBv != 0)
        // Outside of all that is measured.
        let products = try #require(profile.rows.first { $0.phase == "product" })
        #expect(products.stage == "steps" && !profile.rows.contains { $0.phase == "product" && $0.stage == "outside" })

        // The same result: the first step's loss on one rank and on two.
        let report = try bench.newtonCG(["scaling", "one", "two", "--output", "report"])
        #expect(report.status == 0, "\(report.error)")
        for part in [
            "symmetry of the operator: PASSED", "replicas identical: PASSED",
            "same result as on 1 rank, batch 10: PASSED",
            "strong scaling, batch 10: small, float64, 1 thread a rank", "computation scalability", "\nVerdict\n",
        ] { #expect(report.output.contains(part), "\(report.output)") }
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.file("report"))
        #expect(Set(files).isSuperset(of: ["scaling.md", "scaling.csv", "talp"]))

        let bad = try bench.newtonCG(["scaling", "one", "data.h5", "none"])
        #expect(bad.status == 3 && bad.error.contains("none is of no use for the report: there is no such folder"))
        #expect(try bench.newtonCG(["scaling"]).status == 2)
        #expect(try bench.newtonCG(["scaling", "one", "--target", "accuracy=0.9"]).status == 2)
    }

    /// Adam takes no products; its replicas are compared all the same.
    @Test func withoutProductsTheReplicasAreCompared() throws {
        let bench = try Workbench(configuration("adam: {learning_rate: 0.01}"))
        try bench.train("run", ["--verify"], ranks: 2)
        let found = try #require(try RunProfile(bench.file("run/profile.json")).verification)
        #expect(
            found.passed && found.symmetry == nil
                && found.symmetryNotChecked == "this optimizer takes no curvature products")
    }

    /// Every message of the steps is in the table, with a time between the least and the most.
    @Test func messagesAreCountedBySize() throws {
        let bench = try Workbench(configuration(Self.newton))
        try bench.train("run", ranks: 2)
        let profile = try RunProfile(bench.file("run/profile.json"))
        #expect(profile.batch == 10 && profile.nodes?.count == 2 && profile.verification == nil)
        let messages = try #require(profile.reductions), own = messages.filter { $0.stage == "steps" }
        let row = try #require(profile.rows.first { $0.stage == "steps" && $0.phase == "reduction" })
        for rank in 0..<2 {
            #expect(own.reduce(0) { $0 + $1.calls[rank] } == row.calls[rank])
            #expect(own.reduce(0) { $0 + Double($1.calls[rank]) * $1.bytes } == row.bytes[rank])
            let seconds = own.reduce(0) { $0 + Double($1.calls[rank]) * $1.mean[rank] }
            #expect(abs(seconds - row.seconds[rank]) < 1e-9 + 1e-6 * row.seconds[rank])
            for message in messages {
                #expect(message.minimum[rank] <= message.mean[rank] && message.mean[rank] <= message.maximum[rank])
                #expect(message.minimum[rank] > 0)
            }
        }
        // The gradients: one a step, of all 43 parameters.
        #expect(own.contains { $0.kind == "allreduce" && $0.bytes == 43 * 8 && $0.calls == [13, 13] })
        #expect(messages.contains { $0.stage == "outside" })
    }

    /// The core seconds of a rank's threads: those of one thread are its seconds, three work up to three times as long.
    @Test(arguments: [1, 3]) func threadsAreMeasured(threads: Int) throws {
        let bench = try Workbench(configuration(Self.newton, batch: "40"), SmallDataset(rows: 400))
        try bench.train("run", ["--set", "threads=\(threads)"])
        let profile = try RunProfile(bench.file("run/profile.json"))
        for row in profile.rows {
            let (seconds, cores) = (row.seconds[0], try #require(row.coreSeconds)[0])
            #expect(threads > 1 ? cores <= Double(threads) * seconds + 1e-6 && cores > 0 : cores == seconds)
        }
        if threads > 1 {
            let product = try #require(profile.rows.first { $0.phase == "product" })
            #expect(product.coreSeconds![0] != product.seconds[0])
        }
    }
}
