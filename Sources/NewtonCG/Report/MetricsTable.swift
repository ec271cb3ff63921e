import Foundation

/// The rows of a `metrics.csv`, as figures and reports need them.
public struct MetricsTable: Sendable {
    /// A number at a moment of the run.
    public struct Point: Equatable, Sendable {
        /// Epochs that were done.
        public var epoch: Double
        /// Spent in steps.
        public var seconds: Double
        /// Of the loss or of a metric.
        public var value: Double

        /// - Parameter seconds: spent in steps.
        public init(epoch: Double, seconds: Double, value: Double) {
            (self.epoch, self.seconds, self.value) = (epoch, seconds, value)
        }
    }
    /// A step, or the evaluation of a part.
    public struct Row: Sendable {
        /// Steps that were done, over all phases.
        public let step: Int
        /// Epochs that were done, and seconds spent in steps.
        public let epoch, seconds: Double
        /// `train` for a step; else the part that was evaluated.
        public let part: String
        fileprivate let values: [String: Double]

        /// The batch's at the begin of a step; the part's in an evaluation.
        public var loss: Double? { self["loss"] }
        /// A metric by its name; nil where the row has none.
        public subscript(metric: String) -> Double? { values[metric] }
    }
    /// In the order of the file.
    public let rows: [Row]

    /// Reads a table that this program wrote; throws a sentence where it can't.
    public init(_ path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw RunError("the table of steps \(path) can't be read")
        }
        let table = try MetricsRows(path, bytes: Array(bytes)), columns = table.columns
        guard columns.starts(with: MetricsFile.columns) else {
            throw RunError("\(path) is no table of steps: its first line is not the one that this version writes")
        }
        func place(_ name: String) -> Int { columns.firstIndex(of: name)! }
        let (epoch, seconds, part) = (place("epoch"), place("seconds"), place("part"))
        let metrics = MetricsFile.metricColumns.map(place) + (MetricsFile.columns.count..<columns.count)
        rows = try table.rows.map { row in
            guard let e = Double(row.cells[epoch]), let s = Double(row.cells[seconds]) else {
                throw RunError("line \(row.line) of \(path) is damaged")
            }
            var values: [String: Double] = [:]
            for i in metrics { values[columns[i]] = Double(row.cells[i]) }
            return Row(step: row.step, epoch: e, seconds: s, part: row.cells[part], values: values)
        }
    }

    /// The loss of each step's batch at the moment when the step began: that is where it was computed.
    public var batchLoss: [Point] {
        var points: [Point] = [], before = (epoch: 0.0, seconds: 0.0)
        for row in rows where row.part == "train" {
            if let loss = row.loss { points.append(Point(epoch: before.epoch, seconds: before.seconds, value: loss)) }
            before = (row.epoch, row.seconds)
        }
        return points
    }

    /// A metric of an evaluated part, by its name.
    public func evaluations(_ part: String, _ metric: String) -> [Point] {
        rows.filter { $0.part == part }.compactMap { row in
            row[metric].map { Point(epoch: row.epoch, seconds: row.seconds, value: $0) }
        }
    }
}
