import Foundation

extension BenchmarkResult {
    /// For the screen.
    public var text: String {
        func f(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        func percent(_ part: Double) -> String { String(format: "%.1f %%", 100 * part) }
        func row(
            _ name: String, _ best: Double, _ median: Double, _ gflop: Double, _ rate: Double, _ ratio: Double,
            _ shares: Shares
        ) -> [String] {
            [name, f(best, 4), f(median, 4), f(gflop, 2), f(rate, 1), f(ratio, 2)]
                + [shares.gemm, shares.transforms, shares.elementwise, shares.reductions, shares.other].map(percent)
        }
        let table = TextTable(
            header: [
                "", "best s", "median s", "GFLOP", "GFLOP/s", "/ sgemm", "GEMM", "transforms", "elementwise",
                "reductions", "other",
            ],
            rows: [
                row(
                    "gradient", gradientS, gradientMedianS, gradientGflop, gradientGflops, gradientRatio,
                    gradientTime),
                row("Hv", hessianS, hessianMedianS, hessianGflop, hessianGflops, hessianRatio, hessianTime),
                row(
                    "Gv", gaussNewtonS, gaussNewtonMedianS, gaussNewtonGflop, gaussNewtonGflops, gaussNewtonRatio,
                    gaussNewtonTime),
            ])
        let places =
            "\(threads) thread\(threads == 1 ? "" : "s")" + (ranks > 1 ? " in each of \(ranks) ranks" : "")
        let memory = { (mib: Double?) in mib.map { f($0, 0) + " MiB" } ?? "unknown" }
        var lines = ["\(workload): \(summary); batch \(batch), \(parameters) parameters, \(places), \(rounds) rounds"]
        lines += table.lines
        let recomputed = keptSamples < samples ? ", \(samples - keptSamples) of \(samples) samples recomputed" : ""
        lines.append(
            "activations: \(f(keptMb, 1)) MiB kept (\(keptBytesPerSample) bytes a sample\(recomputed)), workspace "
                + "\(f(workspaceMb, 1)) MiB; for Gv alone \(f(gaussNewtonKeptMb, 1)) and "
                + "\(f(gaussNewtonWorkspaceMb, 1)) MiB")
        lines.append(
            "OpenBLAS sgemm 2048³: \(f(sgemmGflops, 1)) GFLOP/s; "
                + "resident \(memory(idleRssMb)) before data and model, \(memory(peakRssMb)) at the peak")
        lines += convolutions
        if let loss, let gradientNorm, let vhv, let vgv {
            lines.append("loss \(loss)  |g| \(gradientNorm)  vᵀHv \(vhv)  vᵀGv \(vgv)")
        }
        return lines.joined(separator: "\n")
    }
}
