import Foundation
import NewtonCG

/// The prediction in the report. It is long: it stands in the file alone.
extension Prediction {
    private static let title = "Prediction to 4,096 ranks"

    /// Where nothing can be predicted.
    package static var missing: ReportSection {
        part(
            title, level: 2,
            .text(
                "Nothing is predicted: none of the runs has two ranks or more with as many threads as that with the "
                    + "fewest ranks, so that what ranks tell one another is not known; add one."))
    }

    package var sections: [ReportSection] {
        [
            Self.part(Self.title, level: 2, .text(source)),
            Self.part("The model against the measured runs", .table(measuredTable), .text(fitText)),
            Self.part(
                "Networks", .table(networkTable),
                .text("'\(networks[0].name)' takes all ranks as near to one another as those of the measured runs.")),
            Self.part(
                "Strong scaling: efficiency with a batch of \(model.reference.batch)",
                .text("Beside it what the poster measured on its 8 GPUs, with another problem and other processors."),
                .table(efficiencyTable(.strong))),
            Self.part("Strong scaling: seconds a step", .table(secondsTable)),
            Self.part(
                "Weak scaling: efficiency with \(model.batch(.weak, ranks: 1)) samples a rank",
                .table(efficiencyTable(.weak))),
        ]
    }

    private static func part(_ title: String, level: Int = 3, _ blocks: ReportSection.Block...) -> ReportSection {
        ReportSection(title, level: level, isOnScreen: false, blocks)
    }

    private var source: String {
        let step = model.reference
        let sums = model.messages.sorted { $0.bytes > $1.bytes }.map {
            "\(short($0.calls)) of \(byteText($0.bytes))"
        }.joined(separator: ", ")
        let spread =
            model.spread.map { "a spread of \(percent($0)) between ranks" } ?? "no waiting, since none was measured"
        return """
            By the model of docs/scaling-model.md, from the run on \(step.ranks) \(step.ranks == 1 ? "rank" : "ranks") \
            (\(step.threads) \(step.threads == 1 ? "thread" : "threads") a rank): \
            \(short(step.secondsPerRow * 1000)) ms a sample and step, \(short(step.repeatedSeconds * 1000)) ms that \
            every rank repeats, \(spread); sums over ranks in a step: \(sums).
            """
    }

    private var measuredTable: TextTable {
        TextTable(
            header: [
                "ranks", "batch", "measured, s", "model, s", "error, %", "of the work, %", "the model was given of it",
            ],
            rows: measured.rows.map { row in
                [
                    "\(row.ranks)", "\(row.batch)", short(row.measured), short(row.parts.seconds),
                    signed(row.error), signed(row.workError),
                    row.given.isEmpty ? "nothing" : row.given.joined(separator: ", "),
                ]
            })
    }

    private var fitText: String {
        let link = measured.fit.network.insideNode ?? measured.fit.network.link
        let values = "latency \(short(link.latency * 1e6)) µs, bandwidth \(short(link.bandwidth / 1e9)) GB/s"
        let how =
            measured.fit.scale.map {
                "The runs measured one sum of reductions, which gives one number: latency and time a byte of "
                    + "shared memory, both by \(short($0)): \(values)."
            }
            ?? "Fitted to the measured reductions, which it misses by \(percent(measured.fit.largestError)) at most: "
            + "\(values)."
        let others =
            measured.leftOut == 0 ? "" : " Runs with other threads a rank (\(measured.leftOut)) are left out."
        return how + others
    }

    private var networkTable: TextTable {
        TextTable(
            header: ["network", "80 % or better up to", "beyond it most is lost to", "strong, 4096", "weak, 4096"],
            rows: networks.map { network in
                let most = model.mostRanks(efficiency: 0.8, network: network), all = Self.counts.last!
                return [
                    network.name, most == 1 ? "1 rank" : "\(most) ranks",
                    most == all ? "–" : limit(ranks: most + 1, network: network),
                    percent(model.efficiency(.strong, ranks: all, network: network)),
                    percent(model.efficiency(.weak, ranks: all, network: network)),
                ]
            })
    }

    private func efficiencyTable(_ kind: ScalingModel.Kind) -> TextTable {
        let poster = kind == .strong ? ["the poster"] : []
        return table(poster) { p in
            networks.map { percent(model.efficiency(kind, ranks: p, network: $0)) }
                + poster.map { _ in Self.poster[p].map(percent) ?? "" }
        }
    }

    private var secondsTable: TextTable {
        table([]) { p in networks.map { short(model.parts(.strong, ranks: p, network: $0).seconds) } }
    }

    private func table(_ more: [String], _ cells: (Int) -> [String]) -> TextTable {
        TextTable(
            header: ["ranks"] + networks.map(\.name) + more, rows: Self.counts.map { p in ["\(p)"] + cells(p) })
    }
}

/// "+1.2", of parts of one.
package func signed(_ x: Double) -> String { String(format: "%+.1f", 100 * x) }

private func byteText(_ bytes: Int) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    guard let (size, name) = units.first(where: { Double(bytes) >= $0.0 }) else { return "\(bytes) bytes" }
    return short(Double(bytes) / size) + " " + name
}
