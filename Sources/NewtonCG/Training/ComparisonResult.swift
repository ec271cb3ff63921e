/// A run of a comparison: one setting of one optimizer from one seed.
public struct ComparedRun: Sendable {
    /// Epochs and seconds of steps at which a value was met.
    public typealias Arrival = Milestones.Arrival

    /// The number of its setting in the optimizer's grid, from 0.
    public var candidate: Int
    /// Of the initial parameters and the batch order.
    public var seed: UInt64
    /// Why the run ended early; nil where all numbers stayed finite.
    public var divergence: String?
    /// Where the target was met first, and the values on the way to it.
    public var arrival: Arrival?
    /// In the order of the configuration; nil where not met.
    public var milestones: [Arrival?] = []
    /// That were done.
    public var steps = 0
    /// That were done.
    public var epochs = 0.0
    /// Spent in steps, over the whole run.
    public var seconds = 0.0
    /// The training part at the end; nil after a divergence, as are the others.
    public var train: Metrics?
    /// The parts that are evaluated, at the end.
    public var evaluated: [(part: String, metrics: Metrics)] = []
    /// The best of all evaluations of the part that is shown, in its main metric: see `Metrics.main`.
    public var best: Double?
    /// The run's table of steps, inside the run folder.
    public var metricsPath: String

    /// A run that has not begun.
    public init(candidate: Int, seed: UInt64, metricsPath: String) {
        (self.candidate, self.seed, self.metricsPath) = (candidate, seed, metricsPath)
    }

    /// Where the run's profile is, beside its table of steps.
    package static func profilePath(besideMetrics path: String) -> String {
        (path.hasSuffix(".csv") ? String(path.dropLast(4)) : path) + ".json"
    }

    /// The loss that settles a choice: of the validation part, else of test, else of the training part.
    var decidingLoss: Double {
        let loss = evaluated.first?.metrics.loss ?? train?.loss ?? .infinity
        return loss.isNaN ? .infinity : loss
    }

    /// Whether this setting is shown rather than the other: the sooner at the target in seconds, then the smaller
    /// loss; a diverged run comes last.
    public func isBetter(than other: ComparedRun) -> Bool {
        func key(_ run: ComparedRun) -> (Int, Double, Double) {
            if run.divergence != nil { return (2, 0, 0) }
            return (run.arrival == nil ? 1 : 0, run.arrival?.seconds ?? 0, run.decidingLoss)
        }
        return key(self) < key(other)
    }
}

/// What one optimizer of a comparison made of its grid and its seeds.
public struct ComparedOptimizer: Sendable {
    /// Its name in the configuration.
    public let label: String
    /// What sets each setting apart from the others; empty where alone.
    public let grid: [String]
    /// Every setting from the first seed.
    public let trials: [ComparedRun]
    /// The number of the best setting in the grid.
    public let chosen: Int
    /// The best setting from every seed.
    public let runs: [ComparedRun]

    /// - Parameters: as the properties of these names.
    public init(label: String, grid: [String], trials: [ComparedRun], chosen: Int, runs: [ComparedRun]) {
        (self.label, self.grid, self.trials, self.chosen, self.runs) = (label, grid, trials, chosen, runs)
    }

    /// The best setting, as its grid names it.
    public var settings: String { grid[chosen] }
}

/// A comparison with what it was made on: for the report.
public struct ComparisonResult: Sendable {
    /// That of the comparison, with the target that was used.
    public let configuration: Configuration
    /// In the order of the configuration.
    public let optimizers: [ComparedOptimizer]
    /// nil: runs end by their length alone.
    public let target: Configuration.Target?
    /// What is evaluated: the loss first, then the main metric where there is another.
    public let metrics: [Metric]
    /// The evaluated parts: the first settles choices.
    public let parts: [String]
    /// One batch of all rows.
    public let isFullBatch: Bool
    /// What was run, and on what: lines of the run's head.
    public let head: [String]

    /// - Parameters: as the properties of these names.
    public init(
        configuration: Configuration, optimizers: [ComparedOptimizer], target: Configuration.Target?,
        metrics: [Metric], parts: [String], isFullBatch: Bool, head: [String]
    ) {
        (self.configuration, self.optimizers, self.target) = (configuration, optimizers, target)
        (self.metrics, self.parts, self.isFullBatch, self.head) = (metrics, parts, isFullBatch, head)
    }

    /// The part whose figures are shown: the one that settled no choice where there are two.
    public var shownPart: String? { parts.last }
}
