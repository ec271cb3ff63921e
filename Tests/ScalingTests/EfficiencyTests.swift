import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct EfficiencyTests {
    private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }

    /// Two ranks, ten seconds: the first works 8, waits 1, reduces 1; the second works 6 and waits 3.
    @Test func byHand() throws {
        let e = Efficiency(
            try profile(["product": [7, 5], "vectors": [1, 1], "waiting": [1, 3], "reduction": [1, 1]]), batch: 512)
        #expect(close(e.loadBalance, 7.0 / 8))
        #expect(close(e.serialisation, 8.0 / 9))
        #expect(close(e.transfer, 9.0 / 10))
        #expect(close(e.communication, 8.0 / 10))
        #expect(close(e.rankEfficiency, 7.0 / 10))
        #expect(e.threadEfficiency == 1 && close(e.parallel, 7.0 / 10))
        #expect(close(e.coreSecondsPerSample, 14.0 / 5120))
    }

    /// A rank of four threads is busy for 8 of 10 seconds; its threads work 20 core seconds in that time.
    @Test func threadsCountAsCores() throws {
        let seconds: Seconds = ["product": [6], "vectors": [2], "waiting": [0], "reduction": [2]]
        let e = Efficiency(
            try profile(seconds, threads: 4, cores: ["product": [18], "vectors": [2]]), batch: 512)
        #expect(e.threadsMeasured && close(e.rankEfficiency, 0.8))
        #expect(close(e.threadEfficiency, 20.0 / 32) && close(e.parallel, 20.0 / 40))
        let old = Efficiency(try profile(seconds, threads: 4, cores: nil), batch: 512)
        #expect(!old.threadsMeasured && old.threadEfficiency == 1 && close(old.coreSecondsPerSample, 32.0 / 5120))
    }

    /// The products hold exactly, and nothing leaves 0 … 1, whatever ranks measured.
    @Test func theTreeMultiplies() throws {
        var random = SplitMix(state: 3)
        for _ in 0..<200 {
            let ranks = 1 + Int(3.5 * (1 + random.next())), threads = 1 + Int(1.5 * (1 + random.next()))
            func times() -> [Double] { (0..<ranks).map { _ in 1 + random.next() } }
            let product = times()
            let e = Efficiency(
                try profile(
                    ["product": product, "vectors": times(), "waiting": times(), "reduction": times()],
                    threads: threads,
                    cores: ["product": product.map { $0 * (1 + Double(threads - 1) * 0.7) }]), batch: 64)
            #expect(close(e.parallel, e.loadBalance * e.serialisation * e.transfer * e.threadEfficiency))
            #expect(close(e.rankEfficiency, e.loadBalance * e.communication))
            for value in [e.loadBalance, e.serialisation, e.transfer, e.threadEfficiency, e.parallel] {
                #expect(value > 0 && value <= 1 + 1e-12)
            }
        }
    }

    /// Against one rank of one thread, the global efficiency is the ratio of times by ranks: strong as weak.
    @Test func globalEfficiencyIsThatOfTimes() throws {
        let one = Efficiency(try profile(["product": [20], "vectors": [4]], steps: 4, batch: 256), batch: 256)
        let more: Seconds = [
            "product": [5.5, 5, 5.2], "vectors": [4, 4, 4], "waiting": [0, 0.5, 0.3], "reduction": [0.6, 0.6, 0.6],
        ]
        let strong = Efficiency(try profile(more, steps: 4, batch: 256), batch: 256)
        #expect(close(strong.global(to: one), 24 / (3 * strong.runtime)))
        // As many seconds for three times as many samples in twice as many steps.
        let weak = Efficiency(try profile(more, steps: 8, batch: 768), batch: 768)
        #expect(close(weak.global(to: one), 24 / (3 * weak.runtime) * 6))
        #expect(close(weak.computationScalability(to: one), 6 * strong.computationScalability(to: one)))
        #expect(one.computationScalability(to: one) == 1 && one.global(to: one) == one.parallel)
    }

    @Test func stepsAreMeasuredByTheirParts() throws {
        let step = StepMeasurement(
            try profile(
                [
                    "data": [1, 1], "product": [6, 4], "vectors": [2, 2], "inverses": [0, 2], "waiting": [1, 3],
                    "reduction": [2, 2],
                ],
                reductions: [
                    reduction("steps", "allreduce", 4096, calls: 50), reduction("steps", "allgather", 4096, calls: 20),
                    reduction("outside", "allreduce", 8, calls: 7), reduction("any", "any", 8, calls: 7),
                ]), batch: 512)
        #expect(step.ranks == 2 && step.batch == 512)
        #expect(close(step.seconds, 1.3) && close(step.dividedSeconds, 0.7) && close(step.repeatedSeconds, 0.2))
        #expect(close(step.waitingSeconds, 0.2) && close(step.reductionSeconds, 0.2))
        #expect(
            step.messages == [
                .init(bytes: 4096, calls: 5, seconds: 2e-6), .init(bytes: 4096, calls: 1, seconds: nil),
            ])
    }

    private func reduction(_ stage: String, _ kind: String, _ bytes: Double, calls: Int) -> [String: Any] {
        [
            "stage": stage, "kind": kind, "bytes": bytes, "calls": [calls, calls], "minimum": [1e-6, 1e-6],
            "mean": [2e-6, 2e-6], "maximum": [5e-6, 5e-6],
        ]
    }
}

