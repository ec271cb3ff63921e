import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct VerdictTests {
    private func series(_ times: [(ranks: Int, step: Double)], seconds: [Int: Seconds] = [:]) throws -> ScalingSeries {
        let runs = try Runs()
        return try ScalingSeries.group(
            times.map { try runs.write("r\($0.ranks)", ranks: $0.ranks, step: $0.step, seconds: seconds[$0.ranks]) })[0]
    }
    private func text(_ series: ScalingSeries, _ predict: StepPrediction? = nil) -> String {
        Verdict(series, predict).sentences.joined(separator: " ")
    }

    @Test func whereItFallsBelowEightyPercent() throws {
        let low = text(try series([(1, 1), (2, 0.55), (4, 0.5)]))
        #expect(
            low.contains("On 4 ranks it does 2.00 times as many samples a second as on 1 rank: 50.0 % of the ideal."))
        #expect(low.contains("Efficiency is below 80 % on 4 ranks (50.0 %), and above on 2: measured."))
        let high = try series([(1, 1), (2, 0.51)])
        #expect(text(high).contains("Efficiency stays above 80 % up to 2 ranks, as far as was measured."))
        // 1/P of a second, and 0.02 of latency: 1 / (P·t) ≥ 0.8 of the same at one rank as long as P ≤ 13.
        let predicted = text(high) { _, ranks in 1 / Double(ranks) + 0.02 }
        #expect(predicted.contains("as far as was measured; by the prediction up to 13."), "\(predicted)")
        let fine = text(high) { _, ranks in 1 / Double(ranks) }
        #expect(fine.contains("; by the prediction also up to 512."), "\(fine)")
    }

    @Test func whatLimits() throws {
        let times: [(ranks: Int, step: Double)] = [(1, 1), (2, 0.7)]
        let waits = try series(
            times, seconds: [2: ["product": [5, 5], "inverses": [0, 0], "waiting": [1, 1], "reduction": [1, 1]]])
        let waiting = text(waits)
        #expect(waiting.contains("waiting for one another (serialisation), with 83.3 %"), "\(waiting)")
        #expect(waiting.contains("2 ranks of 1 thread reduce among 2; 1 rank of 2 threads use the same cores"))
        #expect(
            waiting.contains(
                "71.4 % of a rank's time is work on its 256 samples; with 3.6 times as many it would be 90 %"))

        let uneven = try series(
            times, seconds: [2: ["product": [4, 4], "inverses": [3, 0], "waiting": [0, 3], "reduction": [0, 0]]])
        #expect(
            text(uneven).contains(
                "What limits it most is the balance of load, with 78.6 %, most of all in the phase `inverses`: 3 s on the "
                    + "busiest rank, 1.5 s in the mean."))
        #expect(text(uneven).contains("Kronecker inverses are 42.9 % of the slowest rank's time"))
        let remarks = EfficiencyTree(uneven).remarks
        #expect(
            remarks.count == 1 && remarks[0].hasPrefix("load balance is 78.6 % on 2 ranks: some ranks have more to do"))

        let repeated = try series(
            times, seconds: [2: ["product": [5, 5], "vectors": [2, 2], "waiting": [0, 0], "reduction": [0, 0]]])
        #expect(text(repeated).contains("more core time for the same samples (computation scalability), with 71.4 %"))
        #expect(EfficiencyTree(repeated).remarks.map { $0.prefix(23) } == ["computation scalability"])
    }

    @Test func oneNumberOfRanksIsNoScaling() throws {
        let runs = try Runs()
        let series = try ScalingSeries.group([runs.write("a", ranks: 2, step: 1), runs.write("b", ranks: 2, step: 1)])
        #expect(series.count == 1 && series[0].kind == .single)
        #expect(text(series[0]).hasPrefix("All runs of this setting are on 2 ranks: how it scales is not seen."))
        #expect(EfficiencyTree(series[0]).table.lines.contains { $0.hasPrefix("  parallel efficiency") })
    }

    @Test func theTreeIsIndented() throws {
        let lines = EfficiencyTree(try series([(1, 1), (2, 0.5)])).table.lines
        #expect(lines.dropFirst(2).map { $0.prefix { $0 == " " }.count } == [0, 2, 4, 6, 6, 8, 8, 2])
        let markdown = EfficiencyTree(try series([(1, 1), (2, 0.5)])).table.markdown
        #expect(markdown.contains("| &ensp;&ensp;parallel efficiency | 100.0 % | 100.0 % |"))
    }
}

