/// From measured runs to 4,096 ranks on networks that are described: seconds, speed-up and efficiency.
public struct Prediction: Sendable {
    /// Why nothing can be predicted, in one sentence.
    public struct Missing: Error, CustomStringConvertible, Equatable {
        public let description: String
    }
    /// A line of a figure: efficiency, 1 for that of one rank, over ranks.
    public struct Curve: Equatable, Sendable {
        public struct Point: Equatable, Sendable { public var ranks: Int, efficiency: Double }
        public var network: String
        public var kind: ScalingModel.Kind
        public var points: [Point]
    }
    /// What the poster reports for its node of 8 GPUs: parallel efficiency by ranks.
    public static let poster: [Int: Double] = [2: 0.983, 4: 0.915, 8: 0.804]
    /// 1, 2, 4 … 4,096.
    public static let counts = (0...12).map { 1 << $0 }

    public let measured: MeasuredComparison
    /// The fitted one, and the described ones.
    public let networks: [NetworkDescription]
    public var model: ScalingModel { measured.model }

    /// - Parameters:
    ///   - measurements: of one problem and method, a step each.
    ///   - reductions: of these runs, by size; without them the network is fitted to the time of all together.
    ///   - networks: descriptions; that of the runs' own machine is fitted, and comes first.
    ///   - near: what a fit begins with, and scales where the runs give one number only.
    /// - Throws: `Missing` if there is no run on two ranks or more that measured its reductions.
    public init(
        measurements: [StepMeasurement], reductions: [MeasuredReduction] = [],
        networks: [NetworkDescription] = NetworkDescription.examples, near: NetworkDescription = .sharedMemory
    ) throws {
        guard let measured = MeasuredComparison(measurements, reductions: reductions, near: near) else {
            throw Missing(
                description:
                    "Nothing is predicted: none of the runs has two ranks or more with as many threads as that "
                    + "with the fewest ranks, so that what ranks tell one another is not known; add one.")
        }
        self.measured = measured
        self.networks = [measured.fit.network] + networks
    }

    /// Seconds of a step of any run of this machine on other ranks, with its own batch: `strong` scaling.
    ///
    /// - Returns: nil if it ran on one rank: what it would tell others was then not measured.
    public func seconds(of step: StepMeasurement, ranks: Int, network: NetworkDescription) -> Double? {
        ScalingModel(step)?.parts(.strong, ranks: ranks, network: network).seconds
    }

    public var curves: [Curve] {
        networks.flatMap { network in
            ScalingModel.Kind.allCases.map { kind in
                Curve(
                    network: network.name, kind: kind,
                    points: Self.counts.map {
                        .init(ranks: $0, efficiency: model.efficiency(kind, ranks: $0, network: network))
                    })
            }
        }
    }

    /// What takes most of the time that so many ranks lose in strong scaling.
    func limit(ranks: Int, network: NetworkDescription) -> String {
        let parts = model.parts(.strong, ranks: ranks, network: network), batch = model.reference.batch
        let even = model.reference.secondsPerRow * Double(batch) / Double(ranks)
        // Of repeated work one rank has its part, too: it would be lost even if all else were nothing.
        let losses = [
            ("reductions", parts.reduction), ("waiting for the slowest rank", parts.waiting),
            ("work that every rank repeats", parts.repeated * (1 - 1 / Double(ranks))),
            ("rows that can't be divided evenly", parts.divided - even),
        ]
        return losses.max { $0.1 < $1.1 }!.0
    }
}
