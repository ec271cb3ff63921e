import NewtonCG

/// The metrics of a series as a tree, a column for each number of ranks, and what to look at where one is low.
package struct EfficiencyTree {
    package struct Line {
        package let name: String
        package let depth: Int
        /// By point of the series.
        package let values: [Double]
        /// What it means that this is low, and what to do.
        package let advice: String
    }
    package let lines: [Line]
    private let header: [String]
    /// Below this a metric is worth a look (POP's own mark).
    package static let low = 0.8

    package init(_ series: ScalingSeries) {
        let all = series.points.map(\.efficiency), reference = all[0]
        header = [""] + series.points.map { "\($0.ranks)" }
        func line(_ name: String, _ depth: Int, _ advice: String = "", _ value: (Efficiency) -> Double) -> Line {
            Line(name: name, depth: depth, values: all.map(value), advice: advice)
        }
        var lines = [
            line("global efficiency", 0) { $0.global(to: reference) },
            line("parallel efficiency", 1) { $0.parallel },
            line("ranks", 2) { $0.rankEfficiency },
            line(
                "load balance", 3,
                "some ranks have more to do than others: see that the batch is a multiple of the ranks, and that each rank "
                    + "has cores of its own of the same kind (the lines `rank …` at the start of log.txt)"
            ) { $0.loadBalance },
            line("communication", 3) { $0.communication },
            line(
                "serialisation", 4,
                "ranks wait for one another although their work is as much in the sum: other programs on the cores, or "
                    + "pieces of work between two reductions that are too small; take more samples a rank, or fewer ranks of "
                    + "more threads"
            ) { $0.serialisation },
            line(
                "transfer", 4,
                "reductions take their time: take more samples a rank (the same messages for more work), a larger "
                    + "curvature_batch, fewer ranks of more threads, or a faster network; see the sizes below"
            ) { $0.transfer },
        ]
        if all.contains(where: { $0.threads > 1 }) {
            lines.append(
                line(
                    "threads", 2,
                    "threads of a rank are idle while it works: vectors and set-up between the kernels run on one thread; "
                        + "take fewer threads and more ranks, or more samples a rank"
                ) { $0.threadEfficiency })
        }
        lines.append(
            line(
                "computation scalability", 1,
                "the same samples cost more core time than on the fewest ranks: every rank repeats the work on vectors and "
                    + "preconditioner, and cores share memory and clock; take more samples a rank, `cg.split_vectors`, or "
                    + "compare with copies side by side (`--pairs`)"
            ) { $0.computationScalability(to: reference) })
        self.lines = lines
    }

    package var table: TextTable {
        TextTable(
            header: header, rows: lines.map { line in [line.name] + line.values.map(percent) },
            depths: lines.map(\.depth))
    }

    /// A sentence for each metric without parts that is low somewhere.
    package var remarks: [String] {
        lines.filter { !$0.advice.isEmpty }.compactMap { line in
            guard let lowest = line.values.indices.min(by: { line.values[$0] < line.values[$1] }),
                line.values[lowest] < Self.low
            else { return nil }
            return "\(line.name) is \(percent(line.values[lowest])) on \(header[lowest + 1]) ranks: \(line.advice)."
        }
    }
}
