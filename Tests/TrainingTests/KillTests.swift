import Foundation
import TestSupport
import Testing

/// A rank is killed in the middle of a run.
@Suite(.serialized) struct KillTests {
    @Test func theJobEndsAndIsResumedToTheSameBits() throws {
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let often = ["--set", "train.checkpoint_every=1 steps", "--set", "train.evaluate_every=1 steps"]
        let place = bench.file("killed")
        let arguments = ["train", "config.yaml", "--run-dir", place, "--set", "train.steps=1000000"] + often
        let folder = bench.folder.path
        let job = Background { try mpirun(ranks: 2, "newton-cg", arguments, directory: folder) }
        try waitUntil("a checkpoint beyond step 3") { self.newestStep(bench, "killed") > 3 }
        let ranks = processes(with: place)
        #expect(ranks.count == 2)
        let killed = Date()
        kill(try #require(ranks.last), SIGKILL)
        let end = try job.wait()
        #expect(Date().timeIntervalSince(killed) < 20)
        #expect(end.status != 0)
        #expect(end.error.contains("signal 9"), "\(end.error)")
        try waitUntil("the end of all ranks") { processes(with: place).isEmpty }

        // The unbroken run is as long as the resumed one.
        let step = newestStep(bench, "killed"), steps = ["--set", "train.steps=\(step + 20)"] + often
        try bench.train("killed", ["--resume"] + steps, ranks: 2)
        try bench.train("whole", steps, ranks: 2)
        try expectSameEnd(bench, "whole", "killed", of: Double.self)
        #expect(try bench.metricsWithoutTimes("killed") == bench.metricsWithoutTimes("whole"))

        let log = try bench.text("killed/log.txt").components(separatedBy: "resumed after step \(step) from ")
        #expect(log.count == 2)
        let first = try #require(log.last?.split(separator: "\n").first { $0.hasPrefix("step ") })
        #expect(first.hasPrefix("step \(step + 1) ") && step > 1)
    }

    private func newestStep(_ bench: Workbench, _ run: String) -> Int {
        let names = (try? bench.checkpoints(run)) ?? []
        return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5).dropLast(3)) : nil }.max() ?? 0
    }

    private func waitUntil(_ what: String, _ condition: () -> Bool) throws {
        for _ in 0..<4000 where !condition() { usleep(50_000) }
        try #require(condition(), "\(what) did not come")
    }
}

/// The ranks, not their launcher, that have this argument.
private func processes(with argument: String) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap(pid_t.init).filter { process in
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.contains(argument) && words[0].hasSuffix("/newton-cg")
    }.sorted()
}

/// A program that runs beside the test, on a thread of its own: tests that wait may hold all others.
private final class Background: @unchecked Sendable {
    private let hasEnded = DispatchSemaphore(value: 0)
    private var result: Result<Finished, any Error>?

    init(_ body: @escaping @Sendable () throws -> Finished) {
        Thread.detachNewThread {
            self.result = Result(catching: body)
            self.hasEnded.signal()
        }
    }

    func wait() throws -> Finished {
        hasEnded.wait()
        return try result!.get()
    }
}
