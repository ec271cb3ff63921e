import Foundation
import NewtonCG
import TestSupport
import Testing

/// The clocks themselves, on this thread.
@Suite struct PhaseTests {
    private func wait(_ seconds: Double) {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {}
    }
    private func cell(_ stage: Stage, _ phase: Phase) -> PhaseProfile.Cell {
        PhaseProfile.now.cells.first { $0.stage == stage && $0.phase == phase }!
    }

    @Test func aPhaseInterruptsTheOneAroundIt() {
        PhaseProfile.start()
        defer { PhaseProfile.stop() }
        Stage.steps.measure {
            Phase.product.measure {
                wait(0.002)
                Phase.reduction.measure {
                    wait(0.004)
                    Phase.count(operations: 7, bytes: 5)
                }
                Phase.count(operations: 3)
                wait(0.001)
            }
        }
        Phase.product.measure { wait(0.001) }
        let (cells, seconds) = PhaseProfile.now
        #expect(abs(cells.reduce(0) { $0 + $1.seconds } - seconds) < 1e-9)
        let (product, reduction) = (cell(.steps, .product), cell(.steps, .reduction))
        #expect(product.seconds >= 0.003 && reduction.seconds >= 0.004)
        #expect(product.seconds + reduction.seconds <= seconds - 0.001)
        #expect(product.calls == 1 && product.operations == 3 && product.bytes == 0)
        #expect(reduction.calls == 1 && reduction.operations == 7 && reduction.bytes == 5)
        #expect(cell(.outside, .product).calls == 1 && cell(.outside, .product).operations == 0)
    }

    /// Where nothing was started nothing is counted, on other threads neither.
    @Test func aProfileIsOfOneThread() {
        #expect(!PhaseProfile.isOn)
        Phase.product.measure { Phase.count(operations: 1) }
        PhaseProfile.start()
        defer { PhaseProfile.stop() }
        let done = DispatchSemaphore(value: 0)
        Thread {
            Phase.product.measure { Phase.count(operations: 1) }
            done.signal()
        }.start()
        done.wait()
        #expect(cell(.outside, .product).calls == 0 && PhaseProfile.isOn)
    }

    @Test func aTimelineKeepsTheFirstEventsAndEndsThem() throws {
        PhaseProfile.start(events: 5)
        defer { PhaseProfile.stop() }
        Stage.steps.measure {
            Phase.gradient.measure { Phase.reduction.measure {} }
            Phase.product.measure {}
        }
        let (events, isCut) = PhaseProfile.timeline
        #expect(events.count == 5 && isCut)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
        let text = "[" + Timeline.text(events, rank: 3, node: "a \"node\"") + "]"
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as! [[String: Any]]
        let spans = list.filter { ($0["ph"] as! String) != "M" }.map { "\($0["ph"]!) \($0["name"]!)" }
        #expect(
            spans == ["B step", "B gradient", "B reduction", "E reduction", "E gradient", "E step"])
        #expect(list.allSatisfy { $0["pid"] as! Int == 3 })
    }
}

/// `profile.json`, the table and the timeline of runs.
@Suite(.serialized) struct ProfileTests {
    private static let newton = "newton_cg: {cg: {max_iterations: 3}}"
    /// Of a sample, by hand: 20 multiplications in the first layer, 15 in the second.
    private static let (value, gradient, product) = (2.0 * 35, 4.0 * 20 + 6 * 15, 4.0 * 20 + 8 * 15)

