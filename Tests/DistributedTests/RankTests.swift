import TestSupport
import Testing

/// Training problems over ranks: each test is a case of the program RankCases, run by mpirun.
@Suite(.serialized) struct RankTests {
    private static let batch = RankBatch([
        "same-values-cnn", "same-values-mlp", "same-values-residual", "same-steps-cnn", "same-steps-mlp",
        "same-steps-residual", "same-steps-subspace", "same-values-wide", "same-steps-wide",
        "same-steps-wide-subspace", "same-steps-lbfgs", "same-steps-kronecker-cnn",
        "same-steps-kronecker-mlp", "same-steps-kronecker-residual", "same-steps-sample-space-cnn",
        "same-steps-sample-space-mlp", "same-steps-nystrom", "same-steps-lbfgs-pairs", "split-vectors-cnn",
        "split-vectors-residual", "own-rows", "overlapped-pieces", "overlapped-mlp", "overlapped-residual",
        "own-metrics", "own-metrics-in-files", "same-values-tokens", "same-steps-tokens",
        "same-steps-tokens-kronecker", "same-steps-tokens-sample-space",
        "same-values-noise", "same-steps-noise", "same-steps-noise-kronecker",
        "same-steps-frozen", "same-steps-frozen-kronecker", "same-steps-frozen-sample-space",
    ])

    @Test(arguments: [1, 2, 3, 4], batch.names) func passes(ranks: Int, name: String) throws {
        let failure = try Self.batch.failure(of: name, ranks: ranks)
        #expect(failure == nil)
    }

    @Test(arguments: [1, 2, 3, 4], ["injected-fault", "injected-fault-overlapped"])
    func aRankThatFailsInAStepEndsTheJobWithOneMessage(ranks: Int, name: String) throws {
        let job = try mpirun(ranks: ranks, "RankCases", [name], timeout: 30)
        let last = ranks - 1
        #expect(job.status == 1)
        #expect(job.messages == ["error: \(ranks == 1 ? "" : "rank \(last): ")Memory of rank \(last) is lost."])
        #expect(!job.output.contains("PASSED"))
    }
}