@Suite struct TALPTests {
    private let seconds: Seconds = [
        "product": [7, 5, 6, 4], "vectors": [1, 1, 1, 1], "waiting": [1, 3, 2, 3], "reduction": [1, 1, 1, 1],
    ]

    @Test func theFormIsThatOfDLB() throws {
        let profile = try profile(
            seconds, threads: 2, cores: ["product": [13, 9, 11, 7]], nodes: ["a", "a", "b", "b"])
        let efficiency = Efficiency(profile, batch: 512)
        let output = TALPOutput(profile, efficiency, at: Date(timeIntervalSince1970: 0))
        let object = try JSONSerialization.jsonObject(with: Data(output.json.utf8)) as! [String: Any]
        #expect(Set(object.keys) == ["Application", "dlbVersion", "resources", "timestamp"])
        #expect((object["dlbVersion"] as! String).hasPrefix("3.5"))
        #expect(object["timestamp"] as! String == "1970-01-01T00:00:00Z")
        #expect(object["resources"] as! [String: Int] == ["numCpus": 8, "numNodes": 2, "numMpiRanks": 4])
        let region = try #require((object["Application"] as! [String: Any])["Global"] as? [String: Double])
        #expect(
            Set(region.keys) == [
                "numCpus", "numMpiRanks", "numNodes", "avgCpus", "cycles", "instructions", "numMeasurements",
                "numMpiCalls",
                "numOmpParallels", "numOmpTasks", "elapsedTime", "usefulTime", "mpiTime", "ompLoadImbalanceTime",
                "ompSchedulingTime", "ompSerializationTime", "usefulNormdApp", "mpiNormdApp", "maxUsefulNormdProc",
                "maxUsefulNormdNode", "mpiNormdOfMaxUseful", "parallelEfficiency", "mpiParallelEfficiency",
                "mpiCommunicationEfficiency", "mpiLoadBalance", "mpiLoadBalanceIn", "mpiLoadBalanceOut",
                "ompParallelEfficiency", "ompLoadBalance", "ompSchedulingEfficiency", "ompSerializationEfficiency",
            ])
        // All cores' time is useful, in MPI, or idle.
        let all = region["usefulTime"]! + region["mpiTime"]! + region["ompSerializationTime"]!
        #expect(abs(all - 8 * region["elapsedTime"]!) < 10)
        #expect(abs(region["usefulTime"]! / all - region["parallelEfficiency"]!) < 1e-8)
        #expect(abs(region["parallelEfficiency"]! - efficiency.parallel) < 1e-12)
        #expect(
            abs(region["mpiLoadBalanceIn"]! * region["mpiLoadBalanceOut"]! - region["mpiLoadBalance"]!) < 1e-12)
        // Nodes have 7 and 6 useful seconds in the mean, the busiest rank 8.
        #expect(abs(region["mpiLoadBalanceIn"]! - 7.0 / 8) < 1e-12)
        #expect(region["elapsedTime"] == 10e9 && region["numMpiCalls"] == 80)
        #expect(try JSONDecoder().decode(TALPOutput.self, from: Data(output.json.utf8)) == output)
    }
}