    @Test(arguments: [1, 2, 3], [1, 2]) func theFiguresOfARunAddUp(ranks: Int, threads: Int) throws {
        let bench = try Workbench(configuration(Self.newton))
        let run = try bench.train("run", ["--set", "threads=\(threads)"], ranks: ranks)
        let profile = try RunProfile(bench.file("run/profile.json"))
        #expect(profile.ranks == ranks && profile.threads == threads && profile.steps == 13)
        func row(_ stage: String, _ phase: String) -> RunProfile.Row? {
            profile.rows.first { $0.stage == stage && $0.phase == phase }
        }
        for r in 0..<ranks {
            #expect(abs(profile.rows.reduce(0) { $0 + $1.seconds[r] } - profile.seconds[r]) < 1e-9)
        }
        let (gradients, products, losses) = try (
            #require(row("steps", "gradient")), #require(row("steps", "product")), #require(row("steps", "loss"))
        )
        // What metrics.csv says: an iteration is a product, and every warm start one more.
        let rows = try bench.metrics("run").filter { $0["part"] == "train" }
        let iterations = rows.reduce(0) { $0 + Int($1["cg_iterations"]!)! }
        #expect(gradients.calls.allSatisfy { $0 == 13 })
        #expect(products.calls.allSatisfy { (iterations...iterations + 12).contains($0) && $0 == products.calls[0] })
        #expect(losses.calls[0] >= 13)
        for (row, operations) in [(gradients, Self.gradient), (products, Self.product), (losses, Self.value)] {
            #expect(row.flops.reduce(0, +) == operations * 10 * Double(row.calls[0]), "\(row.phase)")
        }
        #expect(row("outside", "evaluation")?.flops.reduce(0, +) == Self.value * 11 * 13)
        #expect(row("outside", "checkpoint")!.bytes[0] > 1000)
        if ranks > 1 {
            let reductions = try #require(row("steps", "reduction")), waiting = try #require(row("steps", "waiting"))
            #expect(reductions.bytes[0] >= 43 * 8 * Double(products.calls[0] + 13))
            #expect(waiting.calls == reductions.calls)
        } else {
            #expect(row("steps", "reduction") == nil && row("steps", "waiting") == nil)
        }
        let share = try #require(profile.essentialShare)
        #expect(share > 0 && share < 1)

        for text in [run.output, try bench.text("run/log.txt"), try bench.text("run/report.md")] {
            for line in profile.lines { #expect(text.contains(line + "\n"), "\(line)") }
        }
        #expect(profile.lines.contains { $0.hasPrefix("  product") })
    }

    @Test func aResumedRunHasTheProfileOfItsOwnSteps() throws {
        let bench = try Workbench(configuration(Self.newton))
        try bench.train("run", ["--set", "train.steps=9"])
        try bench.train("run", ["--resume"])
        let profile = try RunProfile(bench.file("run/profile.json"))
        #expect(profile.steps == 4)
        #expect(profile.rows.first { $0.phase == "gradient" }?.calls == [4])
    }

    @Test(arguments: [1, 3]) func theTimelineShowsAllRanks(ranks: Int) throws {
        let bench = try Workbench(configuration(Self.newton))
        let run = try bench.train("run", ["--trace", "trace.json"], ranks: ranks)
        #expect(run.output.contains("timeline: trace.json\n"))
        let data = try Data(contentsOf: URL(fileURLWithPath: bench.file("trace.json")))
        let object = try JSONSerialization.jsonObject(with: data) as! [String: Any]
        let events = try #require(object["traceEvents"] as? [[String: Any]])
        #expect(Set(events.map { $0["pid"] as! Int }) == Set(0..<ranks))
        let profile = try RunProfile(bench.file("run/profile.json"))
        for rank in 0..<ranks {
            let own = events.filter { $0["pid"] as! Int == rank }
            #expect(own.contains { $0["name"] as! String == "process_name" })
            var open: [String] = [], time = 0.0, begun: [String: Int] = [:]
            for event in own where event["ph"] as! String != "M" {
                let name = event["name"] as! String, now = event["ts"] as! Double
                #expect(now >= time)
                time = now
                if event["ph"] as! String == "B" {
                    open.append(name)
                    begun[name, default: 0] += 1
                } else {
                    #expect(open.popLast() == name)
                }
            }
            #expect(open.isEmpty)
            let products = profile.rows.first { $0.phase == "product" }!
            #expect(begun["product"] == products.calls[rank] && begun["gradient"] == 13)
            #expect(time <= 1e6 * profile.seconds[rank])
        }
    }

    @Test func aTimelineThatCannotBeWrittenEndsTheRunAtItsBegin() throws {
        let bench = try Workbench(configuration(Self.newton))
        let run = try bench.newtonCG(["train", "config.yaml", "--trace", "no/such/folder.json"])
        #expect(run.status == 1 && run.messages.count == 1, "\(run.error)")
        #expect(run.error.contains("the timeline no/such/folder.json can't be written"))
        #expect(!FileManager.default.fileExists(atPath: bench.file("runs/small/config.yaml")))
    }
}
