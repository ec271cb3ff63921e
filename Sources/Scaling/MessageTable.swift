import NewtonCG

extension MeasuredRun {
    /// Times of the steps' messages by their size, as the ranks saw them; nil where there are none.
    package var messageTable: TextTable? {
        let rows = (profile.reductions ?? []).filter { $0.stage == "steps" && !$0.calls.isEmpty }
            .sorted { ($0.bytes, $0.kind) < ($1.bytes, $1.kind) }
        guard !rows.isEmpty else { return nil }
        let all = profile.seconds("steps").reduce(0, +)
        func micro(_ seconds: Double) -> String { decimals(1e6 * seconds, 1) }
        return TextTable(
            header: ["message", "bytes", "calls a step", "min, µs", "average, µs", "max, µs", "% of the time"],
            rows: rows.map { row in
                [
                    row.kind, decimals(row.bytes, 0),
                    decimals(Double(row.calls.max()!) / Double(profile.steps), 1), micro(row.minimum.min()!),
                    micro(row.meanSeconds), micro(row.maximum.max()!), decimals(100 * row.allSeconds / all, 2),
                ]
            })
    }
}

extension RunProfile.Reduction {
    /// Summed over calls and ranks.
    var allSeconds: Double { zip(calls, mean).reduce(0) { $0 + Double($1.0) * $1.1 } }
    /// Of one call on one rank.
    var meanSeconds: Double { allSeconds / Double(max(1, calls.reduce(0, +))) }
}
