/// From measured runs to 4,096 ranks on networks that are described: seconds, speed-up and efficiency.
package struct Prediction: Sendable {
    /// What the poster reports for its node of 8 GPUs: parallel efficiency by ranks.
    package static let poster: [Int: Double] = [2: 0.983, 4: 0.915, 8: 0.804]
    /// 1, 2, 4 … 4,096.
    package static let counts = (0...12).map { 1 << $0 }

    package let measured: MeasuredComparison
    /// The fitted one, and the described ones.
    package let networks: [NetworkDescription]
    package var model: ScalingModel { measured.model }

    /// - Parameters:
    ///   - measurements: of one problem and method, a step each. Where none measured its sums by size, the network is
    ///     fitted to the time of all together.
    ///   - networks: descriptions; that of the runs' own machine is fitted, and comes first.
    ///   - near: what a fit begins with, and scales where the runs give one number only.
    /// - Returns: nil if there is no run on two ranks or more that measured its reductions.
    package init?(
        measurements: [StepMeasurement], networks: [NetworkDescription] = NetworkDescription.examples,
        near: NetworkDescription = .sharedMemory
    ) {
        guard let measured = MeasuredComparison(measurements, near: near) else { return nil }
        self.measured = measured
        self.networks = [measured.fit.network] + networks
    }

    /// From the runs of the setting that was measured on most numbers of ranks.
    package init?(_ series: [ScalingSeries], networks: [NetworkDescription] = NetworkDescription.examples) {
        guard let widest = series.max(by: { $0.points.count < $1.points.count }) else { return nil }
        let setting = widest.reference.middle.setting
        var seen: Set<String> = []
        let runs = series.flatMap(\.points).flatMap(\.runs).filter {
            $0.setting == setting && seen.insert($0.name).inserted
        }
        self.init(measurements: runs.map(StepMeasurement.init), networks: networks)
    }

    /// Seconds of a step of any run of this machine on other ranks, with its own batch: `strong` scaling.
    ///
    /// - Returns: nil if it ran on one rank: what it would tell others was then not measured.
    package func seconds(of step: StepMeasurement, ranks: Int, network: NetworkDescription) -> Double? {
        ScalingModel(step)?.parts(.strong, ranks: ranks, network: network).seconds
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
