import Foundation
import HDF5
import TestSupport
import Testing

/// The dataset is not what it was any more.
@Suite(.serialized) struct DatasetChangeTests {
    /// Rows are read at the start: the run goes on with them. What is resumed needs the data that it was begun with.
    @Test(arguments: ["truncated", "deleted", "replaced"]) func whileARunReadsNothingMore(change: String) throws {
        let bench = try Workbench(configuration(ResumeTests.optimizers[0]))
        let data = bench.file("data.h5"), bytes = try #require(fileBytes(data))
        let job = bench.start("run", endless + often)
        try waitUntil("a checkpoint beyond step 3") { bench.newestStep("run") > 3 }
        switch change {
        case "truncated": try write(Array(bytes.prefix(bytes.count / 2)), to: data)
        case "deleted": try remove(data)
        default:
            var other = SmallDataset()
            other.changeInputs = { $0[17] += 0.5 }
            try other.write(data)
        }
        let step = bench.newestStep("run")
        try waitUntil("ten more steps") { bench.newestStep("run") > step + 10 }
        #expect(kill(try #require(processes(with: bench.file("run"), of: "mpirun").first), SIGUSR1) == 0)
        #expect(try job.wait().status == 75)

        let resumed = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run", "--resume"] + often, ranks: 2)
        #expect(resumed.status == 3 && resumed.messages.count == 1, "\(resumed.error)")
        let sentence = [
            "truncated": "cannot open data.h5: truncated file", "deleted": "cannot open data.h5: No such file",
            "replaced": "data.h5 does not hold the training data that this run was begun with: put the old file back",
        ]
        #expect(resumed.error.contains(sentence[change]!), "\(resumed.error)")

        try write(bytes, to: data)
        try bench.expectResumedAsUnbroken("run", often)
    }
}
