import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct SeriesTests {
    @Test func strongAndWeakSeriesShareRuns() throws {
        let runs = try Runs()
        let all = try [
            runs.write("a", ranks: 1, batch: 512, step: 1), runs.write("b", ranks: 2, batch: 512, step: 0.6),
            runs.write("c", ranks: 2, batch: 1024, step: 1.1), runs.write("d", ranks: 4, batch: 512, step: 0.4),
            runs.write("e", ranks: 1, batch: 512, threads: 2, step: 0.5),
            runs.write("f", ranks: 3, batch: 100, step: 1),
            runs.write("g", ranks: 2, batch: 512, step: 0.5), runs.write("h", ranks: 2, batch: 512, step: 0.8),
        ]
        let series = ScalingSeries.group(all.reversed())
        #expect(series.map(\.slug) == ["strong-512", "weak-512", "single-3-100", "single-1-512"])
        let strong = series[0], weak = series[1]
        #expect(strong.points.map(\.ranks) == [1, 2, 4] && strong.points.map { $0.runs.count } == [1, 3, 1])
        #expect(abs(strong.points[1].stepSeconds.median - 0.6) < 1e-9 && strong.points[1].middle.name.hasSuffix("/b"))
        #expect(abs(strong.points[1].epochSeconds.minimum - 50) < 1e-9)
        #expect(abs(strong.speedUp(strong.points[1]) - 1 / 0.6) < 1e-9)
        #expect(abs(strong.efficiency(strong.points[2]) - 1 / (0.4 * 4)) < 1e-9)
        #expect(weak.points.map(\.batch) == [512, 1024])
        #expect(abs(weak.speedUp(weak.points[1]) - 2 / 1.1) < 1e-9)
        #expect(abs(weak.efficiency(weak.points[1]) - 1 / 1.1) < 1e-9)
        #expect(series[3].title == "1 rank, batch 512: e, float32, 2 threads a rank")
    }

    @Test func anotherOptimizerIsAnotherSeries() throws {
        let runs = try Runs()
        let series = try ScalingSeries.group([
            runs.write("a", ranks: 1, step: 1), runs.write("b", ranks: 2, step: 1, optimizer: "adam: {}"),
        ])
        #expect(series.map(\.kind) == [.single, .single])
    }

    /// The first step, which is slow, is left out; an epoch has as many steps as the table says.
    @Test func stepsOfARun() throws {
        let run = try Runs().write("a", ranks: 2, batch: 100, step: 0.25, steps: 4, stepsPerEpoch: 8)
        #expect(abs(run.stepSeconds - 0.25) < 1e-12 && abs(run.epochSeconds - 2) < 1e-9)
        #expect(run.batch == 100 && abs(run.samplesPerSecond - 400) < 1e-9)
        let single = try Runs().write("a", ranks: 2, step: 0.25, steps: 1)
        #expect(abs(single.stepSeconds - 0.75) < 1e-12)
    }

    @Test func whatIsNoRunIsNamedWithTheReason() throws {
        let runs = try Runs()
        try runs.write("good", ranks: 1, step: 1)
        try runs.write("unfinished", ranks: 1, step: 1)
        try FileManager.default.removeItem(atPath: runs.path("unfinished/profile.json"))
        try runs.write("damaged", ranks: 1, step: 1)
        try write("{", to: runs.path("damaged/profile.json"))
        try FileManager.default.createDirectory(atPath: runs.path("empty"), withIntermediateDirectories: true)
        let text = sentence {
            _ = try ScalingReport(["good", "unfinished", "none", "empty", "damaged"].map(runs.path))
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count >= 4 && !text.contains("/good"), "\(text)")
        #expect(text.contains("/unfinished is of no use for the report: it holds no profile.json"))
        #expect(text.contains("/none is of no use for the report: there is no such folder"))
        #expect(text.contains("/empty is of no use for the report: it holds no config.yaml"))
        #expect(text.contains("/damaged is of no use for the report: "))
    }

    @Test func roundsBesideCopies() throws {
        let runs = try Runs()
        for (k, (together, copies, alone)) in [
            (0.5, [0.98, 1.0], 0.9), (0.52, [1.0, 1.04], 0.91), (0.5, [1.0, 0.96], 0.9),
        ]
        .enumerated() {
            try runs.write("rounds/\(k + 1)/together", ranks: 2, step: together)
            for (i, copy) in copies.enumerated() {
                try runs.write("rounds/\(k + 1)/beside-\(i + 1)", ranks: 1, step: copy)
            }
            try runs.write("rounds/\(k + 1)/alone", ranks: 1, step: alone)
        }
        let pairs = try Pairs(runs.path("rounds"))
        #expect(pairs.rounds.count == 3 && pairs.ranks == 2)
        let expected = [0.99, 1.02 / 1.04, 0.98].sorted()
        #expect(zip(pairs.rounds.map(\.adjusted).sorted(), expected).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(pairs.adjusted.median - expected[1]) < 1e-9)
        #expect(abs(pairs.raw!.median - 0.9) < 1e-9)
        #expect(pairs.lines[0].hasPrefix("efficiency of 2 cores against 2 copies side by side: median 98.1 %"))
        try runs.write("rounds/2/beside-2", ranks: 1, batch: 256, step: 1)
        #expect(sentence { _ = try Pairs(runs.path("rounds")) }.contains("beside-2 is no copy of "))
        #expect(sentence { _ = try Pairs(runs.path("none")) }.contains("holds no rounds"))
    }
}
