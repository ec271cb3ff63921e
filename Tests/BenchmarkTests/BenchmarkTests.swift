import Foundation
import MPI
import NewtonCG
import TestSupport
import Testing

/// What the benchmark says, not how fast it is.
@Suite(.serialized) struct BenchmarkTests {
    /// Computed by another program (JAX 0.10, in float64) from numbers it made itself: loss, |g|, vᵀHv, vᵀGv.
    static let peer: [(name: String, values: [Double])] = [
        ("W1", [2.4468361779, 0.3806817568, 85.3198113112, 134.7774876798]),
        ("W3", [2.3002337425, 0.4808245994, 30.2564273542, 30.5419050328]),
        ("W4", [3.6720992337, 23.9209900624, -54655.1807773116, 3307.3151122702]),
    ]

    /// With batch normalisation over 32 samples a few flipped masks of ReLU show; on two threads it has two groups.
    @Test(arguments: [("W1", 1), ("W1", 2), ("W3", 1), ("W3", 2), ("W4", 1)])
    func agreesWithOtherPrograms(name: String, threads: Int) throws {
        var benchmark = try Benchmark(#require(Workload.named(name)), threads: threads, communicator: .single)
        let check = try benchmark.check()
        let values = [check.loss, check.gradientNorm, check.vhv, check.vgv]
        for (ours, theirs) in zip(values, Self.peer.first { $0.name == name }!.values) {
            #expect(abs(ours - theirs) <= (name == "W4" ? 5e-3 : 1e-4) * abs(theirs))
        }
    }

    /// The numbers through the objective in Double; and figures that fit together.
    @Test func checkIsThatOfTheObjective() throws {
        let workload = try #require(Workload.named("W1"))
        var benchmark = try Benchmark(workload, communicator: .single)
        let result = try benchmark.run(budget: 0)
        checkIsSane(result)
        let network = try Network<Double>(workload.model, input: workload.input)
        let objective = try ShardedObjective(
            network, loss: LossSpec.crossEntropy.make(outputs: network.outputShapes),
            shard: BenchmarkData.shard(workload, rows: 0..<workload.batch), batchRows: workload.batch,
            curvatureRows: workload.batch, limit: .max, communicator: .single)
        try objective.load(
            try Lanes(rows: workload.batch, batch: nil).shares(of: 0, of: 1, seed: 0, epoch: 0)
                .batch(0, curvature: 1, step: 0))
        let n = network.parameterCount
        let w = Buffer<Double>(count: n), v = Buffer<Double>(count: n), out = Buffer<Double>(count: n)
        BenchmarkData.point(network, into: w.base)
        BenchmarkData.direction(0, count: n, into: v.base)
        #expect(abs(try objective.linearize(at: w.vector, gradient: out.mutable) - result.loss!) < 1e-5)
        #expect(abs(Double.Kernels.dot(count: n, out.base, out.base).squareRoot() - result.gradientNorm!) < 1e-5)
        for (curvature, value) in [(Curvature.hessian, result.vhv!), (.gaussNewton, result.vgv!)] {
            try objective.product(curvature, v.vector, into: out.mutable)
            #expect(abs(Double.Kernels.dot(count: n, v.base, out.base) - value) < 1e-5 * abs(value))
        }
    }

    private func checkIsSane(_ result: BenchmarkResult) {
        #expect(result.rounds >= 5 && result.keptBytesPerSample > 0)
        #expect(result.gradientS > 0 && result.gradientS <= result.gradientMedianS)
        #expect(result.hessianS > 0 && result.hessianS <= result.hessianMedianS)
        #expect(result.gaussNewtonS > 0 && result.gaussNewtonS <= result.gaussNewtonMedianS)
        #expect(abs(result.hessianGflops * result.hessianS - result.hessianGflop) < 1e-6 * result.hessianGflop)
        #expect(abs(result.hessianRatio * result.sgemmGflops - result.hessianGflops) < 1e-6 * result.hessianGflops)
    }

    /// The command, on two ranks: one JSON object with the promised keys, and the values of one rank.
    @Test func commandPrintsJSON() throws {
        let job = try mpirun(ranks: 2, "newton-cg", ["bench", "--workload", "W1", "--json", "--vector-check"])
        #expect(job.status == 0, "\(job.error)")
        let lines = job.output.split(separator: "\n")
        #expect(lines.count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as! [String: Any]
        for key in [
            "threads", "batch", "parameters", "gradient_s", "hessian_s", "gauss_newton_s", "gradient_median_s",
            "hessian_median_s", "gauss_newton_median_s", "hessian_gflops", "gauss_newton_gflops", "sgemm_gflops",
            "hessian_ratio", "peak_rss_mb", "idle_rss_mb", "kept_bytes_per_sample", "loss", "gradient_norm", "vhv",
        ] {
            #expect(try #require(object[key] as? Double, "\(key)") > 0)
        }
        #expect(object["workload"] as? String == "W1" && object["ranks"] as? Int == 2)
        #expect(object["batch"] as? Int == 4096 && object["parameters"] as? Int == 669_706)
        #expect(abs((object["vhv"] as! Double) / 85.31982 - 1) < 1e-4)
    }

    @Test(arguments: [["--workload", "W0"], ["--threads", "0"], ["--threads", "two"]])
    func refuses(arguments: [String]) throws {
        let job = try run("newton-cg", ["bench"] + arguments)
        #expect(job.status == 2 && job.output.isEmpty && job.error.hasPrefix("error: "))
    }
}
