import NewtonCG
import Testing

/// The check of one layer: right ones pass, and every kind of fault is found.
@Suite struct LayerCheckTests {
    func check(_ layer: some Layer<Double>, _ inputs: [Shape]) -> CheckResult {
        var stream = RandomStream(seed: 7, stream: 1)
        let count = layer.parameters.reduce(0) { $0 + $1.place.count }
        let parameters = (0..<count).map { _ in 0.3 * stream.normal() }
        return checkLayer(
            layer, name: "layer", kind: "kind", inputs: inputs, parameters: parameters,
            sizes: [Double](repeating: 0.3, count: count), from: stream)
    }

    func check(
        _ kind: LayerKind, _ options: [String: OptionValue] = [:], _ inputs: Shape..., fault: Fault = .none
    ) throws -> CheckResult {
        func check(_ layer: some Layer<Double>) -> CheckResult { self.check(Faulty(layer, fault), inputs) }
        return check(try kind.make(Options(options), LayerContext(inputs: inputs), as: Double.self))
    }

    func expectPassed(_ result: CheckResult, _ comment: Comment) {
        #expect(result.verdict == .passed, comment)
        #expect(result.measurements.count == 4, comment)
        for measurement in result.measurements {
            // A margin to the tolerance, so that right code does not fail on another seed.
            #expect(measurement.error! <= 0.1 * measurement.tolerance, comment)
        }
    }

    /// The names of the measurements that failed.
    func failures(_ result: CheckResult) -> Set<String> {
        Set(result.measurements.filter { $0.verdict == .failed }.map(\.name))
    }

    // MARK: Right layers

    @Test func rightLayersWithParametersPass() throws {
        expectPassed(try check("dense", ["units": 5], [7]), "dense")
        expectPassed(try check("dense", ["units": 5, "bias": false], [4, 3, 2]), "dense on an axis")
        let convolutions: [[String: OptionValue]] = [
            ["filters": 4, "kernel": 3, "padding": "same"],
            ["filters": 4, "kernel": 2, "stride": 2, "bias": false],
            ["filters": 6, "kernel": 3, "groups": 2, "dilation": 2, "padding": 1],
        ]
        for options in convolutions {
            expectPassed(try check("conv2d", options, [9, 8, 2]), "conv2d \(options)")
        }
    }

    @Test func rightLayerNormAndDropoutPass() throws {
        expectPassed(try check("layer_norm", [:], [7]), "layer_norm of features")
        expectPassed(try check("layer_norm", ["epsilon": 0.1], [5, 37]), "layer_norm of positions")
        expectPassed(try check("dropout", ["rate": 0.4], [9]), "dropout")
        expectPassed(try check("dropout", ["rate": 0.1], [4, 3, 2]), "dropout of images")
    }

    @Test func wrongSignOfLayerNorm() throws {
        #expect(failures(try check("layer_norm", [:], [5, 3], fault: .rForward)) == ["rForward", "adjoint"])
        #expect(failures(try check("layer_norm", [:], [5, 3], fault: .secondTermInput)) == ["rBackward"])
        #expect(failures(try check("layer_norm", [:], [5, 3], fault: .secondTermParameter(0))) == ["rBackward"])
    }

    @Test func rightBatchNormPasses() throws {
        expectPassed(try check("batch_norm", [:], [7]), "batch_norm of features")
        expectPassed(try check("batch_norm", ["momentum": 0.5], [4, 3, 2]), "batch_norm of images")
        expectPassed(try check("batch_norm", [:], [40, 40, 6]), "batch_norm of large images")
    }

    @Test func rightJoinsAndPoolingPass() throws {
        expectPassed(try check("add", [:], [5], [5], [5]), "add")
        expectPassed(try check("concatenate", [:], [3, 3, 2], [3, 3, 4]), "concatenate")
        expectPassed(
            try check("average_pool2d", ["size": 2], [6, 6, 3]), "average_pool2d")
        expectPassed(try check("global_average_pool2d", [:], [6, 6, 3]), "global_average_pool2d")
    }

    @Test func rightSmoothFunctionsPass() throws {
        expectPassed(try check("tanh", [:], [40]), "tanh")
        expectPassed(try check("sigmoid", [:], [40]), "sigmoid")
        expectPassed(try check("softplus", [:], [40]), "softplus")
        expectPassed(try check("swish", [:], [40]), "swish")
        expectPassed(try check("gelu", [:], [40]), "gelu")
        expectPassed(
            try check("gelu", ["approximate": "tanh"], [40]), "gelu by tanh")
    }

