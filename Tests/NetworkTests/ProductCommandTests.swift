import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// The golden cases through the program: dataset, checkpoint, vector and configuration are files, and so is the answer.
@Suite struct ProductCommandTests {
    static let tolerance = 1e-10

    @Test(arguments: GoldenCase.names) func agrees(name: String) throws {
        let golden = try GoldenCase(name)
        let folder = try write(golden)
        try check(run("newton-cg", arguments("hessian", folder)), golden, golden.expected.hessianProduct, folder)
    }

    /// The kernels of every instruction set, in both precisions: the processor's best are those of the other tests.
    @Test(
        arguments: [
            "dense_deep", "dense_many_samples", "conv2d_all_options", "conv2d_many_channels_panels",
            "conv2d_many_channels_size_odd", "conv2d_many_samples", "max_pool2d_same", "average_pool2d_same",
            "gelu_network", "relu6_network", "residual_chain", "separable", "batch_norm_many_channels",
            "batch_norm_panels", "batch_norm_many_pixels", "resnet", "layer_norm_images", "layer_norm_many_features",
            "dropout_many_values", "tokens_positions", "tokens_many_classes",
        ], ["avx2", "portable"])
    func agreesOnOtherProcessors(name: String, processor: String) throws {
        let golden = try GoldenCase(name)
        let folder = try write(golden)
        for (precision, tolerance) in [("float64", Self.tolerance), ("float32", GoldenTests.floatTolerance)] {
            let job = try run(
                "newton-cg", arguments("hessian", folder) + ["--set", "precision=\(precision)"],
                environment: ["CK_PROCESSOR": processor])
            try check(job, golden, golden.expected.hessianProduct, folder, tolerance)
        }
    }

    /// Rows are divided over the ranks, 7 of them unevenly; small memory lets them be recomputed. Groups stay whole:
    /// 3 of 4 samples, 4 of 5 or 6.
    @Test(
        arguments: [
            "lenet", "residual_chain", "cross_entropy_l2", "norm_error_network", "dense_many_samples", "resnet",
            "batch_norm_uneven_groups", "layer_norm_residual", "dropout_in_block", "dropout_batch_norm", "tokens_block",
            "dropout_tokens",
        ],
        [1, 2, 3])
    func agreesOnRanks(name: String, ranks: Int) throws {
        let golden = try GoldenCase(name)
        let folder = try write(golden)
        for (curvature, wanted) in Self.products(golden) {
            let least = try golden.problem(Double.self).smallestLimit() * 2
            for memory in ranks == 2 ? [["--set", "memory=\(least)"], []] : [[]] {
                let job = try mpirun(ranks: ranks, "newton-cg", arguments(curvature, folder) + memory)
                try check(job, golden, wanted, folder)
            }
        }
    }

    @Test func aFileOfAnotherModelIsRefused() throws {
        let golden = try GoldenCase("dense_deep"), other = try GoldenCase("dense_without_bias")
        let folder = try write(golden), otherFolder = try write(other)
        try FileManager.default.removeItem(atPath: folder.file("v.h5"))
        try FileManager.default.copyItem(atPath: otherFolder.file("v.h5"), toPath: folder.file("v.h5"))
        let job = try run("newton-cg", arguments("hessian", folder))
        #expect(job.status == 3)
        #expect(job.error.contains("vector/dense_1/"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("p.h5")))
    }

    private static func products(_ golden: GoldenCase) -> [(String, [Double])] {
        [("hessian", golden.expected.hessianProduct), ("gauss-newton", golden.expected.gaussNewtonProduct)]
    }

    private func arguments(_ curvature: String, _ folder: TemporaryFolder) -> [String] {
        [
            "product", folder.file("config.yaml"), "--checkpoint", folder.file("w.h5"), "--vector", folder.file("v.h5"),
            "--curvature", curvature, "--output", folder.file("p.h5"),
        ]
    }

