import Foundation
import TestSupport
import Testing

/// The processes that have this argument and run `program`: the ranks by default, not their launcher.
func processes(with argument: String, of program: String = "newton-cg") -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap(pid_t.init).filter { process in
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.contains(argument) && words[0].split(separator: "/").last.map(String.init) == program
    }.sorted()
}

/// A program that runs beside the test, on a thread of its own: tests that wait may hold all others.
final class Background: @unchecked Sendable {
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

func waitUntil(_ what: String, every microseconds: UInt32 = 20_000, _ condition: () -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: 120)
    while !condition() && deadline.timeIntervalSinceNow > 0 { usleep(microseconds) }
    try #require(condition(), "\(what) did not come")
}

extension Workbench {
    /// `train config.yaml` in the run folder of this name, which is given as a full path: processes are found by it.
    func start(_ name: String, _ arguments: [String], ranks: Int? = 2) -> Background {
        let command = ["train", "config.yaml", "--run-dir", file(name)] + arguments, folder = folder.path
        return Background {
            guard let ranks else { return try run("newton-cg", command, directory: folder) }
            return try mpirun(ranks: ranks, "newton-cg", command, directory: folder)
        }
    }

    /// The step of the newest checkpoint; 0: there is none.
    func newestStep(_ run: String) -> Int {
        let names = (try? checkpoints(run)) ?? []
        return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5).dropLast(3)) : nil }.max() ?? 0
    }

    /// Steps that the run's table has.
    func stepsDone(_ run: String) -> Int {
        let text = (try? text("\(run)/metrics.csv")) ?? ""
        return text.split(separator: "\n").count { $0.contains(",train,") }
    }

    /// Resumes a run, which goes on for 20 steps from its newest checkpoint, and makes an unbroken one as long: both
    /// end with the same bits.
    func expectResumedAsUnbroken(_ name: String, _ settings: [String], ranks: Int? = 2) throws {
        let step = newestStep(name), steps = ["--set", "train.steps=\(step + 20)"] + settings
        try train(name, ["--resume"] + steps, ranks: ranks)
        try train("unbroken", ["--overwrite"] + steps, ranks: ranks)
        try expectSameEnd(self, "unbroken", name, of: Double.self)
        #expect(try metricsWithoutTimes(name) == metricsWithoutTimes("unbroken"))
        let log = try text("\(name)/log.txt").components(separatedBy: "resumed after step \(step) from ")
        #expect(log.count == 2)
        let first = try #require(log.last?.split(separator: "\n").first { $0.hasPrefix("step ") })
        #expect(first.hasPrefix("step \(step + 1) "))
    }
}

/// A checkpoint after each step, and no end.
let endless = ["--set", "train.steps=1000000"]
let often = ["--set", "train.checkpoint_every=1 steps"]