@Suite struct MethodTests {
    @Test func timeToALoss() throws {
        let runs = try Runs()
        let fast = try runs.write("fast", ranks: 2, step: 0.5, losses: [5, 5, 5, 4, 3, 2, 1, 1, 1, 1])
        let slow = try runs.write("slow", ranks: 1, step: 1, losses: [5, 5, 5, 5, 5, 5, 4, 4, 4, 4])
        let series = ScalingSeries.group([fast, slow])
        let table = try #require(TargetTable(series, target: nil))
        // Of the last five batches of the slow run.
        #expect(table.isDefault && abs(table.loss - 4.2) < 1e-9)
        let rows = Dictionary(uniqueKeysWithValues: table.table.rows.map { ($0[1], Array($0[5...])) })
        // Batches 2 to 6 have a mean of 3.8: six batches, of which five steps came before the last one's loss.
        #expect(rows["2"] == ["5", "2560", "3.5"] && rows["1"] == ["9", "4608", "11"], "\(rows)")
        let low = try #require(TargetTable(series, target: 1.5))
        #expect(low.table.rows.map { $0[5] } == ["not reached", "9"])
    }

    private func entry(_ name: String, newton: Bool, batch: Int, steps: Double, seconds: Double) -> Crossover.Entry {
        let step = StepMeasurement(
            ranks: 1, threads: 1, batch: batch, seconds: seconds, dividedSeconds: seconds, repeatedSeconds: 0,
            waitingSeconds: 0, reductionSeconds: 0, messages: [])
        return .init(
            optimizer: name, settings: "", batch: batch, steps: steps, epochs: 1, seconds: steps * seconds,
            isNewton: newton, step: step)
    }

    /// Adam: 1000 steps of 10 ms on a batch of 64; Newton-CG: 50 of 400 ms on 4096. A message takes 1 ms.
    @Test func newtonOvertakesOnEnoughRanks() {
        let comparison = Crossover(
            name: "c", target: "loss 0.5",
            entries: [
                entry("Adam", newton: false, batch: 64, steps: 1000, seconds: 0.01),
                entry("Newton-CG", newton: true, batch: 4096, steps: 50, seconds: 0.4),
            ])
        let predict: StepPrediction = { step, ranks in
            step.dividedSeconds / Double(ranks) + (ranks > 1 ? 0.001 : 0)
        }
        // 20/P + 0.05 < 10/P + 1 where P > 10.5: on 11 Adam's best is 8 or 11 ranks.
        let found = comparison.overtaking(predict)
        #expect(found?.ranks == 11 && found?.newton.optimizer == "Newton-CG" && found?.other.optimizer == "Adam")
        #expect(comparison.sentences(predict).last!.hasPrefix("From 11 ranks on Newton-CG is predicted"))
        #expect(comparison.sentences(predict).contains("Adam: a batch of 64 keeps 64 ranks at most busy."))
        #expect(comparison.sentences(nil).last!.hasSuffix("what ranks tell one another."))
        #expect(comparison.sentences { _, ranks in ranks == 1 ? 1 : nil }.last!.contains("ran on one rank"))
        #expect(comparison.overtaking { _, _ in 1 }?.ranks == 1)
        // Newton-CG never gets ahead where a step of it does not shrink.
        #expect(comparison.overtaking { step, _ in step.seconds } == nil)
    }

    /// A batch of four keeps four ranks busy: more do not help.
    @Test func aSmallBatchEndsEarly() {
        let adam = entry("Adam", newton: false, batch: 4, steps: 100, seconds: 1)
        let newton = entry("Newton-CG", newton: true, batch: 1000, steps: 10, seconds: 50)
        let comparison = Crossover(name: "c", target: "", entries: [adam, newton])
        #expect(comparison.overtaking { $0.dividedSeconds / Double($1) }?.ranks == 21)
    }
}
