extension RunProfile {
    /// A row a phase, as PETSc's -log_view has them: seconds and rates of the slowest rank, the ratio of the slowest to
    /// the fastest, the part of all ranks' time.
    public var lines: [String] {
        let all = seconds.reduce(0, +)
        func row(
            _ name: String, _ calls: Int?, _ seconds: [Double], flops: [Double] = [], bytes: [Double] = []
        ) -> [String] {
            let (most, least) = (seconds.max()!, seconds.min()!)
            func rate(_ amount: Double, _ unit: Double, _ digits: Int) -> String {
                amount > 0 && most > 0 ? decimals(amount / most / unit, digits) : ""
            }
            func ratio(_ most: Double, _ least: Double) -> String {
                most < 1000 * least ? decimals(most / least, 2) : "> 999"
            }
            return [
                name, calls.map(String.init) ?? "", decimals(most, 3), ratio(most, least),
                decimals(100 * seconds.reduce(0, +) / all, 1), rate(flops.reduce(0, +), 1e9, 1),
                rate(bytes.max() ?? 0, 1e6, 0),
            ]
        }
        var table = TextTable(header: ["", "calls", "seconds", "max/min", "% time", "GFLOP/s", "MB/s"])
        for (stage, title, calls) in [("steps", "steps", steps), ("outside", "outside of steps", nil)] {
            let parts = rows.filter { $0.stage == stage }
            guard !parts.isEmpty else { continue }
            table.rows.append(row(title, calls, seconds(stage)))
            for part in parts {
                let calls = part.phase == "other" ? nil : part.calls.max()!
                table.rows.append(
                    row("  \(part.phase)", calls, part.seconds, flops: part.flops, bytes: part.bytes))
            }
        }
        table.rows.append(row("all", nil, seconds))
        let places = "\(ranks) rank\(ranks == 1 ? "" : "s")" + (threads > 1 ? " of \(threads) threads" : "")
        var lines = ["where the time went, \(places) (docs/profile.md):"] + table.lines
        if let essentialShare {
            lines.append(
                "\(decimals(100 * essentialShare, 1)) % of the time in steps is gradients, products, losses and reductions"
            )
        }
        return lines
    }
}
