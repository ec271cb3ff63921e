import Foundation
import Scaling
import Testing

/// A step on a number of ranks that follows a simple law exactly.
func step(
    ranks: Int, batch: Int = 512, threads: Int = 1, row: Double = 1e-3, repeated: Double = 0.01, waiting: Double = 0,
    reduction: Double = 0, messages: [StepMeasurement.Message] = [.init(bytes: 400_000, calls: 20)]
) -> StepMeasurement {
    let divided = row * Double(batch) / Double(ranks)
    return StepMeasurement(
        ranks: ranks, threads: threads, batch: batch, seconds: divided + repeated + waiting + reduction,
        dividedSeconds: divided, repeatedSeconds: repeated, waitingSeconds: waiting, reductionSeconds: reduction,
        messages: ranks > 1 ? messages : [])
}

@Suite struct ModelScalingTests {
    let network = NetworkDescription(name: "lan", link: Link(latency: 10e-6, bandwidth: 1e9))
    let free = NetworkDescription(name: "free", link: Link(latency: 0, bandwidth: .infinity))

    @Test("work is divided by whole rows, the rest is repeated") func work() throws {
        let model = try #require(ScalingModel(step(ranks: 1), shared: step(ranks: 2)))
        for (ranks, rows) in [(1, 512), (2, 256), (3, 171), (5, 103), (512, 1), (4096, 1)] {
            let parts = model.parts(.strong, ranks: ranks, network: free)
            #expect(close(parts.divided, Double(rows) * 1e-3))
            #expect(parts.repeated == 0.01)
            #expect(parts.waiting == 0 && parts.reduction == 0)
            #expect(close(parts.seconds, Double(rows) * 1e-3 + 0.01))
        }
        // Weak: each rank has 512, whatever their number.
        #expect(model.batch(.weak, ranks: 7) == 3584)
        #expect(close(model.parts(.weak, ranks: 7, network: free).seconds, 0.522))
        #expect(close(model.efficiency(.weak, ranks: 4096, network: free), 1))
    }

    @Test("without anything that is lost, efficiency is that of Amdahl's law", arguments: [1, 2, 4, 64, 512])
    func amdahl(ranks: Int) throws {
        let model = try #require(ScalingModel(step(ranks: 2)))
        let p = Double(ranks)
        #expect(close(model.speedUp(.strong, ranks: ranks, network: free), 0.522 / (0.512 / p + 0.01)))
        #expect(close(model.efficiency(.strong, ranks: ranks, network: free), 0.522 / (0.512 + 0.01 * p)))
    }

    @Test("reductions are calls times the reduction model's seconds") func reductions() throws {
        let messages = [StepMeasurement.Message(bytes: 5_000_000, calls: 12.5), .init(bytes: 8, calls: 30)]
        let model = try #require(ScalingModel(step(ranks: 2, messages: messages)))
        let reduction = ReductionModel(network)
        let expected =
            12.5 * reduction.seconds(vector: 5_000_000, ranks: 8) + 30 * reduction.seconds(vector: 8, ranks: 8)
        #expect(close(model.parts(.strong, ranks: 8, network: network).reduction, expected))
        #expect(model.parts(.strong, ranks: 1, network: network).reduction == 0)
    }

    @Test("a single rank tells nothing of reductions") func alone() {
        #expect(ScalingModel(step(ranks: 1)) == nil)
        #expect(ScalingModel(step(ranks: 2, messages: [])) == nil)
    }

    @Test("waiting grows with the expected maximum of normal numbers") func waiting() throws {
        // E of the maximum of 2, 3: 1/√π, 3/(2√π); of more: the integral by other means, to nine digits (for 4, 8, 100 as in Harter 1961).
        let expected: [(Int, Double)] = [
            (2, 1 / Double.pi.squareRoot()), (3, 1.5 / Double.pi.squareRoot()), (4, 1.02937537), (8, 1.42360031),
            (64, 2.34373347), (100, 2.50759364),
        ]
        let measured = step(ranks: 2, repeated: 0, waiting: 0.01)
        let model = try #require(ScalingModel(measured))
        let spread = try #require(model.spread)
        #expect(close(spread, 0.01 / 0.256 * Double.pi.squareRoot(), within: 1e-9))
        for (ranks, maximum) in expected {
            let parts = model.parts(.weak, ranks: ranks, network: free)
            #expect(close(parts.waiting, spread * 0.256 * maximum, within: 1e-7), "\(ranks)")
        }
        #expect(model.parts(.strong, ranks: 1, network: free).waiting == 0)
        // What is waited for since one has a row more is no spread.
        let uneven = step(ranks: 2, batch: 3, row: 1, repeated: 0, waiting: 0.5)
        #expect(ScalingModel(uneven)?.spread == 0)
    }

