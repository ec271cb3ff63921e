import MPI

/// What `train --verify` finds at the end of a run, in the manner of HPCG (Dongarra, Heroux, Luszczek 2016): before
/// speed is spoken of, the operator is symmetric, and the ranks hold the same numbers.
public struct Verification: Codable, Equatable, Sendable {
    /// Whether all ranks hold the same bits.
    public struct Replicas: Codable, Equatable, Sendable {
        /// By rank: of the parameters, their average and the running statistics, in hexadecimal.
        public let digests: [String]
        /// Whether all digests are one.
        public let identical: Bool
    }
    /// |uᵀBv − vᵀBu| of the distributed curvature product, for two vectors of standard normal numbers.
    public struct Symmetry: Codable, Equatable, Sendable {
        /// `hessian` or `gauss_newton`.
        public let curvature: String
        /// Of the batch that the products saw.
        public let samples: Int
        /// The two products of inner vectors, equal but for rounding.
        public let uBv, vBu: Double
        /// |uᵀBv − vᵀBu| / (‖Bu‖ + ‖Bv‖): about the relative rounding error of a product, since the vectors know nothing of
        /// it.
        public let error: Double
        /// The largest error that passes.
        public let bound: Double
        /// Whether the error is within the bound.
        public let passed: Bool
    }
    /// What every run is checked for.
    public let replicas: Replicas
    /// nil where it was not checked.
    public let symmetry: Symmetry?
    /// Why not.
    public let symmetryNotChecked: String?

    /// Whether all that was checked is right.
    public var passed: Bool { replicas.identical && symmetry?.passed != false }

    /// A line for the user.
    public var text: String {
        let ranks = replicas.digests.count
        let same = ranks == 1 ? "one rank" : "replicas of \(ranks) ranks \(replicas.identical ? "identical" : "DIFFER")"
        let symmetric =
            symmetry.map { "uᵀBv = vᵀBu to \(short($0.error)), bound \(short($0.bound))" }
            ?? "symmetry not checked: \(symmetryNotChecked ?? "")"
        return "verification \(passed ? "PASSED" : "FAILED"): \(same); \(symmetric)"
    }
}

extension Verification.Symmetry {
    /// Two products at the objective's kept point; called by all ranks.
    ///
    /// - Parameter roundings: in the longest chain of operations that an element of a product comes out of. Their errors
    ///   add up as √n (Higham and Mary 2019); the bound is 4ε√n.
    package init<S: Scalar>(
        _ curvature: Curvature, of objective: any CurvatureProducts<S>, seed: UInt64, samples: Int, roundings: Double
    ) throws {
        let space = objective.space
        var random = RandomStream(seed: seed, stream: RandomPurpose.check.stream(1, 0))
        func vector() throws -> Buffer<S> {
            let whole = Buffer<S>(count: space.count), own = Buffer<S>(count: space.ownCount)
            for i in 0..<whole.count { whole.base[i] = S(random.normal()) }
            // The C library may round otherwise on another node.
            try objective.replicate(
                UnsafeMutableRawBufferPointer(start: whole.base, count: whole.count * MemoryLayout<S>.stride))
            space.take(whole.vector, into: own.mutable)
            return own
        }
        let (u, v) = (try vector(), try vector())
        let Bu = Buffer<S>(count: space.ownCount), Bv = Buffer<S>(count: space.ownCount)
        try objective.product(curvature, u.vector, into: Bu.mutable)
        try objective.product(curvature, v.vector, into: Bv.mutable)
        (self.curvature, self.samples) = (curvature == .hessian ? "hessian" : "gauss_newton", samples)
        (uBv, vBu) = (try space.dot(u.vector, Bv.vector), try space.dot(v.vector, Bu.vector))
        let size = try space.dot(Bu.vector, Bu.vector).squareRoot() + space.dot(Bv.vector, Bv.vector).squareRoot()
        error = size == 0 ? 0 : abs(uBv - vBu) / size
        bound = 4 * Double(S.ulpOfOne) * roundings.squareRoot()
        passed = error <= bound
    }
}

extension Trainer {
    /// Compares the replicas, and takes two products on the first batch at parameters as a run begins with: where it ends
    /// the loss may be saturated, and products nothing but what cancellation leaves. Called by all ranks.
    func verify() throws -> Verification {
        let (communicator, objective) = (problem.communicator, problem.objective)
        let digests = try communicator.allgather(digest)
        let replicas = Verification.Replicas(
            digests: digests.map { String($0, radix: 16) }, identical: digests.allSatisfy { $0 == digests[0] })
        guard case .newtonCG(let settings) = self.settings, settings.curvatureBatch > 0 else {
            return Verification(
                replicas: replicas, symmetry: nil, symmetryNotChecked: "this optimizer takes no curvature products")
        }
        // Nobody asks any more whether to stop.
        objective.stopRequest = nil
        let shares = problem.lanes.shares(
            of: communicator.rank, of: communicator.size, seed: problem.configuration.seed, epoch: 0)
        try objective.load(shares.batch(0, curvature: settings.curvatureBatch, step: 0))
        let start = Buffer<S>(count: objective.count), gradient = Buffer<S>(count: objective.count)
        problem.network.initialise(start.base, seed: problem.configuration.seed)
        try objective.replicate(
            UnsafeMutableRawBufferPointer(start: start.base, count: start.count * MemoryLayout<S>.stride))
        _ = try objective.linearize(at: start.vector, gradient: gradient.mutable)
        // Every layer sums over rows and places, or over its inputs, in each of a product's two passes.
        let shapes = problem.network.shapes, samples = objective.share.curvatureSamples
        let terms = shapes.map { max(Double(samples * $0.positions), Double($0.count)) }.max()!
        let symmetry = try Verification.Symmetry(
            settings.curvature, of: objective, seed: problem.configuration.seed, samples: samples,
            roundings: 2 * Double(shapes.count) * terms)
        return Verification(replicas: replicas, symmetry: symmetry, symmetryNotChecked: nil)
    }
}