    /// Tens of thousands of kinks: no probe may lie across one, and some probe is found.
    @Test func kinksDoNotDisturb() throws {
        expectPassed(try check("relu", [:], [28, 28, 16]), "relu")
        expectPassed(try check("relu6", [:], [28, 28, 16]), "relu6")
        expectPassed(try check("max_pool2d", ["size": 2], [28, 28, 16]), "max_pool2d")
        expectPassed(
            try check("max_pool2d", ["size": 3, "stride": 1, "padding": "same"], [12, 12, 3]),
            "overlapping max_pool2d")
    }

    @Test func reshapeHasNothingToCheck() throws {
        let result = try check("flatten", [:], [4, 4, 2])
        #expect(result.verdict == .passed)
        #expect(!result.note.isEmpty)
    }

    // MARK: Wrong layers

    @Test func wrongSignInOnePassOfSmoothFunction() throws {
        #expect(failures(try check("tanh", [:], [40], fault: .rForward)) == ["rForward", "adjoint"])
        #expect(failures(try check("tanh", [:], [40], fault: .rBackwardInput(0))) == ["rBackward"])
        #expect(failures(try check("tanh", [:], [40], fault: .secondTermInput)) == ["rBackward"])
        #expect(failures(try check("softplus", [:], [40], fault: .secondTermInput)) == ["rBackward"])
        // Here backward itself is wrong, by which rBackward is measured.
        #expect(
            failures(try check("tanh", [:], [40], fault: .backwardInput(0))) == ["backward", "adjoint", "rBackward"])
    }

    @Test func wrongSignOfDense() throws {
        for parameter in 0...1 {
            let backward = try check("dense", ["units": 5], [7], fault: .backwardParameter(parameter))
            #expect(failures(backward).isSuperset(of: ["backward", "adjoint"]))
            let rBackward = try check("dense", ["units": 5], [7], fault: .rBackwardParameter(parameter))
            #expect(failures(rBackward) == ["rBackward"])
        }
        #expect(failures(try check("dense", ["units": 5], [7], fault: .secondTermInput)) == ["rBackward"])
        #expect(failures(try check("dense", ["units": 5], [7], fault: .secondTermParameter(0))) == ["rBackward"])
    }

    @Test func wrongSignOfConvolution() throws {
        let options: [String: OptionValue] = ["filters": 4, "kernel": 3, "padding": "same"]
        #expect(failures(try check("conv2d", options, [9, 8, 2], fault: .rForward)) == ["rForward", "adjoint"])
        #expect(failures(try check("conv2d", options, [9, 8, 2], fault: .secondTermInput)) == ["rBackward"])
        #expect(failures(try check("conv2d", options, [9, 8, 2], fault: .secondTermParameter(0))) == ["rBackward"])
    }

    @Test func wrongSignOfBatchNorm() throws {
        #expect(failures(try check("batch_norm", [:], [4, 3, 2], fault: .rForward)) == ["rForward", "adjoint"])
        #expect(failures(try check("batch_norm", [:], [4, 3, 2], fault: .secondTermInput)) == ["rBackward"])
        #expect(failures(try check("batch_norm", [:], [4, 3, 2], fault: .secondTermParameter(0))) == ["rBackward"])
        for parameter in 0...1 {
            let wrong = try check("batch_norm", [:], [7], fault: .rBackwardParameter(parameter))
            #expect(failures(wrong) == ["rBackward"])
        }
    }

    @Test func wrongSignOfPiecewiseLinearLayers() throws {
        #expect(failures(try check("relu", [:], [50], fault: .rForward)) == ["rForward", "adjoint"])
        #expect(failures(try check("relu", [:], [50], fault: .rBackwardInput(0))) == ["rBackward"])
        #expect(
            failures(try check("max_pool2d", ["size": 2], [6, 6, 3], fault: .backwardInput(0)))
                == ["backward", "adjoint", "rBackward"])
        #expect(
            failures(try check("concatenate", [:], [3], [4], fault: .rBackwardInput(1)))
                == ["rBackward"])
    }

    @Test func undeclaredReadingFails() throws {
        let result = try check("dense", ["units": 5], [7], fault: .keepsNothing)
        #expect(failures(result).isSuperset(of: ["backward", "rForward", "rBackward"]))
    }

    @Test func notANumberFails() throws {
        let result = try check("dense", ["units": 5], [7], fault: .notANumber)
        #expect(failures(result).isSuperset(of: ["backward", "rForward"]))
    }

    /// Where no difference can be trusted, the layer is neither passed nor failed.
    @Test func roughFunctionIsSkipped() throws {
        let result = try check("dense", ["units": 5], [7], fault: .rough)
        #expect(result.verdict == .skipped)
        #expect(failures(result).isEmpty)
    }
}
