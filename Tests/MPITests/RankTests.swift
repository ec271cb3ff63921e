import MPI
import Testing
import TestSupport

/// What several ranks do together: each test is a case of the program RankCases, run by mpirun.
@Suite(.serialized) struct RankTests {
    private static let batch = RankBatch([
        "reduce", "reduce-arrays-and-scalars", "same-bits-everywhere",
        "broadcast", "broadcast-text", "gather", "gather-text",
        "divided-vectors", "shared-memory", "shared-sums", "split", "split-and-leave", "single", "environment",
        "agree-all-succeed", "agree-caught", "unequal-counts", "wrong-arguments", "mpi-error",
    ])

    @Test(arguments: [1, 2, 3, 4], batch.names) func passes(ranks: Int, name: String) throws {
        let failure = try Self.batch.failure(of: name, ranks: ranks)
        #expect(failure == nil)
    }

    @Test(arguments: [1, 2, 3, 4])
    func aSetUpErrorOfOneRankEndsAllWithOneMessageAndItsStatus(ranks: Int) throws {
        let job = try mpirun(ranks: ranks, "RankCases", ["agree-ends"], timeout: 30)
        let rank = ranks == 1 ? 0 : 1
        #expect(job.status == 30 + Int32(rank))
        #expect(job.messages == ["error: \(rank == 0 ? "" : "rank 1: ")Shard \(rank) is damaged."])
        #expect(job.output == "")
    }

    @Test(arguments: [1, 3])
    func anErrorWithoutAStatusEndsWithStatus1(ranks: Int) throws {
        let job = try mpirun(ranks: ranks, "RankCases", ["agree-plain-error"], timeout: 30)
        #expect(job.status == 1)
        #expect(job.messages == ["error: No such file."])
    }

    @Test(arguments: [1, 2, 3, 4])
    func anErrorInsideAStepEndsTheJobWithOneMessage(ranks: Int) throws {
        let job = try mpirun(ranks: ranks, "RankCases", ["throw"], timeout: 30)
        let last = ranks - 1
        #expect(job.status == 30 + Int32(last))
        #expect(job.messages == ["error: \(ranks == 1 ? "" : "rank \(last): ")Shard \(last) is damaged."])
        #expect(!job.output.contains("PASSED"))
    }

    @Test(arguments: [1, 2, 3, 4])
    func abortEndsAllRanks(ranks: Int) throws {
        let job = try mpirun(ranks: ranks, "RankCases", ["abort"], timeout: 30)
        #expect(job.status == 9)
        #expect(job.messages == ["error: \(ranks == 1 ? "" : "rank \(ranks - 1): ")The step failed."])
    }

    /// Programs that started MPI themselves.
    @Test(arguments: [1, 2, 3], ["host", "host-without-threads"]) func aGuestChangesNothing(ranks: Int, name: String)
        throws
    {
        let job = try mpirun(ranks: ranks, "RankCases", [name], timeout: 30)
        #expect(job.status == 0, "\(job.error)")
        #expect(job.output == "PASSED \(name)\n", "\(job.output)")
    }

    @Test func anUnknownCaseIsRefused() throws {
        let job = try mpirun(ranks: 2, "RankCases", ["no-such-case"], timeout: 30)
        #expect(job.status == 1)
        #expect(job.messages.count == 1)
        #expect(job.error.contains("reduce"))
    }

    @Test func aProgramAloneIsOneRank() throws {
        let alone = try run("RankCases", ["reduce-arrays-and-scalars"], timeout: 60)
        #expect(alone.status == 0, "\(alone.error)")
        #expect(alone.output == "PASSED reduce-arrays-and-scalars\n")
    }

    /// Without MPI there is no rank, node or clock, but the version is known.
    @Test func theVersionIsKnownBeforeTheStart() {
        #expect(!MPIEnvironment.isInitialised)
        #expect(MPIEnvironment.libraryVersion.contains("MPI"))
        #expect(throws: MPIError.self) { try MPIEnvironment.processorName() }
    }
}
