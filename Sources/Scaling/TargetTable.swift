import NewtonCG

/// How soon runs came to a loss: what efficiency is for. A run that is efficient and slow shows here.
///
/// The loss is that of the steps' batches, each at the step's begin, in the mean over the last five of them, since a
/// single batch's loss is noisy.
package struct TargetTable {
    /// The runs' loss at a moment, smoothed.
    package struct Moment: Equatable, Sendable {
        package let steps: Int
        package let seconds, loss: Double
    }
    package let loss: Double
    /// Whether it was chosen here: the lowest loss that every run reached.
    package let isDefault: Bool
    package let table: TextTable

    /// - Parameter target: nil: the loss that the slowest run reached.
    package init?(_ series: [ScalingSeries], target: Double?) {
        var seen: Set<String> = []
        let points = series.flatMap(\.points).filter { seen.insert($0.middle.name).inserted }
        let courses = points.map { Self.course($0.middle.metrics.batchLoss) }
        let reached = courses.compactMap { $0.map(\.loss).min() }
        guard reached.count == points.count, let common = reached.max() else { return nil }
        (loss, isDefault) = (target ?? common, target == nil)
        var table = TextTable(header: [
            "run", "ranks", "threads", "batch", "samples a second", "steps to the loss", "samples to the loss",
            "seconds to the loss",
        ])
        for (point, course) in zip(points, courses) {
            let run = point.middle, arrival = course.first { $0.loss <= target ?? common }
            table.rows.append([
                run.name, "\(run.ranks)", "\(run.threads)", "\(run.batch)", decimals(run.samplesPerSecond, 0),
                arrival.map { "\($0.steps)" } ?? "not reached", arrival.map { "\($0.steps * run.batch)" } ?? "",
                arrival.map { short($0.seconds) } ?? "",
            ])
        }
        self.table = table
    }

    package static func course(_ points: [MetricsTable.Point], window: Int = 5) -> [Moment] {
        points.indices.compactMap { i in
            guard i + 1 >= min(window, points.count) else { return nil }
            let last = points[max(0, i + 1 - window)...i]
            let mean = last.reduce(0) { $0 + $1.value } / Double(last.count)
            return mean.isFinite ? Moment(steps: i, seconds: points[i].seconds, loss: mean) : nil
        }
    }
}
