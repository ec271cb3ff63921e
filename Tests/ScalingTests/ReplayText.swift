import NewtonCG
import Scaling

/// The comparison with SimGrid as Markdown.
extension ReplayComparison {
    /// What is more is explained.
    static let tolerance = 0.15

    var markdown: String {
        """
        ### The model against SimGrid

        The work and the sums over ranks of a step (1/\(short(share)) of it), replayed message by message on \
        '\(network.name)': \(tree.switches) switches of \(tree.nodes) nodes, \(tree.roots) upper ones, a rank a node. \
        Errors are the model's, of the reductions alone; those of the whole step are in the last column.

        \(plainTable.markdown)
        \(plainText)

        With SMPI's own factors of latency and bandwidth, which depend on a message's size:

        \(smpiTable.markdown)
        \(smpiText)

        """
    }

    private var tree: NetworkDescription.FatTree { network.fatTree! }

    private func rows(_ ranks: Int) -> [Row] { rows.filter { $0.ranks == ranks } }
    private var counts: [Int] { rows.map(\.ranks).reduce(into: []) { if $0.last != $1 { $0.append($1) } } }

    private var plainTable: TextTable {
        let names = ReductionAlgorithm.allCases.flatMap { ["\($0.rawValue), SimGrid, ms", "error, %"] }
        return TextTable(
            header: ["ranks"] + names + ["step, error, %"],
            rows: counts.map { p in
                let step = rows(p).map(\.error).max { abs($0) < abs($1) } ?? 0
                return ["\(p)"]
                    + rows(p).flatMap { [short(1000 * ($0.replayed - $0.work)), signed($0.sumsError)] } + [
                        signed(step)
                    ]
            })
    }

    private var plainText: String {
        let largest = largest(\.sumsError)
        guard largest > Self.tolerance else { return "The largest error is \(percent(largest))." }
        let row = rows.max { abs($0.sumsError) < abs($1.sumsError) }!
        let place = "The largest error is \(percent(largest)) (\(row.algorithm.rawValue), \(row.ranks) ranks)"
        guard tree.roots < tree.nodes else {
            return "\(place). SimGrid chooses the upper switch by the receiver's number modulo \(tree.roots): messages "
                + "to receivers that agree in it share a cable, and the model lets all of a round pass at once."
        }
        return "\(place). The tree has \(tree.roots) upper switches for \(tree.nodes) nodes of a lower one: messages "
            + "share cables there, and the model lets them pass at once. With as many upper switches as nodes "
            + "SimGrid has no such reason to differ."
    }

    private var smpiTable: TextTable {
        let names = ReductionAlgorithm.allCases.flatMap {
            ["\($0.rawValue), SimGrid, ms", "model without factors, %", "with, %"]
        }
        return TextTable(
            header: ["ranks"] + names,
            rows: counts.map { p in
                ["\(p)"]
                    + rows(p).flatMap {
                        [short(1000 * ($0.smpiReplayed - $0.work)), signed($0.plainError), signed($0.smpiError)]
                    }
            })
    }

    private var smpiText: String {
        let without = largest(\.plainError), with = largest(\.smpiError)
        let first = "The largest error is \(percent(without)) without these factors, and \(percent(with)) with them"
        guard without > Self.tolerance else { return first + "." }
        return first
            + ": they were measured on a cluster with Ethernet of 1 Gb/s and give a message of 64 KiB 11.6 times the "
            + "latency. The descriptions here state what MPI gives its messages, so that the model applies none."
            + (with > Self.tolerance ? " What is left beyond them is not explained by factors." : "")
    }
}
