import NewtonCG
import Testing

@Suite struct RoundTrip {
    @Test(arguments: [
        minimal(), fashion, everything, residualNetwork, minimal(optimizer: "adamw", train: "{steps: 5}"),
        minimal(optimizer: "lbfgs"), phased,
        minimal(optimizer: "{lbfgs: {memory: 3, line_search: {strong_wolfe: {c1: 1e-3, c2: 0.5, most: 7}}}}"),
        minimal(
            optimizer: "{newton_cg: {solve: sample_space, sample_space: {momentum: 0, damping: {exponential: "
                + "{initial: 1, rate: 0.5, minimum: 0.1}}}, learning_rate: {linear: {initial: 1, final: 0, from: 1, to: 2}}}}"
        ),
        minimal(optimizer: "{newton_cg: {preconditioner: {nystrom: {rank: 7}}}}"),
        minimal(optimizer: "{newton_cg: {preconditioner: {lbfgs: {memory: 7}}}}"),
        minimal(optimizer: "{newton_cg: {solve: subspace, preset: poster, damping: {every: 5}}}"),
    ])
    func theResolvedTextGivesAnEqualConfiguration(_ yaml: String) throws {
        let c = try read(yaml)
        let again = try read(c.yaml)
        #expect(again == c)
        #expect(again.yaml == c.yaml)
        #expect(c.difference(from: again).isEmpty)
    }

    @Test func everyDefaultIsWrittenOut() throws {
        #expect(
            try read(fashion).yaml == """
                name: fashion-mnist-cnn
                seed: 1
                precision: float32
                threads: 1
                memory: 2 GiB
                convolution: fast
                reduction: at_end
                data:
                  file: data/fashion-mnist.h5
                  batch: 4096
                  group: 1
                  validation: 0
                model:
                  layers:
                    - conv2d:
                        name: conv2d_1
                        bias: true
                        dilation: 1
                        filters: 32
                        groups: 1
                        initial: glorot_uniform
                        kernel: 3
                        padding: same
                        stride: 1
                    - relu: {name: relu_1}
                    - max_pool2d: {name: max_pool2d_1, padding: valid, size: 2, stride: 2}
                    - flatten: {name: flatten_1}
                    - dense: {name: dense_1, bias: true, initial: he_normal, units: 10}
                loss:
                  cross_entropy:
                    label_smoothing: 0
                regularisation:
                  l2: 0
                optimizer:
                  newton_cg:
                    curvature: gauss_newton
                    curvature_batch: 1
                    solve: cg
                    cg:
                      max_iterations: 20
                      stop: residual
                      tolerance: 0.1
                      warm_start: 0.9
                      backtracking: false
                      split_vectors: false
                    preconditioner: none
                    damping:
                      rule: levenberg_marquardt
                      initial: 0.01
                      increase: 1.5
                      decrease: 0.6666666666666666
                      minimum: 1.0e-12
                      maximum: 1000000000000
                      every: 1
                    learning_rate: 1
                    line_search:
                      armijo:
                        c: 0.01
                        shrink: 0.5
                        most: 8
                average: 0
                train:
                  epochs: 10
                  steps: none
                  evaluate_every: 1
                  checkpoint_every: 1
                  keep: 3
                  target: none
                  initial: none
                  trainable: all
                  replica_check_every: 100

                """)
    }

    @Test(arguments: [
        0.1 + 0.2, 1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e15, 1e16, 123456789, 2.5e-7,
    ])
    func numbersKeepTheirBits(_ x: Double) throws {
        var c = try read(minimal())
        c.l2 = x
        #expect(try read(c.yaml).l2.bitPattern == x.bitPattern)
    }

    @Test(arguments: [
        "true", "1e3", "null", "~", " padded ", "a: b", "# no", "tab\tand\nline", "ünïcode", "-", "[x]", "'",
        "\\",
        "none", "y", "1_000", "\u{7F}\u{2028}", "*a", "&a", "!t", "%x", "@", "`", "5 steps", "...", "{}",
        "bell\u{7}",
    ])
    func textsKeepTheirCharacters(_ text: String) throws {
        var c = try read(minimal())
        c.name = text
        c.data.file = text
        #expect(try read(c.yaml) == c)
    }

    @Test func aConfigurationInAnotherFolderReadsTheSameFile() throws {
        let c = try read(fashion)
        let moved = try Configuration(
            yaml: c.yaml(inFolder: "runs/fashion/1"), path: "runs/fashion/1/config.yaml")
        #expect(moved.data.file == "../../data/fashion-mnist.h5")
        #expect(moved == c && moved.difference(from: c).isEmpty)
        let start = try read(fashion, set: "train.initial=start.h5").yaml(inFolder: "elsewhere")
        #expect(start.contains("initial: ../runs/start.h5\n"))
        let absolute = try read(minimal(), set: "data.file=/data/digits.h5")
        #expect(absolute.yaml(inFolder: "elsewhere").contains("file: /data/digits.h5\n"))
    }

    @Test func differencesAreNamed() throws {
        let c = try read(fashion)
        let other = try read(
            fashion, set: "seed=2", "optimizer.newton_cg.cg.max_iterations=5", "train.epochs=11",
            "data.file=other.h5")
        #expect(
            c.difference(from: other)
                == ["seed", "data.file", "optimizer.newton_cg.cg.max_iterations", "train.epochs"])
        let longer = try read(phased.replacing("epochs: 3", with: "epochs: 4"))
        #expect(try longer.difference(from: read(phased)) == ["phases[0].epochs"])
        let wider = try read(fashion.replacing("filters: 32", with: "filters: 16"))
        #expect(c.difference(from: wider) == ["model.layers[0].conv2d.filters"])
        let fixed = try read(fashion, set: "optimizer.newton_cg.line_search=none")
        #expect(fixed.difference(from: c).first == "optimizer.newton_cg.line_search")
        #expect(fixed.difference(from: c).contains("optimizer.newton_cg.line_search.armijo.c"))
    }
}

