import NewtonCG
import Testing

/// A model that can't be built says in one sentence which layer is wrong, what it got and what it needs.
@Suite struct ModelErrorTests {
    /// The sentence and the key of the error of a model, described or checked for this input.
    private func refusal(_ input: Shape, @LayersBuilder _ layers: () -> [LayerSpec]) -> (sentence: String, key: String?)
    {
        do {
            _ = try Network<Float>(ModelSpec(layers: layers()), input: input)
            return ("", nil)
        } catch let error as ModelError {
            return ("\(error)", error.key)
        } catch {
            return ("another error: \(error)", nil)
        }
    }

    private func dense(_ options: [String: OptionValue]) -> LayerSpec { LayerSpec("dense", options: Options(options)) }

    @Test func names() {
        #expect(
            refusal([4]) { LayerSpec("dens") }.sentence.hasPrefix("layer 'dens_1': there is no kind of layer 'dens'"))
        #expect(refusal([4]) { LayerSpec("dens") }.sentence.contains("dense"))
        let twice = refusal([4]) {
            Dense(3).named("a"); Dense(3).named("a")
        }
        #expect(twice.sentence == "layer 'a': two layers have this name")
        #expect(twice.key == "name")
        #expect(
            refusal([4]) { Dense(3).named("input") }.sentence == "layer 'input': two layers have this name",
            "'input' is the batch")
        #expect(
            refusal([4]) { Dense(3).named("a/b") }.sentence == "layer 'a/b': a layer's name is not empty and has no '/'"
        )
        #expect(
            refusal([4]) {
                Dense(3).named("dense_2"); Dense(2)
            }.sentence.contains("two layers have this name"))
    }

    @Test func inputs() {
        let unknown = refusal([4]) {
            Dense(3).named("first"); Dense(2).reading("frist")
        }
        #expect(unknown.sentence.hasPrefix("layer 'dense_2': there is no earlier layer 'frist' to read"))
        #expect(unknown.sentence.contains("first'"))
        #expect(unknown.key == "inputs")
        #expect(
            refusal([4]) {
                Dense(3).reading("later"); Dense(2).named("later")
            }.sentence.contains("no earlier layer 'later'"))
        #expect(refusal([4]) { Dense(3).reading() }.sentence == "layer 'dense_1': 'inputs' is empty")
        #expect(
            refusal([4]) {
                Dense(3); Dense(2).reading("input")
            }.sentence
                == "layer 'dense_1': nothing reads its output: name it in another layer's 'inputs', or take it out")
        #expect(
            refusal([4]) {
                Dense(3); Tanh().reading("dense_1", "input")
            }.sentence
                == "layer 'tanh_1': it reads one value, not 2")
    }

    @Test func options() {
        let unknown = refusal([4]) { dense(["unit": 3]) }
        #expect(unknown.sentence.hasPrefix("layer 'dense_1': unknown option 'unit'"))
        #expect(unknown.sentence.contains("units"))
        #expect(unknown.key == "unit")
        #expect(
            refusal([4]) { dense([:]) }.sentence
                == "layer 'dense_1': option 'units' is missing: it needs a whole number of 1 or more")
        #expect(
            refusal([4]) { dense(["units": "ten"]) }.sentence
                == "layer 'dense_1': 'units' must be a whole number of 1 or more, not 'ten'")
        #expect(refusal([4]) { dense(["units": 0]) }.sentence.hasSuffix("not 0"))
        #expect(
            refusal([4]) { dense(["units": 2, "bias": 1]) }.sentence
                == "layer 'dense_1': 'bias' must be true or false, not 1")
        #expect(refusal([4]) { dense(["units": 2, "initial": "he_norml"]) }.sentence.contains("he_normal"))
        #expect(
            refusal([4]) {
                Dense(2); LayerSpec("relu", options: Options(["slope": 1]))
            }.key == "slope")
        let pair = refusal([8, 8, 1]) { LayerSpec("conv2d", options: Options(["filters": 1, "kernel": [3, 0]])) }
        #expect(
            pair.sentence
                == "layer 'conv2d_1': 'kernel' must be a whole number of 1 or more, or two as [height, width], not [3, 0]"
        )
    }

    @Test func shapes() {
        #expect(
            refusal([4]) { Conv2D(2, kernel: 3) }.sentence
                == "layer 'conv2d_1': a convolution needs images (height, width, channels), it got 4 features")
        #expect(
            refusal([4]) {
                Dense(6); MaxPool2D(2)
            }.sentence
                == "layer 'max_pool2d_1': pooling needs images (height, width, channels), it got 6 features")
        #expect(
            refusal([2, 5, 1]) { Conv2D(2, kernel: 3) }.sentence
                == "layer 'conv2d_1': a kernel that reaches over 3×3 pixels is larger than the padded images of 2×5 with "
                + "1 channel")
        #expect(
            refusal([4]) {
                Dense(3); Add().reading("dense_1", "input")
            }.sentence
                == "layer 'add_1': it needs inputs of one shape, it got 3 features and 4 features")
        #expect(
            refusal([4, 4, 2]) {
                Conv2D(2, kernel: 3); Concatenate().reading("conv2d_1", "input"); Dense(1)
            }.sentence
                == "layer 'concatenate_1': it needs inputs that agree in all axes but the last, it got images of 2×2 with 2 "
                + "channels and images of 4×4 with 2 channels")
        #expect(
            refusal([4]) {
                Dense(3); Add()
            }.sentence == "layer 'add_1': it needs two inputs or more: 'inputs: [a, b]'")
        #expect(
            refusal([5, 5, 3]) { Conv2D(4, kernel: 3, groups: 2) }.sentence.hasPrefix(
                "layer 'conv2d_1': 2 groups divide"))
        #expect(
            refusal([5, 5, 3]) { MaxPool2D(2, padding: .sides(top: 2, bottom: 0, left: 0, right: 0)) }.key == "padding")
    }

    @Test func nothingToTrain() {
        #expect(refusal([4]) { Tanh() }.sentence == "the model has no parameters: there is nothing to train")
        #expect(throws: ModelError.self) { try ModelSpec(layers: []) }
    }

    @Test func losses() throws {
        func refusal(_ loss: LossSpec, _ output: Shape) -> String {
            do {
                _ = try loss.make(outputs: [output], as: Double.self)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal(LossSpec("cross_entropi"), [3]).contains("cross_entropy"))
        #expect(
            refusal(.crossEntropy, [1])
                == "cross_entropy needs a logit for each of two classes or more, or (positions, classes) of them, the "
                + "model's output is 1 features")
        #expect(refusal(.crossEntropy, [2, 2, 3]).hasSuffix("images of 2×2 with 3 channels"))
        #expect(
            refusal(LossSpec("cross_entropy", options: Options(["label_smoothing": 1.0])), [3])
                == "'label_smoothing' must be a number of 0 or more and below 1, not 1.0")
        #expect(refusal(LossSpec("mean_squared_error", options: Options(["x": 1])), [3]).contains("'x'"))
    }

    @Test func swiftAndYAMLGiveOneModel() throws {
        let swift = try Sequential {
            Conv2D(8, kernel: 3, padding: .same, initial: .heNormal).named("c")
            ReLU()
            MaxPool2D(2)
            Flatten().named("f")
            for _ in 0..<2 { Dense(4) }
            Add().reading("dense_1", "dense_2")
        }
        let yaml = """
            data: {file: d.h5}
            model:
              layers:
                - conv2d: {name: c, filters: 8, kernel: 3, stride: 1, padding: same, groups: 1, dilation: 1, bias: true,
                    initial: he_normal}
                - relu
                - max_pool2d: {size: 2, stride: 2, padding: valid}
                - flatten: {name: f}
                - dense: {units: 4, bias: true, initial: glorot_uniform}
                - dense: {units: 4, bias: true, initial: glorot_uniform}
                - add: {inputs: [dense_1, dense_2]}
            loss: mean_squared_error
            optimizer: {sgd: {learning_rate: 0.1}}
            train: {epochs: 1}
            """
        #expect(try Configuration(yaml: yaml, path: "c.yaml").model == swift)
        let network = try Network<Float>(swift, input: [6, 6, 1])
        #expect(
            network.parameters.map(\.path) == [
                "c/weight", "c/bias", "dense_1/weight", "dense_1/bias", "dense_2/weight", "dense_2/bias",
            ])
        #expect(network.parameterCount == 9 * 8 + 8 + 72 * 4 + 4 + 16 + 4)
    }
}
