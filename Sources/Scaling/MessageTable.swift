import NewtonCG

/// Times of a run's messages by their size, as its ranks saw them.
package struct MessageTable {
    package let table: TextTable
    /// nil where the run has none.
    package init?(_ run: MeasuredRun) {
        let rows = (run.profile.reductions ?? []).filter { $0.stage == "steps" && !$0.calls.isEmpty }
            .sorted { ($0.bytes, $0.kind) < ($1.bytes, $1.kind) }
        guard !rows.isEmpty else { return nil }
        var table = TextTable(header: [
            "message", "bytes", "calls a step", "min, µs", "average, µs", "max, µs", "% of the time",
        ])
        let all = run.profile.seconds("steps").reduce(0, +)
        for row in rows {
            let calls = row.calls.reduce(0, +)
            let seconds = zip(row.calls, row.mean).reduce(0) { $0 + Double($1.0) * $1.1 }
            func micro(_ seconds: Double) -> String { decimals(1e6 * seconds, 1) }
            table.rows.append([
                row.kind, decimals(row.bytes, 0),
                decimals(Double(row.calls.max()!) / Double(run.profile.steps), 1), micro(row.minimum.min()!),
                micro(seconds / Double(calls)), micro(row.maximum.max()!), decimals(100 * seconds / all, 2),
            ])
        }
        self.table = table
    }
}
