import HDF5
import MPI
import NewtonCG
import TestSupport
import Testing

/// `newton-cg check` as a whole, on one rank.
@Suite struct ModelCheckTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        var stream = RandomStream(seed: 3, stream: 1)
        try File.writeWhole(folder.file("images.h5")) { file in
            try file.setAttribute("format", "newton-cg dataset")
            try file.setAttribute("version", 1)
            try file.setAttribute("name", "images")
            try file.setAttribute("task", "classification")
            for part in ["train", "test"] {
                // Black borders, as real images have: values that tie.
                let pixels = (0..<20 * 8 * 8).map { $0 % 8 < 3 ? 0 : UInt8(stream.below(256)) }
                try file.write("\(part)/inputs", pixels, shape: [20, 8, 8, 1])
                try file.write("\(part)/targets", (0..<20).map { Int32($0 % 3) }, shape: [20])
            }
        }
    }

    func check(_ layers: String, more: String = "", trainable: String = "all") throws -> ModelCheck {
        let yaml = """
            data: {file: images.h5}
            precision: float32
            model: {layers: [\(layers)]}
            loss: cross_entropy
            optimizer: {sgd: {learning_rate: 0.1}}
            train: {epochs: 1, trainable: \(trainable)}
            \(more)
            """
        return try ModelCheck(Configuration(yaml: yaml, path: folder.file("a.yaml")), .single)
    }

    @Test func rightModelPasses() throws {
        let check = try check(
            "{conv2d: {filters: 4, kernel: 3}}, relu, {max_pool2d: {size: 2}}, flatten, {dense: {units: 6, name: a}}, tanh, "
                + "{dense: {units: 3, name: last}}", more: "regularisation: {l2: 0.1}")
        #expect(!check.hasFailed)
        #expect(check.report.hasSuffix("\nall PASSED"))
        for name in ["conv2d_1", "relu_1", "max_pool2d_1", "flatten_1", "a ", "tanh_1", "last", "loss"] {
            #expect(check.report.contains("  \(name)"), "\(name)")
        }
        #expect(check.report.contains("of 20 samples recomputed"))
        #expect(check.report.contains("mpirun -n K"))
        #expect(!check.report.contains("FAILED"))
    }

    @Test func graphPasses() throws {
        let check = try check(
            """
            flatten, {dense: {units: 5, name: a}}, {softplus: {name: s}}, {dense: {units: 5, name: b}}, \
            {add: {inputs: [s, b], name: c}}, relu6, {concatenate: {inputs: [relu6_1, a]}}, {dense: {units: 3}}
            """)
        #expect(check.report.hasSuffix("\nall PASSED"))
    }

    /// 20 samples in several groups, which no comparison may split.
    @Test(arguments: ["", "seed: 9"]) func batchNormAndBlocksPass(more: String) throws {
        let check = try check(
            "{conv2d: {filters: 4, kernel: 3, bias: false}}, batch_norm, relu, {residual: {main: [{conv2d: {filters: 6, "
                + "kernel: 3, stride: 2, padding: same, bias: false}}, batch_norm], shortcut: [{conv2d: {filters: 6, "
                + "kernel: 1, stride: 2, bias: false}}, batch_norm]}}, relu, global_average_pool2d, {dense: {units: 3}}",
            more: more)
        #expect(!check.hasFailed)
        #expect(check.report.hasSuffix("\nall PASSED"), "\(check.report)")
        for name in ["batch_norm_1", "residual_1/main/conv2d_1", "residual_1/shortcut/batch_norm_1", "residual_1 "] {
            #expect(check.report.contains("  \(name)"), "\(name)")
        }
        #expect(!check.report.contains(" 0 of 20 samples recomputed"))
    }

    /// Frozen layers are checked as all others are, the network by its trained parameters; batch_norm by its running
    /// statistics. Noise is the same in every difference, before kinks too.
    @Test(arguments: ["[b, last]", "[conv2d_1]", "last_layer"]) func frozenModelPasses(trainable: String) throws {
        let check = try check(
            "{conv2d: {filters: 4, kernel: 3, bias: false}}, batch_norm, relu, {dropout: {rate: 0.2}}, flatten, "
                + "{dense: {units: 7, name: b}}, layer_norm, tanh, {dropout: {rate: 0.4}}, {dense: {units: 6}}, relu, "
                + "{dense: {units: 3, name: last}}", more: "regularisation: {l2: 0.1}", trainable: trainable)
        #expect(!check.hasFailed)
        #expect(check.report.hasSuffix("\nall PASSED"), "\(check.report)")
        #expect(check.report.contains(" of them trained, on 20 samples of images"))
        for name in ["conv2d_1", "batch_norm_1", "dropout_1", "b ", "layer_norm_1", "dense_2", "last"] {
            #expect(check.report.contains("  \(name)"), "\(name)")
        }
    }

    @Test func wrongModelIsNamed() {
        let error = sentence { _ = try check("flatten, {dense: {units: 4}}") }
        #expect(error.contains("dense_1") && error.contains("3 classes"))
    }
}
