import Foundation
import NewtonCG

/// The prediction as Markdown and as a table of values.
extension Prediction {
    /// A section of the report, from its heading on.
    public var markdown: String {
        """
        ## Prediction to 4,096 ranks

        \(source)

        ### The model against the measured runs

        \(measuredTable.markdown)
        \(fitText)

        ### Networks

        \(networkTable.markdown)
        '\(networks[0].name)' takes all ranks as near to one another as those of the measured runs.

        ### Strong scaling: efficiency with a batch of \(model.reference.batch)

        Beside it what the poster measured on its 8 GPUs, with another problem and other processors.

        \(efficiencyTable(.strong).markdown)
        ### Strong scaling: seconds a step

        \(secondsTable.markdown)
        ### Weak scaling: efficiency with \(model.batch(.weak, ranks: 1)) samples a rank

        \(efficiencyTable(.weak).markdown)
        """
    }

    private var source: String {
        let step = model.reference
        let sums = model.messages.sorted { $0.bytes > $1.bytes }.map {
            "\(number($0.calls)) of \(byteText($0.bytes))"
        }.joined(separator: ", ")
        let spread =
            model.spread.map { "a spread of \(percent($0)) between ranks" } ?? "no waiting, since none was measured"
        return """
            By the model of docs/scaling-model.md, from the run on \(step.ranks) \(step.ranks == 1 ? "rank" : "ranks") \
            (\(step.threads) \(step.threads == 1 ? "thread" : "threads") a rank): \
            \(number(step.secondsPerRow * 1000)) ms a sample and step, \(number(step.repeatedSeconds * 1000)) ms that \
            every rank repeats, \(spread); sums over ranks in a step: \(sums).
            """
    }

    var measuredTable: TextTable {
        TextTable(
            header: [
                "ranks", "batch", "measured, s", "model, s", "error, %", "of the work, %", "the model was given of it",
            ],
            rows: measured.rows.map { row in
                [
                    "\(row.ranks)", "\(row.batch)", number(row.measured), number(row.parts.seconds),
                    signed(row.error), signed(row.workError),
                    row.given.isEmpty ? "nothing" : row.given.joined(separator: ", "),
                ]
            })
    }

    private var fitText: String {
        let link = measured.fit.network.insideNode ?? measured.fit.network.link
        let values = "latency \(number(link.latency * 1e6)) µs, bandwidth \(number(link.bandwidth / 1e9)) GB/s"
        let how =
            measured.fit.scale.map {
                "The runs measured one sum of reductions, which gives one number: latency and time a byte of "
                    + "shared memory, both by \(number($0)): \(values)."
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
        table([]) { p in networks.map { number(model.parts(.strong, ranks: p, network: $0).seconds) } }
    }

    private func table(_ more: [String], _ cells: (Int) -> [String]) -> TextTable {
        TextTable(
            header: ["ranks"] + networks.map(\.name) + more, rows: Self.counts.map { p in ["\(p)"] + cells(p) })
    }

    /// A row for each network, kind of scaling and count of ranks; times are those of a step in seconds.
    public var csv: String {
        var text = CSVText([
            "network", "scaling", "ranks", "batch", "seconds", "divided", "repeated", "waiting", "reduction",
            "speed_up",
            "efficiency", "largest_reduction_by", "poster_efficiency",
        ])
        for network in networks {
            for kind in ScalingModel.Kind.allCases {
                for p in Self.counts {
                    let parts = model.parts(kind, ranks: p, network: network)
                    let times = [parts.seconds, parts.divided, parts.repeated, parts.waiting, parts.reduction]
                    let rates = [
                        model.speedUp(kind, ranks: p, network: network),
                        model.efficiency(kind, ranks: p, network: network),
                    ]
                    text.add(
                        [network.name, kind.rawValue, "\(p)", "\(model.batch(kind, ranks: p))"]
                            + (times + rates).map { "\($0)" }
                            + [
                                p == 1 ? nil : largestBy(p, network),
                                kind == .strong ? Self.poster[p].map { "\($0)" } : nil,
                            ])
                }
            }
        }
        return text.text
    }

    private func largestBy(_ ranks: Int, _ network: NetworkDescription) -> String? {
        guard let bytes = model.messages.map(\.bytes).max(), let piece = ReductionModel.pieces(bytes).first else {
            return nil
        }
        return ReductionModel(network).best(bytes: piece.bytes, ranks: ranks).name
    }
}

/// Four digits.
func number(_ x: Double) -> String { String(format: "%.4g", x) }

/// "98.3 %".
func percent(_ x: Double) -> String { String(format: "%.1f %%", 100 * x) }

/// "+1.2", of parts of one.
func signed(_ x: Double) -> String { String(format: "%+.1f", 100 * x) }

private func byteText(_ bytes: Int) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    guard let (size, name) = units.first(where: { Double(bytes) >= $0.0 }) else { return "\(bytes) bytes" }
    return number(Double(bytes) / size) + " " + name
}
