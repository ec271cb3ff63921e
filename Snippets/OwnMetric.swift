// A loss of one's own with a metric of its own: half the squared distance, judged by RMSE and the mean absolute error.

// snippet.hide
import NewtonCG

/// ℓ = ½‖y − t‖². Keeps y − t.
struct SquaredDistance<S: Scalar>: UnaryLoss {
    static var takesLabels: Bool { false }
    init(_ options: Options, output: Shape) throws {}

    func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        guard let y0 = y.base, let t = targets.values.base else { return 0 }
        return (0..<y.count).reduce(0) { sum, i in
            kept.base?[i] = y0[i] - t[i]
            return sum + Double((y0[i] - t[i]) * (y0[i] - t[i])) / 2
        }
    }
    func gradient(_ targets: Targets<S>, kept d: Matrix<S>, gy: Target<S>) { gy <- d }
    func hessianProduct(_ targets: Targets<S>, kept: Matrix<S>, u: Matrix<S>, ru: Target<S>) { ru <- u }
    func curvatureRoot(_ targets: Targets<S>, kept: Matrix<S>, s: Matrix<S>, gy: Target<S>) { gy <- s }

    // snippet.show
    static func metrics(_ options: Options) -> [LossMetric<S>] {
        let error = Metric("absolute_error", better: .smaller, bounds: .nonNegative)
        return [
            .rmse,
            LossMetric(error, .mean(over: .targetValues)) { y, targets, sums in
                let (y, t) = (y[0].values, targets.values.values)
                for i in y.indices { sums[0] += Double(abs(y[i] - t[i])) }
            },
        ]
    }
    // snippet.hide
}
print(SquaredDistance<Double>.metrics(Options()).map(\.metric.name))
