import Foundation
import Scaling
import Testing

@Suite struct ModelPredictionTests {
    /// Runs of one problem on a network that is known.
    let link = Link(latency: 4e-6, bandwidth: 3e9)

    private func run(_ ranks: Int, threads: Int = 1, slower: Double = 1) -> StepMeasurement {
        let messages = [StepMeasurement.Message(bytes: 4_000_000, calls: 12), .init(bytes: 8, calls: 30)]
        let model = ReductionModel(NetworkDescription(name: "", link: link))
        let seconds = messages.reduce(0) { $0 + $1.calls * model.seconds(vector: $1.bytes, ranks: ranks) }
        return step(
            ranks: ranks, threads: threads, row: 1e-3 * slower, repeated: 0.01, reduction: seconds, messages: messages)
    }

    @Test("runs that follow the model are predicted; what was fitted is told") func exact() throws {
        let near = NetworkDescription(name: "", link: Link(latency: 2e-6, bandwidth: 6e9))
        let comparison = try #require(MeasuredComparison([run(4), run(1), run(8), run(2)], near: near))
        #expect(comparison.rows.map(\.ranks) == [1, 2, 4, 8])
        #expect(comparison.rows.map(\.given) == [["work"], ["messages", "waiting", "network"], [], []])
        for row in comparison.rows { #expect(abs(row.error) < 1e-9) }
        #expect(comparison.fit.scale.map { close($0, 2, within: 1e-9) } == true)
    }

    @Test("the error is that of the prediction, by the measured time") func errors() throws {
        let comparison = try #require(
            MeasuredComparison([run(1), run(2), run(4, slower: 1.25)], near: .init(name: "", link: link)))
        let row = comparison.rows[2], slow = run(4, slower: 1.25).seconds
        #expect(close(row.error, (row.parts.seconds - slow) / slow))
        #expect(row.error < -0.1 && row.error > -0.2)
        #expect(close(row.workError, (0.128 + 0.01) / (0.16 + 0.01) - 1))
    }

    @Test("the middle of repeated runs is the reference; other threads are left out") func choice() throws {
        let runs = [run(1, slower: 3), run(1), run(1, slower: 0.5), run(2), run(2, threads: 2)]
        let comparison = try #require(MeasuredComparison(runs, near: .init(name: "", link: link)))
        #expect(comparison.model.reference == run(1))
        #expect(comparison.leftOut == 1)
        #expect(comparison.rows.count == 4)
    }

    @Test("a batch of its own is predicted with it") func batches() throws {
        var large = run(2)
        large.batch = 1024
        large.dividedSeconds *= 2
        large.seconds = large.dividedSeconds + large.repeatedSeconds + large.reductionSeconds
        let near = NetworkDescription(name: "", link: link)
        let comparison = try #require(MeasuredComparison([run(1), large], near: near))
        #expect(abs(comparison.rows[1].error) < 1e-9 && abs(comparison.rows[1].workError) < 1e-9)
        // Messages, waiting and network come from the run with the batch of the reference.
        let both = try #require(MeasuredComparison([run(1), large, run(2)], near: near))
        #expect(both.rows.map(\.batch) == [512, 512, 1024])
        #expect(both.rows.map(\.given) == [["work"], ["messages", "waiting", "network"], []])
    }

    @Test("one rank alone predicts nothing") func missing() {
        #expect(Prediction(measurements: [run(1), run(1)]) == nil)
    }

    @Test("the tables hold what the model says") func texts() throws {
        let prediction = try #require(Prediction(measurements: [run(1), run(2), run(4)]))
        let markdown = prediction.sections.map(\.markdown).joined()
        for p in Prediction.counts { #expect(markdown.contains("\n| \(p) | ")) }
        #expect(markdown.contains("| 2 | 512 | \(String(format: "%.4g", run(2).seconds)) |"))
        #expect(markdown.contains("98.3 % |") && markdown.contains("91.5 % |") && markdown.contains("80.4 % |"))
        let cells = prediction.networks.map {
            percent(prediction.model.efficiency(.strong, ranks: 64, network: $0))
        }
        #expect(markdown.contains("\n| 64 | \(cells.joined(separator: " | ")) |  |\n"))
        // A slower network is never more efficient.
        let (ethernet, infiniBand) = (NetworkDescription.tenGigabitEthernet, NetworkDescription.infiniBand)
        for p in Prediction.counts.dropFirst() {
            #expect(
                prediction.model.efficiency(.strong, ranks: p, network: ethernet)
                    < prediction.model.efficiency(.strong, ranks: p, network: infiniBand))
        }
    }

    @Test("another method's step is predicted from its own messages") func others() throws {
        let prediction = try #require(Prediction(measurements: [run(1), run(2)]))
        let adam = step(ranks: 2, batch: 64, messages: [.init(bytes: 4_000_000, calls: 1)])
        let network = NetworkDescription.infiniBand
        let expected = 64e-3 / 8 + 0.01 + ReductionModel(network).seconds(vector: 4_000_000, ranks: 8)
        #expect(close(prediction.seconds(of: adam, ranks: 8, network: network) ?? 0, expected))
        #expect(prediction.seconds(of: step(ranks: 1), ranks: 8, network: network) == nil)
    }
}
