/// How a loss's metric is computed: sums over blocks of samples, added up over threads and ranks, then divided.
public struct LossMetric<S: Scalar>: Sendable {
    /// What sums are divided by.
    public enum Count: Sendable {
        /// The samples of the part.
        case samples
        /// What the loss is a mean over: see `Loss.terms`.
        case terms
        /// The numbers of all targets: samples · k where a sample has k.
        case targetValues
    }
    /// How sums over a whole part become the value.
    public enum Mean: Sendable {
        /// Σ / n.
        case mean(over: Count)
        /// √(Σ / n).
        case rootMean(over: Count)
        /// Any function of several sums over the part (of a histogram, of n-grams) and of n.
        case function(sums: Int, over: Count, @Sendable (_ sums: [Double], _ n: Double) -> Double)
    }
    /// Adds a block of the loss's values and targets to the metric's sums. Called by several threads at once, each with
    /// sums of its own.
    public typealias Add =
        @Sendable (_ y: [Matrix<S>], _ targets: Targets<S>, _ sums: UnsafeMutableBufferPointer<Double>) -> Void

    /// What is computed.
    public let metric: Metric
    /// How its sums become its value.
    public let mean: Mean
    let add: Add

    /// - Parameter add: called for every block of a part, once.
    public init(_ metric: Metric, _ mean: Mean, add: @escaping Add) {
        (self.metric, self.mean, self.add) = (metric, mean, add)
    }

    /// How many sums it takes.
    var sums: Int { if case .function(let sums, _, _) = mean { sums } else { 1 } }

    /// The value, of sums over the whole part.
    func value(of sums: [Double], _ size: PartSize) -> Double {
        switch mean {
        case .mean(let count): size.mean(sums[0], count)
        case .rootMean(let count): size.mean(sums[0], count).squareRoot()
        case .function(_, let count, let value): value(sums, size.count(count))
        }
    }

    /// How much a part holds, over all ranks.
    struct PartSize {
        let samples, terms: Double
        /// k.
        let targetWidth: Int

        func count(_ count: Count) -> Double {
            switch count {
            case .samples: samples
            case .terms: terms
            case .targetValues: samples * Double(targetWidth)
            }
        }

        func mean(_ sum: Double, _ count: Count) -> Double {
            switch count {
            case .samples: sum / samples
            case .terms: sum / terms
            case .targetValues: sum / samples / Double(targetWidth)
            }
        }
    }
}

extension LossMetric {
    /// The share of rows whose largest output (the first of equals) is their label, padding left out: of a loss of one
    /// value.
    public static var accuracy: LossMetric {
        LossMetric(.accuracy, .mean(over: .terms)) { y, targets, sums in
            sums[0] += Double(rightAnswers(y[0], targets.labels, padding: targets.padding))
        }
    }

    /// The root of the mean squared difference of outputs and targets: of a loss of one value.
    public static var rmse: LossMetric {
        LossMetric(.rmse, .rootMean(over: .targetValues)) { y, targets, sums in
            sums[0] += S.Kernels.squaredError(
                count: y[0].count, y: y[0].base, targets: targets.values.base, difference: nil)
        }
    }
}

/// Rows whose largest output is their label.
@specialized(where S == Float)
@specialized(where S == Double)
private func rightAnswers<S: Scalar>(_ y: Matrix<S>, _ labels: UnsafePointer<Int32>, padding: Int32) -> Int {
    var count = 0
    for i in 0..<y.rows where labels[i] != padding {
        let row = y.base! + i * y.columns
        var best = 0
        for j in 1..<y.columns where row[j] > row[best] { best = j }
        if best == Int(labels[i]) { count += 1 }
    }
    return count
}
