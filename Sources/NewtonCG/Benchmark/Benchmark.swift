import MPI

/// Measures one gradient, one `Hv` and one `Gv` of a workload in steady state: memory planned and touched, the point
/// kept, a new direction each time. OpenBLAS's sgemm is timed in the same rounds, so that a clock that changes
/// changes both.
public struct Benchmark {
    private typealias S = Float
    private let workload: Workload
    private let communicator: Communicator
    private let threads: Int
    private let network: Network<S>
    private let objective: ShardedObjective<S>
    private let w, v, gradient, product: Buffer<S>
    private let gaussNewtonMemory: BatchMemory
    private let idle: Double?
    private var directions = 0

    /// Rounds of one workload: as many as fit into the budget, within these bounds.
    private static let rounds = 5...25

    /// Where memory is limited, a thread has so many groups that some can be recomputed.
    private static let groupsOfLimited = 4

    /// Sets it up on every rank: each takes its rows of the batch.
    /// - Parameters:
    ///   - memory: bytes for the kept activations of a rank, as `memory` in a configuration; nil: as many as it takes.
    ///   - reduction: when the sums are reduced over the ranks.
    public init(
        _ workload: Workload, threads: Int = 1, memory: Int? = nil, reduction: ReductionSchedule = .atEnd,
        communicator: Communicator
    ) throws {
        ResidentMemory.reset()
        idle = ResidentMemory.now
        (self.workload, self.threads, self.communicator) = (workload, threads, communicator)
        let divisor = communicator.size * threads * (memory == nil ? 1 : Self.groupsOfLimited)
        let group = max(1, workload.group / divisor)
        let lanes = try Lanes(rows: workload.batch, batch: nil, group: group)
        network = try Network(workload.model, input: workload.input)
        let rows = lanes.rows(of: communicator.rank, of: communicator.size)
        let groups = lanes.lanes(of: communicator.rank, of: communicator.size).count
        let parts = BatchMemory.Groups(count: groups, curvature: groups, rows: lanes.largestGroup)
        objective = try ShardedObjective(
            network, loss: LossSpec.crossEntropy.make(outputs: network.outputShapes),
            shard: BenchmarkData.shard(workload, rows: rows), batchRows: rows.count, curvatureRows: rows.count,
            groups: parts, limit: memory ?? .max, threads: threads, reduction: reduction, communicator: communicator)
        gaussNewtonMemory = try ShardedObjective.plan(
            network, for: .gaussNewton, batchRows: rows.count, curvatureRows: rows.count, groups: parts,
            limit: memory ?? .max, threads: threads)
        try objective.load(
            lanes.shares(of: communicator.rank, of: communicator.size, seed: 0, epoch: 0)
                .batch(0, curvature: 1, step: 0))
        let n = network.parameterCount
        (w, v, gradient, product) = (Buffer(count: n), Buffer(count: n), Buffer(count: n), Buffer(count: n))
        BenchmarkData.point(network, into: w.base)
    }

    /// Measures on all ranks; times are this rank's.
    /// - Parameter budget: seconds that the rounds should take.
    public mutating func run(budget: Double = 12) throws -> BenchmarkResult {
        let check = try check()
        let profiles = try [Operation.gradient, .hessian, .gaussNewton].map { operation in
            newDirection()
            return try Profile.of { for _ in 0..<3 { try perform(operation) } }
        }
        // sgemm's own matrices and memory come later: they are no part of the program.
        let peak = ResidentMemory.peak
        let times = try timed(budget, estimate: profiles.reduce(0) { $0 + $1.elapsed / 3 })
        return BenchmarkResult(
            workload, threads: threads, ranks: communicator.size, parameters: network.parameterCount,
            operations: Operations(of: network), convolutions: network.convolutionPlan, memory: objective.memory,
            gaussNewtonMemory: gaussNewtonMemory, idle: idle, peak: peak, times: times, profiles: profiles, check: check
        )
    }

    enum Operation: CaseIterable { case gradient, hessian, gaussNewton }

    private func perform(_ operation: Operation) throws {
        switch operation {
        case .gradient: _ = try objective.linearize(at: w.vector, gradient: gradient.mutable)
        case .hessian: try objective.product(.hessian, v.vector, into: product.mutable)
        case .gaussNewton: try objective.product(.gaussNewton, v.vector, into: product.mutable)
        }
    }

    /// The numbers that other programs are held against; also the first touch of all memory.
    package mutating func check() throws -> BenchmarkResult.Check {
        let n = network.parameterCount
        newDirection()
        let loss = try objective.linearize(at: w.vector, gradient: gradient.mutable)
        func along(_ curvature: Curvature) throws -> Double {
            try objective.product(curvature, v.vector, into: product.mutable)
            return S.Kernels.dot(count: n, v.base, product.base)
        }
        return try BenchmarkResult.Check(
            loss: loss, gradientNorm: S.Kernels.dot(count: n, gradient.base, gradient.base).squareRoot(),
            vhv: along(.hessian),
            vgv: along(.gaussNewton))
    }

    private mutating func newDirection() {
        BenchmarkData.direction(directions, count: network.parameterCount, into: v.base)
        directions += 1
    }

    /// Seconds of every round.
    private mutating func timed(_ budget: Double, estimate: Double) throws -> BenchmarkResult.Times {
        let reference = ReferenceProduct(threads: threads)
        func seconds(_ body: () throws -> Void) throws -> Double {
            // All ranks begin together.
            _ = try communicator.allreduce(Int32(0), .sum)
            let start = ContinuousClock.now
            try body()
            return (ContinuousClock.now - start).seconds
        }
        let first = try communicator.allreduce(estimate + seconds { reference.run() }, .max)
        let rounds = min(max(Int(budget / first), Self.rounds.lowerBound), Self.rounds.upperBound)
        var times = BenchmarkResult.Times(sgemmOperations: reference.operations)
        for _ in 0..<rounds {
            times.sgemm.append(try seconds { reference.run() })
            // OpenBLAS's threads are still busy waiting for more while the direction is drawn.
            newDirection()
            times.gradient.append(try seconds { try perform(.gradient) })
            times.hessian.append(try seconds { try perform(.hessian) })
            newDirection()
            times.gaussNewton.append(try seconds { try perform(.gaussNewton) })
        }
        return times
    }
}
