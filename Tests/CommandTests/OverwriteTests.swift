import Foundation
import HDF5
import TestSupport
import Testing

/// Commands told to write over what they read.
@Suite(.serialized) struct OverwriteTests {
    let bench: Workbench

    init() throws {
        bench = try Workbench(smallConfiguration)
        try bench.train("run")
        try FileManager.default.createSymbolicLink(atPath: bench.file("link"), withDestinationPath: bench.folder.path)
        try FileManager.default.linkItem(atPath: bench.file("data.h5"), toPath: bench.file("other.h5"))
    }

    /// The command fails with one sentence, and every file stays as it was.
    private func expectRefused(_ arguments: String, _ status: Int32, _ fragment: String, ranks: Int? = nil) throws {
        func files() throws -> [String: [UInt8]] {
            // A lock tells who looked last.
            let names = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path).filter {
                !$0.contains("lock")
            }
            return Dictionary(
                uniqueKeysWithValues: names.compactMap { name in fileBytes(bench.file(name)).map { (name, $0) } })
        }
        let before = try files()
        let run = try bench.newtonCG(arguments.split(separator: " ").map(String.init), ranks: ranks)
        #expect(run.status == status, "\(arguments): \(run.error)")
        #expect(run.messages.count == 1 && run.messages[0].contains(fragment), "\(arguments): \(run.error)")
        #expect(try before == files(), "\(arguments)")
    }

    @Test func importersAndProducts() throws {
        try write("a,y\n1,2\n2,3\n3,4\n", to: bench.file("table.csv"))
        try expectRefused("data csv table.csv --target y -o link/table.csv", 3, "would destroy table.csv")
        try expectRefused("data shuffle data.h5 other.h5", 3, "writing other.h5 would destroy data.h5")
        let product = "product config.yaml --checkpoint run/checkpoints/best.h5 --vector v.h5 --curvature hessian -o "
        let checkpoint = try File(bench.file("run/checkpoints/best.h5"), .readOnly)
        try File.writeWhole(bench.file("v.h5")) { file in
            for layer in try checkpoint.group("parameters").names {
                for name in try checkpoint.group("parameters/\(layer)").names {
                    let values = try checkpoint.dataset("parameters/\(layer)/\(name)")
                    try file.write("vector/\(layer)/\(name)", values.read(as: Double.self), shape: values.shape)
                }
            }
        }
        for name in ["v.h5", "link/v.h5", "config.yaml", "link/run/checkpoints/best.h5", "data.h5", "other.h5"] {
            try expectRefused(product + name, 3, "writing \(name) would destroy")
        }
        try expectRefused(product + "other.h5", 3, "writing other.h5 would destroy", ranks: 2)
        #expect(try bench.newtonCG((product + "p.h5").split(separator: " ").map(String.init)).status == 0)
    }

    @Test func runs() throws {
        let initial = "--set train.initial=run/checkpoints/best.h5"
        try expectRefused(
            "train config.yaml --run-dir run --overwrite \(initial)", 3, "writing run/checkpoints/best.h5 would destroy"
        )
        try expectRefused("train config.yaml --run-dir link/run --overwrite \(initial)", 3, "would destroy", ranks: 2)
        try expectRefused("train config.yaml --run-dir new --trace data.h5", 3, "writing data.h5 would destroy")
        try expectRefused("train config.yaml --run-dir new --trace link/config.yaml", 3, "would destroy config.yaml")
        try expectRefused("train config.yaml --run-dir . --overwrite", 2, "--overwrite would replace config.yaml")
        try expectRefused("scaling run -o link/run", 3, "would destroy")
        // A run's own configuration is written anew with the same values, and another folder is no danger.
        try bench.train("run", ["--overwrite"])
        let again = try bench.newtonCG([
            "train", "run/config.yaml", "--run-dir", "run", "--overwrite", "--set", "seed=4",
        ])
        #expect(again.status == 0, "\(again.error)")
        try bench.train("next", ["--set", "train.initial=run/checkpoints/best.h5"])
    }
}
