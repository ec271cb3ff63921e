import TestSupport
import Testing

/// A bit of one rank's parameters changes.
@Suite(.serialized) struct ReplicaTests {
    @Test func theRankIsNamed() throws {
        let job = try mpirun(ranks: 3, "RankCases", ["flipped-bit"])
        #expect(job.status == 1)
        #expect(job.messages.count == 1, "\(job.error)")
        let message = try #require(job.messages.first)
        #expect(message.hasPrefix("error: step 4: the parameters of rank 1 on "), "\(message)")
        #expect(message.contains(" differ from those of the other ranks: memory or a processor"), "\(message)")
    }

    @Test func ofTwoRanksNoneHasAMajority() throws {
        let job = try mpirun(ranks: 2, "RankCases", ["flipped-bit"])
        #expect(job.status == 1 && job.messages.count == 1, "\(job.error)")
        let message = try #require(job.messages.first)
        #expect(
            message.hasPrefix("error: step 4: the parameters of the ranks differ, and none has a majority: rank 0 on "))
        #expect(message.contains(", rank 1 on "), "\(message)")
    }

    @Test(arguments: [1, 2, 3, 4]) func soundReplicasPass(ranks: Int) throws {
        let failure = try RankBatch(["no-flipped-bit"]).failure(of: "no-flipped-bit", ranks: ranks)
        #expect(failure == nil)
    }
}
