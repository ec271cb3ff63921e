import Foundation
import NewtonCG

/// A run folder of `newton-cg train`, read for the report.
package struct MeasuredRun: Sendable {
    /// The folder, as the user named it.
    package let name: String
    package let configuration: Configuration
    package let profile: RunProfile
    package let metrics: MetricsTable
    package let folder: RunFolder
    /// Samples of a global batch.
    package let batch: Int
    /// From one step to the next: the mean over all steps but the first, which touches memory for the first time.
    package let stepSeconds: Double
    package let stepsPerEpoch: Double

    package var ranks: Int { profile.ranks }
    package var threads: Int { profile.threads }
    package var cores: Int { ranks * threads }
    package var epochSeconds: Double { stepSeconds * stepsPerEpoch }
    /// Samples that go through a step in a second.
    package var samplesPerSecond: Double { Double(batch) / stepSeconds }

    /// - Throws: a `DataError` that names the folder and what is missing in it.
    package init(_ path: String, _ registry: Registry = .standard) throws {
        let folder = RunFolder(path)
        func refuse(_ reason: String) -> DataError { DataError("\(path) is of no use for the report: \(reason)") }
        guard FileManager.default.fileExists(atPath: path) else { throw refuse("there is no such folder") }
        guard folder.holdsRun else { throw refuse("it holds no config.yaml, so it is no run folder") }
        guard FileManager.default.fileExists(atPath: folder.profile) else {
            throw refuse("it holds no profile.json: the run did not come to its end, or is of an older version")
        }
        do {
            try self.init(
                name: path, folder: folder,
                configuration: Configuration.load(path: folder.configuration, registry: registry),
                profile: RunProfile(folder.profile), metrics: MetricsTable(folder.metrics))
        } catch {
            throw refuse("\(error)")
        }
    }

    package init(
        name: String, folder: RunFolder, configuration: Configuration, profile: RunProfile, metrics: MetricsTable
    ) throws {
        (self.name, self.folder, self.configuration) = (name, folder, configuration)
        (self.profile, self.metrics) = (profile, metrics)
        let steps = metrics.rows.filter { $0.part == "train" }
        // A resumed run measured its last steps only; the profile says how many those are.
        let own = Array(steps.suffix(profile.steps))
        guard let last = own.last, profile.steps > 0, profile.seconds("steps").contains(where: { $0 > 0 }) else {
            throw DataError("no step of it was measured")
        }
        let before = steps.dropLast(own.count).last?.seconds ?? 0
        if own.count > 1 {
            stepSeconds = (last.seconds - own[0].seconds) / Double(own.count - 1)
        } else {
            stepSeconds = last.seconds - before
        }
        stepsPerEpoch = Double(last.step) / last.epoch
        switch (profile.batch, configuration.data.batch) {
        case (let batch?, _): self.batch = batch
        case (nil, .samples(let batch)): self.batch = batch
        case (nil, .full): throw DataError("its profile.json does not say how many samples a full batch has")
        }
        guard stepSeconds > 0, stepsPerEpoch > 0 else { throw DataError("its metrics.csv shows no time between steps") }
    }

    /// All that makes it the same work as another run, but for the batch, the number of steps and what is written.
    package var setting: Configuration {
        var setting = configuration
        (setting.name, setting.data.batch, setting.memory) = ("", .full, 0)
        (setting.train.epochs, setting.train.steps, setting.train.target) = (nil, nil, nil)
        (setting.train.evaluateEvery, setting.train.checkpointEvery) = (.steps(1), .steps(1))
        (setting.train.keep, setting.train.replicaCheckEvery) = (1, nil)
        return setting
    }

    /// In words.
    package var title: String {
        "\(configuration.name), \(configuration.precision.rawValue), "
            + (threads == 1 ? "1 thread a rank" : "\(threads) threads a rank")
    }
}

extension StepMeasurement {
    /// Phases whose work the ranks share among them, and that grow with the samples of a batch or the layers.
    static let divided = ["data", "gradient", "product", "loss", "factors", "inverses", "gram"]

    /// Mean over the run's steps and ranks.
    ///
    /// - Parameters:
    ///   - dividesVectors: CG's vectors are divided over the ranks, and so is the work on them.
    package init(_ profile: RunProfile, batch: Int, dividesVectors: Bool = false) {
        let divided = Self.divided + (dividesVectors ? ["vectors"] : [])
        func mean(_ phases: [String]? = nil) -> Double {
            profile.seconds("steps", phases).reduce(0, +) / Double(profile.ranks * profile.steps)
        }
        let (all, shared, waiting, reduction) = (mean(), mean(divided), mean(["waiting"]), mean(["reduction"]))
        // A reduction is what gathers sums and what gives them out again; alone, each of these is half of one.
        let messages = (profile.reductions ?? []).filter { $0.stage == "steps" && $0.kind != "any" }.map { row in
            let isWhole = row.kind == "allreduce", calls = Double(row.calls.max() ?? 0) / Double(profile.steps)
            return Message(
                bytes: Int(row.bytes), calls: (isWhole ? 1 : 0.5) * calls, seconds: isWhole ? row.meanSeconds : nil)
        }
        self.init(
            ranks: profile.ranks, threads: profile.threads, batch: batch, seconds: all, dividedSeconds: shared,
            repeatedSeconds: all - shared - waiting - reduction, waitingSeconds: waiting, reductionSeconds: reduction,
            messages: messages)
    }

    package init(_ run: MeasuredRun) {
        var divides = false
        if case .newtonCG(let settings)? = run.configuration.optimizer { divides = settings.cg.splitVectors }
        self.init(run.profile, batch: run.batch, dividesVectors: divides)
    }
}