    @Test("the reference is reproduced on a network that takes what it took", arguments: [2, 4, 8])
    func reproduces(ranks: Int) throws {
        let message = StepMeasurement.Message(bytes: 400_000, calls: 20)
        let reduction = 20 * ReductionModel(network).seconds(vector: 400_000, ranks: ranks)
        let measured = step(ranks: ranks, waiting: 0.02, reduction: reduction, messages: [message])
        let model = try #require(ScalingModel(measured))
        #expect(close(model.parts(.strong, ranks: ranks, network: network).seconds, measured.seconds, within: 1e-9))
    }

    @Test("the most ranks of an efficiency", arguments: [0.95, 0.8, 0.5]) func most(efficiency: Double) throws {
        let model = try #require(ScalingModel(step(ranks: 2, waiting: 0.003)))
        let all = (1...300).filter { model.efficiency(.strong, ranks: $0, network: network) >= efficiency }
        #expect(model.mostRanks(efficiency: efficiency, limit: 300, network: network) == all.last)
        #expect(model.mostRanks(efficiency: 0, limit: 77, network: network) == 77)
    }
}

@Suite struct ModelFitTests {
    let link = Link(latency: 4e-6, bandwidth: 3e9)
    var network: NetworkDescription { NetworkDescription(name: "true", link: link) }

    private func measured(_ ranks: Int, _ messages: [StepMeasurement.Message]) -> StepMeasurement {
        let model = ReductionModel(network)
        let seconds = messages.reduce(0) { $0 + $1.calls * model.seconds(vector: $1.bytes, ranks: ranks) }
        return step(ranks: ranks, reduction: seconds, messages: messages)
    }

    @Test("latency and bandwidth come back from runs with other messages", arguments: [2, 4, 6]) func both(ranks: Int) {
        let runs = [
            measured(ranks, [.init(bytes: 4_000_000, calls: 12), .init(bytes: 8, calls: 30)]),
            measured(ranks, [.init(bytes: 3000, calls: 100), .init(bytes: 8, calls: 30)]),
        ]
        let fit = NetworkFit(runs, near: .sharedMemory)
        #expect(fit?.scale == nil)
        #expect(close(fit?.network.link.latency ?? 0, link.latency, within: 1e-6))
        #expect(close(fit?.network.link.bandwidth ?? 0, link.bandwidth, within: 1e-6))
    }

    @Test("sums of several sizes give both, of one run", arguments: [2, 4]) func sizes(ranks: Int) throws {
        let model = ReductionModel(network)
        let sums = [8, 40_000, 4_000_000].map {
            StepMeasurement.Message(bytes: $0, calls: 1, seconds: model.seconds(vector: $0, ranks: ranks))
        }
        func fit(_ sums: [StepMeasurement.Message]) -> NetworkFit? {
            NetworkFit([], sumsOf: [step(ranks: ranks, messages: sums)], near: .sharedMemory)
        }
        let all = try #require(fit(sums))
        #expect(all.scale == nil && all.largestError < 1e-6)
        #expect(close(all.network.link.latency, link.latency, within: 1e-6))
        #expect(close(all.network.link.bandwidth, link.bandwidth, within: 1e-6))
        // One size is one number.
        #expect(fit([sums[0]])?.scale != nil)
        // What no line passes through is missed, and by how much is told.
        var bent = sums
        bent[1].seconds! *= 3
        let missed = try #require(fit(bent))
        #expect(missed.largestError > 0.1)
    }

    @Test("one run gives one factor, by which its reductions come out") func scaled() throws {
        let run = measured(2, [.init(bytes: 4_000_000, calls: 12), .init(bytes: 8, calls: 30)])
        let fit = try #require(NetworkFit([run, step(ranks: 1)], near: .sharedMemory))
        let scale = try #require(fit.scale)
        #expect(close(fit.network.link.latency, 0.6e-6 * scale))
        #expect(close(fit.network.link.bandwidth, 6.2e9 / scale))
        let model = ReductionModel(fit.network)
        let seconds = 12 * model.seconds(vector: 4_000_000, ranks: 2) + 30 * model.seconds(vector: 8, ranks: 2)
        #expect(close(seconds, run.reductionSeconds, within: 1e-9))
    }

    @Test("runs with the same messages are no two equations") func similar() {
        let messages = [StepMeasurement.Message(bytes: 4_000_000, calls: 12)]
        #expect(NetworkFit([measured(2, messages), measured(2, messages)], near: .sharedMemory)?.scale != nil)
    }

    @Test("without reductions there is nothing to fit") func nothing() {
        #expect(NetworkFit([step(ranks: 1)], near: .sharedMemory) == nil)
        #expect(NetworkFit([step(ranks: 2)], near: .sharedMemory) == nil)
    }
}