    /// The files that the command reads.
    private func write(_ golden: GoldenCase) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try TestSupport.write(golden.text, to: folder.file("config.yaml"))
        let network = try golden.problem(Double.self).network
        try File.writeWhole(folder.file("data.h5")) { file in
            try file.setAttribute("format", "newton-cg dataset")
            try file.setAttribute("version", 1)
            try file.setAttribute("name", golden.name)
            try file.setAttribute(
                "task", golden.isTranslation ? "translation" : golden.isClassification ? "classification" : "regression"
            )
            if golden.isTranslation {
                let length = golden.shape[1], labels = golden.labels!
                try file.write("train/inputs", golden.tokens!, shape: golden.shape)
                let targets = (0..<golden.rows).flatMap { [1] + labels[$0 * length..<($0 + 1) * length] }
                try file.write("train/targets", targets, shape: [golden.rows, length + 1])
                try file.writeStrings("vocabulary/source", (0..<golden.vocabulary!).map { "s\($0)" })
                try file.writeStrings("vocabulary/target", (0..<network.output.features).map { "t\($0)" })
                return
            }
            if let tokens = golden.tokens {
                // Inputs that are not read, and the tokens in a column of their own.
                try file.write("train/inputs", [Float](repeating: 0, count: golden.rows), shape: [golden.rows, 1])
                try file.write("train/words", tokens, shape: golden.shape)
            } else {
                try file.write("train/inputs", golden.inputs, shape: golden.shape)
            }
            if let labels = golden.labels {
                try file.write("train/targets", labels, shape: [golden.rows])
                try file.writeStrings("class_names", (0..<network.output.count).map { "class \($0)" })
            } else {
                try file.write("train/targets", golden.values!, shape: [golden.rows, network.output.count])
            }
        }
        func vector(_ name: String, _ top: String, _ values: [Double], format: String?) throws {
            try File.writeWhole(folder.file(name)) { file in
                if let format {
                    try file.setAttribute("format", format)
                    try file.setAttribute("version", 1)
                }
                for entry in network.parameters {
                    let (path, parameter, range) = (entry.path, entry.parameter, entry.range)
                    try file.write("\(top)/\(path)", Array(values[range]), shape: parameter.shape)
                }
            }
        }
        try vector("w.h5", "parameters", golden.parameters, format: "newton-cg checkpoint")
        try vector("v.h5", "vector", golden.vector, format: nil)
        for node in network.nodes {
            guard let mask = golden.masks[node.name] else { continue }
            let file = try File(folder.file("v.h5"), .readWrite), shape = network.shapes[node.inputs[0]]
            try file.write("noise/\(node.name)/mask", mask, shape: [golden.rows] + shape.extents)
        }
        return folder
    }

    /// The command succeeded, and its answer agrees.
    private func check(
        _ job: Finished, _ golden: GoldenCase, _ product: [Double], _ folder: TemporaryFolder,
        _ tolerance: Double = tolerance
    ) throws {
        #expect(job.status == 0, "\(job.error)")
        let file = try File(folder.file("p.h5"), .readOnly)
        let network = try golden.problem(Double.self).network
        func flat(_ top: String) throws -> [Double] {
            try network.parameters.flatMap { entry in
                let (path, parameter) = (entry.path, entry.parameter)
                let dataset = try file.dataset("\(top)/\(path)")
                #expect(dataset.shape == parameter.shape)
                return try dataset.read(as: Double.self)
            }
        }
        let largest = golden.expected.gradient.map(abs).max()!, scale = product.map(abs).max()!
        let loss = try file.attributeDouble("loss") ?? .nan
        #expect(relativeError([loss], [golden.expected.loss]) <= tolerance)
        #expect(relativeError(try flat("gradient"), golden.expected.gradient) <= tolerance)
        let error = relativeError(try flat("product"), product, scale: scale > 1e-12 * largest ? scale : largest)
        #expect(error <= tolerance)
        try FileManager.default.removeItem(atPath: folder.file("p.h5"))
    }
}
