import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// On a linear model with squared error one undamped Newton step, with CG run to its end, is the least-squares
/// solution.
@Suite(.serialized) struct LeastSquaresTests {
    struct Table: Sendable, CustomTestStringConvertible {
        let name: String, arguments: [String], features: Int
        var testDescription: String { name }
    }

    @Test(
        arguments: [
            Table(name: "boston-housing", arguments: ["--target", "MEDV"], features: 13),
            Table(
                name: "life-expectancy", arguments: ["--target", "life_expectancy", "--drop-columns", "country"],
                features: 1),
        ], ["gauss_newton", "hessian"])
    func oneStepLandsOnTheSolution(table: Table, curvature: String) throws {
        let folder = try TemporaryFolder()
        let tables = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../data")
            .path
        let made = try run(
            "newton-cg", ["data", "csv", "\(tables)/\(table.name).csv", "-o", "data.h5"] + table.arguments,
            directory: folder.path)
        try #require(made.status == 0, "\(made.error)")
        try write(
            """
            precision: float64
            data: {file: data.h5}
            model: {layers: [dense: {units: 1}]}
            loss: mean_squared_error
            optimizer:
              newton_cg:
                curvature: \(curvature)
                cg: {max_iterations: 200, tolerance: 1e-14, warm_start: 0}
                damping: {rule: fixed, initial: 0}
                learning_rate: 1
            train: {steps: 1}
            """, to: folder.file("linear.yaml"))
        for ranks in [1, 2] {
            let job = try mpirun(
                ranks: ranks, "newton-cg", ["train", "linear.yaml", "--run-dir", "run\(ranks)"], directory: folder.path)
            try #require(job.status == 0, "\(job.error)")
            let file = try File(folder.file("run\(ranks)/checkpoints/step-00000001.h5"), .readOnly)
            let found =
                try file.dataset("parameters/dense_1/weight").read(as: Double.self)
                + file.dataset("parameters/dense_1/bias").read(as: Double.self)

            let train = try DatasetFile(folder.file("data.h5")).part("train")
            #expect(train.inputSize == table.features)
            var x = [Double](repeating: 0, count: train.rows * train.inputSize)
            var y = [Double](repeating: 0, count: train.rows)
            try train.readInputs(0..<train.rows, into: &x)
            try train.readTargets(0..<train.rows, into: &y)
            let rows = (0..<train.rows).map { Array(x[$0 * train.inputSize..<($0 + 1) * train.inputSize]) + [1] }
            let solution = leastSquares(rows, y)
            let error = zip(found, solution).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            let size = solution.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(found.count == solution.count && size > 1)
            #expect(error <= 1e-8 * size, "\(error / size)")
        }
    }
}

/// argmin ‖Ax − b‖ by Householder's QR factorisation (Golub and Van Loan, section 5.3).
private func leastSquares(_ matrix: [[Double]], _ rightHandSide: [Double]) -> [Double] {
    var A = matrix, b = rightHandSide
    let rows = A.count, columns = A[0].count
    for k in 0..<columns {
        var v = (k..<rows).map { A[$0][k] }
        let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        v[0] += v[0] < 0 ? -length : length
        let square = v.reduce(0) { $0 + $1 * $1 }
        func reflect(_ value: (Int) -> Double, _ change: (Int, Double) -> Void) {
            let factor = 2 * (k..<rows).reduce(0) { $0 + v[$1 - k] * value($1) } / square
            for i in k..<rows { change(i, factor * v[i - k]) }
        }
        for j in k..<columns { reflect({ A[$0][j] }, { A[$0][j] -= $1 }) }
        reflect({ b[$0] }, { b[$0] -= $1 })
    }
    var x = [Double](repeating: 0, count: columns)
    for k in (0..<columns).reversed() {
        x[k] = (b[k] - (k + 1..<columns).reduce(0) { $0 + A[k][$1] * x[$1] }) / A[k][k]
    }
    return x
}
