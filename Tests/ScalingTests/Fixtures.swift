import Foundation
import NewtonCG
import Scaling
import TestSupport

/// Seconds of a phase in steps, by rank.
typealias Seconds = [String: [Double]]

/// A profile as a run writes it.
func profile(
    _ seconds: Seconds, threads: Int = 1, steps: Int = 10, batch: Int? = 512, cores: Seconds? = [:],
    nodes: [String]? = nil, reductions: [[String: Any]] = [], verification: [String: Any]? = nil
) throws -> RunProfile {
    try JSONDecoder().decode(
        RunProfile.self,
        from: JSONSerialization.data(
            withJSONObject: profileObject(
                seconds, threads: threads, steps: steps, batch: batch, cores: cores, nodes: nodes,
                reductions: reductions, verification: verification)))
}

/// - Parameter cores: core seconds of the phases where they are not the seconds; nil: none, as in an older file.
func profileObject(
    _ seconds: Seconds, threads: Int = 1, steps: Int = 10, batch: Int? = 512, cores: Seconds? = [:],
    nodes: [String]? = nil, reductions: [[String: Any]] = [], verification: [String: Any]? = nil
) -> [String: Any] {
    let ranks = seconds.values.first!.count
    let rows = seconds.sorted { $0.key < $1.key }.map { phase, times -> [String: Any] in
        var row: [String: Any] = [
            "stage": "steps", "phase": phase, "calls": Array(repeating: steps, count: ranks), "seconds": times,
            "flops": Array(repeating: 0.0, count: ranks), "bytes": Array(repeating: 0.0, count: ranks),
        ]
        if let cores { row["coreSeconds"] = cores[phase] ?? times }
        return row
    }
    var object: [String: Any] = [
        "format": "newton-cg profile", "version": 1, "ranks": ranks, "threads": threads, "steps": steps,
        "seconds": (0..<ranks).map { r in seconds.values.reduce(0) { $0 + $1[r] } }, "rows": rows,
        "reductions": reductions,
    ]
    object["batch"] = batch
    object["nodes"] = nodes
    object["verification"] = verification
    return object
}

/// Times of the phases of a run whose ranks are all alike: what is left of a step is work on samples.
func even(_ ranks: Int, step: Double, steps: Int, waiting: Double = 0, reduction: Double = 0) -> Seconds {
    func all(_ seconds: Double) -> [Double] { Array(repeating: Double(steps) * seconds, count: ranks) }
    return ["product": all(step - waiting - reduction), "waiting": all(waiting), "reduction": all(reduction)]
}

/// A folder where run folders are written as `newton-cg train` writes them.
struct Runs {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }
    func path(_ name: String) -> String { folder.file(name) }

    static let columns =
        "step,epoch,seconds,part,loss,accuracy,rmse,bleu,gradient_norm,learning_rate,damping,cg_iterations,cg_status,rho,"
        + "evaluations"

    /// - Parameters:
    ///   - step: seconds of a step; the first takes three times as long.
    ///   - losses: of the steps; by default they fall evenly.
    @discardableResult
    func write(
        _ name: String, ranks: Int, batch: Int = 512, threads: Int = 1, step: Double, steps: Int = 10,
        optimizer: String = "newton_cg: {cg: {max_iterations: 5}}", losses: [Double]? = nil, seconds: Seconds? = nil,
        reductions: [[String: Any]] = [],
        verification: [String: Any]? = nil, stepsPerEpoch: Double = 100
    ) throws -> MeasuredRun {
        let path = folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try TestSupport.write(
            """
            name: \(name.replacing("/", with: "-"))
            threads: \(threads)
            data: {file: \(folder.path)/data.h5, batch: \(batch)}
            model: {layers: [dense: {units: 3}]}
            loss: cross_entropy
            optimizer: {\(optimizer)}
            train: {steps: \(steps)}
            """, to: "\(path)/config.yaml")
        var lines = [Self.columns], time = 2 * step
        for k in 0..<steps {
            time += step
            let loss = losses?[k] ?? 2 - Double(k) / Double(steps)
            lines.append("\(k + 1),\(Double(k + 1) / stepsPerEpoch),\(time),train,\(loss),,,,1.0,1.0,,5,residual,,")
        }
        try TestSupport.write(lines.joined(separator: "\n") + "\n", to: "\(path)/metrics.csv")
        let object = profileObject(
            seconds ?? even(ranks, step: step, steps: steps), threads: threads, steps: steps, batch: batch,
            reductions: reductions, verification: verification)
        try TestSupport.write(
            Array(JSONSerialization.data(withJSONObject: object)), to: "\(path)/profile.json")
        return try MeasuredRun(path)
    }
}

/// What `train --verify` leaves.
func verification(ranks: Int, identical: Bool = true, error: Double = 1e-7, bound: Double = 1e-4) -> [String: Any] {
    [
        "replicas": [
            "digests": (0..<ranks).map { identical ? "ab" : "\($0)" }, "identical": identical,
        ] as [String: Any],
        "symmetry": [
            "curvature": "gauss_newton", "samples": 512, "uBv": 1.0, "vBu": 1.0, "error": error, "bound": bound,
            "passed": error <= bound,
        ] as [String: Any],
    ]
}
