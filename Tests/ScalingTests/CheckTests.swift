import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct ScalingCheckTests {
    @Test func verifiedRunsPass() throws {
        let runs = try Runs()
        let all = try [
            runs.write("a", ranks: 1, step: 1, verification: verification(ranks: 1, error: 2e-7)),
            runs.write("b", ranks: 2, step: 0.5, verification: verification(ranks: 2, error: 3e-7)),
            runs.write("c", ranks: 2, step: 0.5),
        ]
        let symmetry = ScalingCheck.symmetry(all), replicas = ScalingCheck.replicas(all)
        #expect(symmetry.verdict == .passed && replicas.verdict == .passed)
        #expect(symmetry.detail.contains("at most 3e-07, bound 0.0001, in "))
        #expect(symmetry.detail.hasSuffix("; 1 of 3 runs were made without --verify"))
        #expect(replicas.detail.hasSuffix("on up to 2 ranks; 1 of 2 runs were made without --verify"))
    }

    @Test func oneBadRunFails() throws {
        let runs = try Runs()
        let good = try runs.write("a", ranks: 2, step: 1, verification: verification(ranks: 2))
        let skew = try runs.write("b", ranks: 2, step: 1, verification: verification(ranks: 2, error: 1e-3))
        let torn = try runs.write("c", ranks: 2, step: 1, verification: verification(ranks: 2, identical: false))
        #expect(ScalingCheck.symmetry([good, skew]).verdict == .failed)
        #expect(ScalingCheck.replicas([good, torn]).verdict == .failed)
        #expect(ScalingCheck.replicas([good, torn]).line.contains("/c differ)"))
        #expect(ScalingCheck.symmetry([good, torn]).verdict == .passed)
    }

    @Test func withoutVerificationNothingIsClaimed() throws {
        let runs = try Runs()
        let run = try runs.write("a", ranks: 2, step: 1), alone = try runs.write("b", ranks: 1, step: 1)
        #expect(ScalingCheck.symmetry([run]).verdict == .notChecked)
        #expect(ScalingCheck.replicas([run]).detail == "the runs were made without `train --verify`")
        #expect(ScalingCheck.replicas([alone]).detail == "no run has more than one rank")
    }

    private func outcome(
        _ ranks: Int, _ losses: [Double], _ parameters: [Double], step: Int = 2, epsilon: Double = Double.ulpOfOne
    ) -> ScalingCheck.Outcome {
        .init(ranks: ranks, batch: 100, step: step, losses: losses, parameters: parameters, epsilon: epsilon)
    }

    /// 4ε√100 = 8.9e-15 at the first step, ten times as much at each further one.
    @Test(arguments: [
        (1e-15, 1e-14, 1e-13, true), (1e-14, 0, 0, false), (0, 1e-13, 0, false), (0, 0, 1e-12, false),
        (Double.nan, 0, 0, false), (0, 0, Double.nan, false), (0, 0, 0, true),
    ]) func theResultIsThatOfOneRank(_ first: Double, _ second: Double, _ end: Double, _ passes: Bool) {
        let one = outcome(1, [2, 1], [3, 4])
        let two = outcome(2, [2 * (1 + first), 1 + second], [3, 4 + 5 * end])
        let check = ScalingCheck.check("same", one, [one, two])
        #expect(check.verdict == (passes ? .passed : .failed), "\(check)")
    }

    /// In float32 rounding has eaten the parameters' digits after some steps: only the first losses judge.
    @Test func longRunsAreJudgedByTheirFirstSteps() {
        let epsilon = Double(Float.ulpOfOne)
        let one = outcome(1, Array(repeating: 1, count: 20), [3, 4], step: 20, epsilon: epsilon)
        var losses = Array(repeating: 1.0, count: 20)
        losses[10] = 1.3
        let apart = ScalingCheck.check("same", one, [outcome(2, losses, [4, 3], step: 20, epsilon: epsilon)])
        #expect(apart.verdict == .passed && apart.detail.contains("no bound: "))
        losses[0] = 1 + 1e-5
        let wrong = ScalingCheck.check("same", one, [outcome(2, losses, [3, 4], step: 20, epsilon: epsilon)])
        #expect(wrong.verdict == .failed)
    }

    @Test func checkpointsOfOtherStepsAreNotCompared() {
        let one = outcome(1, [2, 1], [3, 4])
        let check = ScalingCheck.check("same", one, [outcome(2, [2, 1, 1], [3, 4], step: 3)])
        #expect(
            check.verdict == .notChecked && check.detail.contains("on 2 ranks is of step 3, the one on 1 of step 2"))
    }

    @Test func aSeriesWithoutCheckpointsSaysSo() throws {
        let runs = try Runs()
        let series = try ScalingSeries.group([runs.write("a", ranks: 1, step: 1), runs.write("b", ranks: 2, step: 1)])
        let check = ScalingCheck.sameResult(series[0])
        #expect(check.verdict == .notChecked && check.detail.contains("/a holds no checkpoint"))
    }
}
