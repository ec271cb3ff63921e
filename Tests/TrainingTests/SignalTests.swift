import Foundation
import TestSupport
import Testing

/// A batch system asks a run to stop.
@Suite(.serialized) struct SignalTests {
    /// mpirun hands USR1 to all ranks; of TERM only one rank is told, and the others agree.
    @Test(arguments: ["USR1 to mpirun", "TERM to a rank", "USR1 to a run without mpirun"])
    func stopsWithACheckpointAndGoesOn(way: String) throws {
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let ranks = way.hasSuffix("without mpirun") ? nil : 2
        let seldom = ["--set", "train.checkpoint_every=1000000 steps"]
        let job = bench.start("stopped", endless + seldom, ranks: ranks)
        try waitUntil("the fifth step") { bench.stepsDone("stopped") > 5 }
        let place = bench.file("stopped")
        let process = processes(with: place, of: way == "USR1 to mpirun" ? "mpirun" : "newton-cg").last
        #expect(kill(try #require(process), way.hasPrefix("USR1") ? SIGUSR1 : SIGTERM) == 0)
        let end = try job.wait()
        #expect(end.status == 75, "\(end.error)")
        #expect(end.messages.isEmpty, "\(end.error)")
        let step = bench.newestStep("stopped")
        #expect(step > 5 && bench.stepsDone("stopped") == step)
        #expect(
            end.output.contains(
                "\nstopped by a signal after step \(step): the checkpoint is \(place)/checkpoints/step-"),
            "\(end.output.suffix(300))")
        try bench.expectResumedAsUnbroken("stopped", seldom, ranks: ranks)
    }

    /// Whatever a rank is doing when it is asked.
    @Test(arguments: [1, 2, 3]) func stopsAtAnyReductionOfAStep(ranks: Int) throws {
        let failure = try RankBatch(["stops-anywhere"]).failure(of: "stops-anywhere", ranks: ranks)
        #expect(failure == nil)
    }
}