@Suite struct Overrides {
    @Test func valuesAreSet() throws {
        let c = try read(
            fashion, set: "seed=3", "optimizer.newton_cg.damping.initial=0.5", "data.batch=full",
            "train.epochs=1",
            "train.epochs=2", "loss.cross_entropy.label_smoothing=1e-1",
            "train.target={metric: loss, value: 1}",
            "optimizer.newton_cg.learning_rate.exponential={initial: 1, rate: 0.5}", "name=a=b")
        #expect(c.seed == 3 && c.data.batch == .full && c.train.epochs == 2 && c.name == "a=b")
        #expect(c.loss.options.values == ["label_smoothing": 0.1] && c.train.target?.metric == "loss")
        guard case .newtonCG(let settings) = c.optimizer else { return #expect(Bool(false)) }
        #expect(settings.damping.initial == 0.5 && settings.cg.maxIterations == 20)
        #expect(settings.learningRate == Schedule(.exponential(initial: 1, rate: 0.5)))
    }

    @Test func anotherOptimizerAndAnotherModel() throws {
        let c = try read(fashion, set: "optimizer={sgd: {learning_rate: 0.1}}", "model.layers=[flatten]")
        guard case .sgd(let settings) = c.optimizer else { return #expect(Bool(false)) }
        #expect(settings.learningRate == .constant(0.1) && c.model.nodes.count == 1)
    }

    @Test(arguments: [
        (
            "optimizer.newton_cg.dampling=1",
            "unknown key 'optimizer.newton_cg.dampling' (did you mean 'damping'?)"
        ),
        ("train.epochs=-1", "'train.epochs' must be a number above 0, not '-1'"),
        ("train.epochs", "write --set key=value, as --set train.epochs=3"),
        ("train.epochs=", "there is no value after '='"),
        ("train..epochs=1", "the key has an empty part; write it as train.epochs"),
        ("model.layers.0=relu", "'0' lies in a list, which can only be set as a whole"),
        (
            "train=[1",
            "this is not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence that began in line 1)"
        ),
    ])
    func refusals(_ assignment: String, sentence: String) {
        #expect(refusal(fashion, set: assignment) == "--set \(assignment): \(sentence)")
    }

    @Test func twoOptimizersAreRefusedWhereTheSecondWasSet() {
        let sentence = refusal(fashion, set: "optimizer.adam.beta1=0.5")
        #expect(
            sentence?.hasPrefix("--set optimizer.adam.beta1=0.5: 'optimizer' must be just one of") == true)
    }
}
