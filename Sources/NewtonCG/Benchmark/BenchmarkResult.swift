import Foundation

/// What was measured of one workload. `json` writes its fields in snake case: `hessian_s`, `peak_rss_mb` …
/// Seconds are the best of the rounds, with the median beside them; GFLOP/s count the direct algorithm's operations.
public struct BenchmarkResult: Encodable, Sendable {
    /// A value of the benchmark's own data, the same in every program that computes it.
    public struct Check: Sendable {
        /// The loss, the norm of its gradient, and vᵀHv and vᵀGv of a random vector.
        public let loss, gradientNorm, vhv, vgv: Double
    }

    /// Seconds of each round.
    struct Times {
        var gradient: [Double] = [], hessian: [Double] = [], gaussNewton: [Double] = [], sgemm: [Double] = []
        let sgemmOperations: Double
        init(sgemmOperations: Double) { self.sgemmOperations = sgemmOperations }
    }

    /// Parts of the time, together 1.
    public struct Shares: Encodable, Sendable {
        /// Shares of the whole, from 0 to 1.
        public let gemm, transforms, elementwise, reductions, other: Double

        init(_ profile: Profile, threads: Int) {
            func share(_ work: Work) -> Double { profile.share(of: work, threads: threads) }
            (gemm, transforms) = (share(.gemm), share(.transforms))
            (elementwise, reductions) = (share(.elementwise), share(.reductions))
            other = profile.otherShare(threads: threads)
        }
    }

    /// Its name.
    public let workload: String
    /// What it is, in words.
    public let summary: String
    /// Of a rank; of the job; samples; values; times that all was measured.
    public let threads, ranks, batch, parameters, rounds: Int
    /// The shortest of the rounds, in seconds.
    public let gradientS, hessianS, gaussNewtonS: Double
    /// The median of the rounds, in seconds.
    public let gradientMedianS, hessianMedianS, gaussNewtonMedianS: Double
    /// Operations of one, of the direct algorithm, in 10⁹.
    public let gradientGflop, hessianGflop, gaussNewtonGflop: Double
    /// 10⁹ operations a second of the direct algorithm, in the shortest round.
    public let gradientGflops, hessianGflops, gaussNewtonGflops: Double
    /// OpenBLAS's rate at 2048³, over all threads and ranks.
    public let sgemmGflops: Double
    /// To sgemm's rate.
    public let gradientRatio, hessianRatio, gaussNewtonRatio: Double
    /// The algorithms of its convolutions, a line for each.
    public let convolutions: [String]
    /// What products read again, of one sample.
    public let keptBytesPerSample: Int
    /// Of all samples of a rank, those that are kept and not recomputed in every product.
    public let keptSamples, samples: Int
    /// What a rank plans for activations, kept and shared by blocks, in MiB; and if it took Gauss–Newton's products alone.
    public let keptMb, workspaceMb, gaussNewtonKeptMb, gaussNewtonWorkspaceMb: Double
    /// Resident memory before data and model, and at the peak, in MiB.
    public let idleRssMb, peakRssMb: Double?
    /// Where the time of each goes.
    public let gradientTime, hessianTime, gaussNewtonTime: Shares
    /// `--vector-check`.
    public private(set) var loss, gradientNorm, vhv, vgv: Double?

    init(
        _ workload: Workload, threads: Int, ranks: Int, parameters: Int, operations: Operations, convolutions: [String],
        memory: BatchMemory, gaussNewtonMemory: BatchMemory, idle: Double?, peak: Double?, times: Times,
        profiles: [Profile], check: Check
    ) {
        (self.workload, summary, batch) = (workload.name, workload.summary, workload.batch)
        (self.threads, self.ranks, self.parameters) = (threads, ranks, parameters)
        func mib(_ bytes: Int) -> Double { Double(bytes * threads) / 0x1p20 }
        (keptBytesPerSample, idleRssMb, peakRssMb) = (memory.keptBytesPerSample, idle, peak)
        (keptSamples, samples) = (memory.keptRows * threads, memory.curvatureRows * threads)
        (keptMb, workspaceMb) = (mib(memory.keptBytes), mib(memory.workspaceBytes))
        (gaussNewtonKeptMb, gaussNewtonWorkspaceMb) = (
            mib(gaussNewtonMemory.keptBytes), mib(gaussNewtonMemory.workspaceBytes)
        )
        self.convolutions = convolutions
        rounds = times.sgemm.count
        func median(_ s: [Double]) -> Double { (s.sorted()[(s.count - 1) / 2] + s.sorted()[s.count / 2]) / 2 }
        (gradientS, gradientMedianS) = (times.gradient.min()!, median(times.gradient))
        (hessianS, hessianMedianS) = (times.hessian.min()!, median(times.hessian))
        (gaussNewtonS, gaussNewtonMedianS) = (times.gaussNewton.min()!, median(times.gaussNewton))
        func gflop(_ operations: Int) -> Double { Double(operations) * Double(workload.batch) * 1e-9 }
        gradientGflop = gflop(operations.gradient)
        hessianGflop = gflop(operations.hessian)
        gaussNewtonGflop = gflop(operations.gaussNewton)
        gradientGflops = gradientGflop / gradientS
        hessianGflops = hessianGflop / hessianS
        gaussNewtonGflops = gaussNewtonGflop / gaussNewtonS
        sgemmGflops = times.sgemmOperations * Double(ranks) * 1e-9 / times.sgemm.min()!
        gradientRatio = gradientGflops / sgemmGflops
        hessianRatio = hessianGflops / sgemmGflops
        gaussNewtonRatio = gaussNewtonGflops / sgemmGflops
        let shares = profiles.map { Shares($0, threads: threads) }
        (gradientTime, hessianTime, gaussNewtonTime) = (shares[0], shares[1], shares[2])
        (loss, gradientNorm, vhv, vgv) = (check.loss, check.gradientNorm, check.vhv, check.vgv)
    }

    /// Without the values of the benchmark's data.
    public var withoutCheck: BenchmarkResult {
        var result = self
        (result.loss, result.gradientNorm, result.vhv, result.vgv) = (nil, nil, nil, nil)
        return result
    }

    /// One line.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
