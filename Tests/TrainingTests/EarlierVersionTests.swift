import Foundation
import TestSupport
import Testing

/// Files of an earlier version are read, and its run goes on as it did there (`Fixtures/run-0.1.0/README.md`).
@Suite struct EarlierVersionTests {
    @Test func aRunOf0_1_0GoesOn() throws {
        let bench = try Workbench("")
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/run-0.1.0")
        for name in ["data.h5", "run"] {
            try? remove(bench.file(name))
            try FileManager.default.copyItem(
                atPath: fixture.appendingPathComponent(name).path, toPath: bench.file(name))
        }
        let before = try bench.metrics("run")
        let resumed = try bench.newtonCG([
            "train", "run/config.yaml", "--run-dir", "run", "--resume", "--set", "train.epochs=3",
        ])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.output.contains("resumed after step 8 from run/checkpoints/step-00000008.h5\n"))

        // Columns may have come since; those of 0.1.0 are as they were.
        let after = try bench.metrics("run")
        #expect(after.count == before.count + 5)
        for (old, new) in zip(before, after) { #expect(old.allSatisfy { new[$0.key] == $0.value }) }
        let new = after.dropFirst(before.count)
        #expect(
            new.map { "\($0["step"]!) \($0["part"]!)" } == ["9 train", "10 train", "11 train", "12 train", "12 test"])
        let wanted = [
            0.34617628703256603, 0.6372134344212155, 0.7391038426843353, 1.5731338648360638, 0.2747674559562106,
        ]
        for (row, loss) in zip(new, wanted) {
            let got = try #require(Double(row["loss"]!))
            #expect(abs(got - loss) <= 1e-6 * loss, "step \(row["step"]!), \(row["part"]!): \(got), not \(loss)")
        }
    }
}
