import NewtonCG
import Testing

@Suite struct Reading {
    @Test func trainableLayers() throws {
        func trainable(_ value: String) throws -> Trainable {
            try read(minimal(train: "{epochs: 1, trainable: \(value)}")).train.trainable
        }
        #expect(try read(minimal()).train.trainable == .all)
        #expect(try trainable("all") == .all)
        #expect(try trainable("last_layer") == .lastLayer)
        #expect(try trainable("[a, residual_1]") == .layers(["a", "residual_1"]))
        #expect(try read(read(minimal(train: "{epochs: 1, trainable: [a]}")).yaml).train.trainable == .layers(["a"]))
    }

    @Test func defaults() throws {
        let c = try read(minimal())
        #expect(c.name == "config" && c.seed == 1 && c.precision == .float32 && c.threads == 1)
        #expect(c.memory == 2 << 30 && c.l2 == 0 && c.average == 0 && c.compare == nil)
        #expect(c.convolution == .fast && c.reduction == .atEnd)
        #expect(c.data.file == "digits.h5" && c.data.path == "runs/digits.h5")
        #expect(c.data.batch == .full && c.data.validation == 0)
        #expect(c.loss == .crossEntropy)
        #expect(c.optimizer == .newtonCG(NewtonCGSettings()))
        #expect(c.train.epochs == 10 && c.train.steps == nil && c.train.keep == 3 && c.train.target == nil)
        #expect(c.train.evaluateEvery == .epochs(1) && c.train.checkpointEvery == .epochs(1))
        #expect(c.model.nodes.map(\.name) == ["flatten_1", "dense_1"])
    }

    @Test func theExampleOfTheReadme() throws {
        let c = try read(fashion)
        #expect(c.name == "fashion-mnist-cnn" && c.data.batch == .samples(4096))
        #expect(c.model.nodes.map(\.kind) == ["conv2d", "relu", "max_pool2d", "flatten", "dense"])
        #expect(
            c.model.nodes[0].options.values == [
                "filters": 32, "kernel": 3, "padding": "same", "stride": 1, "groups": 1, "dilation": 1, "bias": true,
                "initial": "glorot_uniform",
            ])
        var settings = NewtonCGSettings()
        settings.damping.initial = 1e-2
        #expect(c.optimizer == .newtonCG(settings))
    }

    @Test func everyKey() throws {
        let c = try read(everything)
        #expect(c.name == "a name: with #signs and \"quotes\"" && c.seed == .max && c.precision == .float64)
        #expect(c.convolution == .direct && c.reduction == .overlapped)
        #expect(c.memory == 1_500_000_000 && c.l2 == 1e-4 && c.average == 0.8)
        #expect(c.data.path == "runs/../data/the digits.h5")
        #expect(c.data.batch == .samples(500) && c.data.validation == 0.1)
        #expect(c.loss.options.values == ["label_smoothing": 0.1])
        #expect(c.train.epochs == 2.5 && c.train.steps == 100 && c.train.keep == 2)
        #expect(c.train.evaluateEvery == .steps(5) && c.train.checkpointEvery == .epochs(0.5))
        #expect(c.train.target?.metric == "accuracy" && c.train.target?.value == 0.9)

        let nodes = c.model.nodes
        #expect(nodes.map(\.name) == ["first", "gelu_1", "left", "dense_2", "add_1", "concatenate_1"])
        #expect(nodes.map(\.inputs) == [[0], [1], [1], [2], [3, 4], [0, 5]])
        #expect(nodes[0].options.values["padding"] == .list([[1, 1], [2, 2]]))
        #expect(nodes[0].options.values["bias"] == false && nodes[0].options.values["kernel"] == [3, 5])
        #expect(nodes[2].options.values == ["units": 4, "bias": true, "initial": "null", "scale": 1.0, "tiny": 1e-7])
        #expect(nodes[5].options.values["extra"] == .map(["axis": 1, "deep": .list([.map(["a": "b"])])]))

        var s = NewtonCGSettings.poster
        (s.curvature, s.curvatureBatch) = (.gaussNewton, 0.25)
        (s.cg.maxIterations, s.cg.stop, s.cg.tolerance) = (7, .relativeProgress, 1e-3)
        (s.cg.warmStart, s.cg.backtracking) = (0.5, true)
        var squares = NewtonCGSettings.GradientSquares()
        (squares.decay, squares.power) = (0.9, 0.5)
        s.preconditioner = .gradientSquares(squares)
        (s.damping.rule, s.damping.initial, s.damping.increase) = (.levenbergMarquardt, 1, 2)
        (s.damping.decrease, s.damping.minimum, s.damping.maximum) = (0.5, 1e-8, 100)
        s.learningRate = Schedule(
            .cyclic(minimum: 0.1, maximum: 0.3, period: 4, mode: .expRange, gamma: 0.99), warmup: 2)
        (s.lineSearch!.c, s.lineSearch!.shrink, s.lineSearch!.most) = (1e-4, 0.3, 5)
        #expect(c.optimizer == .newtonCG(s))
    }

    @Test(arguments: [
        ("2 GiB", 2 << 30), ("512 MiB", 512 << 20), ("1.5 GB", 1_500_000_000), ("4096", 4096),
        ("2GiB", 2 << 30),
        ("1e6", 1_000_000), ("8 KiB", 8192), ("1 TiB", 1 << 40),
    ])
    func memory(_ text: String, bytes: Int) throws {
        #expect(try read(minimal(more: "memory: \(text)")).memory == bytes)
    }

    @Test func numbersAreNumbersInEveryNotation() throws {
        for (text, value) in [
            ("1e-2", 0.01), ("1.0e-2", 0.01), ("+1E1", 10), (".5", 0.5), ("3", 3), ("2.", 2),
        ] {
            #expect(try read(minimal(more: "regularisation: {l2: \(text)}")).l2 == value)
        }
    }

    @Test func thePresetIsThePostersAndKeysBesideItOverrideIt() throws {
        #expect(try newtonCG("preset: poster") == .poster)
        var settings = NewtonCGSettings.poster
        settings.cg.warmStart = 0.9
        #expect(try newtonCG("cg: {warm_start: 0.9}, preset: poster") == settings)
        #expect(settings.descentCheck == .poster && settings.curvature == .hessian)
    }

    @Test func theTolerancesDefaultFollowsTheStop() throws {
        #expect(try newtonCG("cg: {stop: residual}").cg.tolerance == 0.1)
        #expect(try newtonCG("cg: {stop: relative_progress}").cg.tolerance == 5e-4)
        #expect(try newtonCG("cg: {stop: relative_progress, tolerance: 1e-5}").cg.tolerance == 1e-5)
    }

    @Test func kronecker() throws {
        let given = try newtonCG(
            "preconditioner: {kronecker: {decay: 0.5, update_every: 1, invert_every: 5, sample: 3, damping_factor: 1, "
                + "cotangents: labels}}")
        var settings = KroneckerSettings()
        (settings.decay, settings.updateEvery, settings.invertEvery) = (0.5, 1, 5)
        (settings.sample, settings.dampingFactor, settings.cotangents) = (3, 1, .labels)
        #expect(given.preconditioner == .kronecker(settings))
    }

    @Test func sampleSpace() throws {
        let given = try newtonCG(
            "solve: sample_space, sample_space: {damping: {exponential: {initial: 1, rate: 0.5, minimum: 0.01}}, "
                + "momentum: 0, norm_limit: 2}, learning_rate: {linear: {initial: 1, final: 0, to: 3}}")
        var settings = NewtonCGSettings()
        settings.solve = .sampleSpace
        settings.sampleSpace.damping = Schedule(.exponential(initial: 1, rate: 0.5, minimum: 0.01))
        (settings.sampleSpace.momentum, settings.sampleSpace.normLimit) = (.constant(0), .constant(2))
        settings.learningRate = Schedule(.linear(initial: 1, final: 0, from: 0, to: 3))
        #expect(given == settings)
        #expect(
            try newtonCG("preconditioner: {nystrom: {rank: 7, refresh: 3}}").preconditioner
                == {
                    var n = NewtonCGSettings.Nystrom(); (n.rank, n.refresh) = (7, 3); return .nystrom(n)
                }())
        var pairs = NewtonCGSettings.LBFGS()
        pairs.memory = 20
        #expect(try newtonCG("preconditioner: {lbfgs: {memory: 20}}").preconditioner == .lbfgs(pairs))
    }

    @Test func namesAlone() throws {
        let squares = NewtonCGSettings.GradientSquares()
        #expect(squares.decay == 0.99 && squares.power == 0.75)
        #expect(try newtonCG("preconditioner: gradient_squares").preconditioner == .gradientSquares(squares))
        #expect(try newtonCG("preconditioner: kronecker").preconditioner == .kronecker(KroneckerSettings()))
        #expect(try newtonCG("preconditioner: none").preconditioner == nil)
        #expect(try newtonCG("line_search: armijo").lineSearch == NewtonCGSettings().lineSearch)
        #expect(try newtonCG("line_search: none").lineSearch == nil)
        #expect(try newtonCG("").solve == .cg)
        #expect(try newtonCG("solve: subspace, damping: {every: 5}").damping.every == 5)
        #expect(try newtonCG("solve: subspace").solve == .subspace)
        #expect(try newtonCG("solve: sample_space").sampleSpace == SampleSpaceSettings())
        #expect(try newtonCG("preconditioner: nystrom").preconditioner == .nystrom(.init()))
        #expect(try newtonCG("preconditioner: lbfgs").preconditioner == .lbfgs(.init()))
        #expect(NewtonCGSettings.LBFGS().memory == 10)
        #expect(try read(minimal(optimizer: "lbfgs")).optimizer == .lbfgs(LBFGSSettings()))
        #expect(
            try read(minimal(optimizer: "{lbfgs: {memory: 10, line_search: strong_wolfe}}")).optimizer
                == .lbfgs(LBFGSSettings()))
        #expect(try newtonCG("damping: {rule: fixed, initial: 0}").damping.initial == 0)
        #expect(try read(minimal(loss: "norm_error")).loss == .normError)
        #expect(try read(minimal(loss: "{mean_squared_error: }")).loss == .meanSquaredError)
        #expect(try read(minimal(loss: "binary_cross_entropy")).loss == .binaryCrossEntropy)
        #expect(try read(minimal(loss: "{cross_entropy: {label_smoothing: 0}}")).loss == .crossEntropy)
    }

    @Test func otherOptimizers() throws {
        func optimizer(_ yaml: String) throws -> OptimizerSettings? {
            try read(minimal(optimizer: yaml)).optimizer
        }
        #expect(try optimizer("sgd") == .sgd(SGDSettings()))
        #expect(try optimizer("{adagrad: }") == .adaGrad(AdaGradSettings()))
        #expect(try optimizer("{adam: {}}") == .adam(AdamSettings(), decoupled: false))
        var sgd = SGDSettings()
        (sgd.learningRate, sgd.momentum, sgd.nesterov, sgd.weightDecay) = (.constant(1), 0.9, true, 1e-4)
        let options = "learning_rate: 1, momentum: 0.9, nesterov: true, weight_decay: 1e-4"
        #expect(try optimizer("{sgd: {\(options)}}") == .sgd(sgd))
        var adaGrad = AdaGradSettings()
        (adaGrad.learningRate, adaGrad.epsilon) = (.constant(0.5), 1e-8)
        #expect(try optimizer("{adagrad: {learning_rate: 0.5, epsilon: 1e-8}}") == .adaGrad(adaGrad))
        var adam = AdamSettings()
        (adam.beta1, adam.beta2, adam.epsilon, adam.weightDecay) = (0.8, 0.99, 1e-6, 0.01)
        #expect(
            try optimizer("{adamw: {beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weight_decay: 0.01}}")
                == .adam(adam, decoupled: true))
    }

    @Test(arguments: [
        ("0.5", Schedule.constant(0.5)),
        ("{constant: {initial: 0.5, warmup: 1}}", Schedule(.constant(0.5), warmup: 1)),
        ("{exponential: {initial: 1, rate: 0.9}}", Schedule(.exponential(initial: 1, rate: 0.9))),
        ("{inverse_time: {initial: 1, rate: 0.5}}", Schedule(.inverseTime(initial: 1, rate: 0.5))),
        ("{step: {initial: 1, factor: 0.1, every: 3}}", Schedule(.step(initial: 1, factor: 0.1, every: 3))),
        (
            "{cosine: {initial: 1, final: 0, epochs: 10, warmup: 2}}",
            Schedule(.cosine(initial: 1, final: 0, epochs: 10), warmup: 2)
        ),
        (
            "{cosine: {initial: 1, final: 0, epochs: 10}, warmup: 2}",
            Schedule(.cosine(initial: 1, final: 0, epochs: 10), warmup: 2)
        ),
        (
            "{cyclic: {minimum: 0.1, maximum: 1, period: 2}}",
            Schedule(.cyclic(minimum: 0.1, maximum: 1, period: 2, mode: .triangular, gamma: 1))
        ),
        (
            "{cyclic: {minimum: 0.1, maximum: 1, period: 2, mode: triangular2}}",
            Schedule(.cyclic(minimum: 0.1, maximum: 1, period: 2, mode: .triangular2, gamma: 1))
        ),
    ])
    func schedules(_ yaml: String, schedule: Schedule) throws {
        #expect(try newtonCG("learning_rate: \(yaml)").learningRate == schedule)
    }
}

@Suite struct Phases {
    @Test func phasesAreRead() throws {
        let yaml = minimal(optimizer: "X", train: "{steps: 50}").replacing(
            "optimizer: X",
            with: "phases: [{epochs: 2.5, steps: 9, batch: 20, optimizer: adam}, {optimizer: {lbfgs: {memory: 3}}}]")
        let c = try read(yaml)
        var (first, second) = (TrainingPhase(.adam(.init(), decoupled: false)), LBFGSSettings())
        (first.epochs, first.steps, first.batch, second.memory) = (2.5, 9, .samples(20), 3)
        #expect(c.phases == [first, TrainingPhase(.lbfgs(second))] && c.optimizer == nil && c.train.steps == 50)
        #expect(c.course == c.phases && c.train.epochs == nil)
        #expect(
            c.yaml.contains(
                """
                phases:
                  - epochs: 2.5
                    steps: 9
                    batch: 20
                    optimizer:
                      adam:
                """))
    }

    @Test func oneOptimizerIsOnePhase() throws {
        let c = try read(minimal(optimizer: "lbfgs"))
        #expect(c.phases.isEmpty && c.course == [TrainingPhase(.lbfgs(.init()))])
        #expect(try read(minimal()).train.initial == nil)
        let initial = try read(minimal(), set: "train.initial=start.h5").train.initial
        #expect(initial?.path == "runs/start.h5" && initial == InputFile(written: "../runs/start.h5", folder: "runs"))
    }
}

@Suite struct Comparing {
    @Test func aListIsAGrid() throws {
        let compare = try #require(try read(everything).compare)
        #expect(compare.optimizers.map(\.label) == ["Newton-CG", "Adam, tuned", "any", "Kronecker"])
        #expect(compare.seeds == [3, 5] && compare.target?.metric == "loss" && compare.target?.value == 0.05)
        #expect(compare.optimizers[0].candidates.map(\.phases) == [[TrainingPhase(.newtonCG(.init()))]])
        #expect(compare.optimizers[0].candidates.map(\.grid) == [""])

        let adam = compare.optimizers[1].candidates
        #expect(
            adam.map(\.grid) == [
                "learning_rate=0.01, beta1=0.8", "learning_rate=0.01, beta1=0.9",
                "learning_rate=0.1, beta1=0.8",
                "learning_rate=0.1, beta1=0.9",
            ])
        var settings = AdamSettings()
        (settings.learningRate, settings.beta1) = (.constant(0.1), 0.8)
        #expect(adam[2].phases == [TrainingPhase(.adam(settings, decoupled: false))])

        let any = compare.optimizers[2].candidates
        #expect(any.count == 2 && any[1].phases == [TrainingPhase(.adaGrad(.init()))])
        #expect(
            any[0].grid.contains("sgd.momentum=0.9") && any[1].grid.contains("adagrad.learning_rate=0.01"))
    }

    @Test func gridsInDepth() throws {
        let compare = try #require(
            try read(
                minimal(
                    more: """
                        compare:
                          optimizers:
                            N: {newton_cg: {cg: {max_iterations: [5, 20]}, learning_rate: [1, {constant: {initial: 1, warmup: [1, 2]}}]}}
                          seeds: 3
                        """)
            ).compare)
        #expect(compare.seeds == [1, 2, 3] && compare.target == nil)
        let grid = compare.optimizers[0].candidates.map(\.grid)
        #expect(grid.count == 6)
        #expect(grid.first == "cg.max_iterations=5, learning_rate=1")
        #expect(
            grid.last
                == "cg.max_iterations=20, learning_rate.constant.initial=1, learning_rate.constant.warmup=2")
    }

    @Test func compareTakesMilestonesTimeAndBatches() throws {
        let yaml = minimal(
            more: """
                compare:
                  target: {metric: loss, value: 0.1}
                  milestones: [0.5, 0.2]
                  seconds: 12
                  optimizers:
                    Adam: {batch: [100, full], adam: {learning_rate: [0.01, 0.1]}}
                    SGD: sgd
                """)
        let configuration = try read(yaml), compare = try #require(configuration.compare)
        #expect(compare.milestones == [0.5, 0.2] && compare.seconds == 12)
        #expect(compare.optimizers[0].candidates.map(\.batch) == [.samples(100), .samples(100), .full, .full])
        #expect(compare.optimizers[0].candidates[1].grid == "batch=100, learning_rate=0.1")
        #expect(compare.optimizers[1].candidates.map(\.batch) == [nil])
        #expect(try read(configuration.yaml).compare == compare)
        #expect(
            refusal(minimal(more: "compare: {optimizers: {A: adam}, milestones: [1]}"))?.contains(
                "give 'compare.target' too") == true)
    }

    /// A list of phases is no grid; lists in a phase are.
    @Test func phasesAreOneEntry() throws {
        let yaml = minimal(
            more: """
                compare:
                  optimizers:
                    Both:
                      batch: 100
                      phases:
                        - {epochs: 5, batch: [10, 20], optimizer: {adam: {learning_rate: [0.01, 0.1]}}}
                        - optimizer: lbfgs
                    Alone: {phases: [{optimizer: adam}]}
                """)
        let configuration = try read(yaml), compare = try #require(configuration.compare)
        let both = compare.optimizers[0].candidates
        #expect(both.count == 4 && both.allSatisfy { $0.batch == .samples(100) && $0.phases.count == 2 })
        #expect(both[3].phases[0].epochs == 5 && both[3].phases[0].batch == .samples(20))
        #expect(both[3].phases[1] == TrainingPhase(.lbfgs(.init())))
        #expect(both[3].grid == "phases[0].batch=20, phases[0].optimizer.adam.learning_rate=0.1")
        #expect(compare.optimizers[1].candidates[0].phases == [TrainingPhase(.adam(.init(), decoupled: false))])
        #expect(try read(configuration.yaml).compare == compare)
        let sentence = refusal(
            minimal(more: "compare: {optimizers: {A: {phases: [{optimizer: adam}, {epochs: 1, optimizer: sgd}]}}}"))
        #expect(sentence?.contains("neither 'compare.optimizers.A.phases[0].epochs' nor") == true)
    }

    @Test func compareStandsInForTheOptimizer() throws {
        let yaml = """
            seed: 7
            data: {file: digits.h5}
            model: {layers: [flatten]}
            loss: norm_error
            train: {steps: 3}
            compare: {optimizers: {Adam: adam}}
            """
        let c = try read(yaml)
        #expect(c.optimizer == nil && c.compare?.seeds == [7] && c.train.steps == 3 && c.train.epochs == nil)
    }

    @Test func refusals() {
        func compare(_ yaml: String) -> String? { refusal(minimal(more: "compare: \(yaml)")) }
        #expect(
            compare("{optimizers: {A: {adam: {learning_rate: []}}}}")
                == "config.yaml:6: the grid of 'compare.optimizers.A.adam.learning_rate' is empty")
        #expect(
            compare("{optimizers: {A: {adam: {beta1: [0.9, 1]}}}}")
                == "config.yaml:6: 'compare.optimizers.A.adam.beta1' must be a number of 0 or more and below 1, "
                + "not '1'")
        #expect(
            compare("{optimizers: {}}")
                == "config.yaml:6: 'compare.optimizers' must be a map of labels to optimizers, "
                + "as {Adam: {adam: {}}}, not a map")
        #expect(
            compare("{optimizers: {A: adam}, seeds: [1, 1]}")
                == "config.yaml:6: 'compare.seeds' names a seed twice")
        #expect(compare("{optimizers: {A: adam}, seeds: []}")?.contains("is empty") == true)
        let ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
        #expect(
            compare(
                "{optimizers: {A: {newton_cg: {cg: {max_iterations: \(ten)}, learning_rate: \(ten), "
                    + "line_search: {armijo: {most: \(ten)}}, damping: {increase: [1, 2]}}}}}")
                == "config.yaml:6: the grid of 'compare.optimizers.A' has more than 1000 settings")
    }

    /// Samples of a group: 32 with batch normalisation, wherever it stands, at most the batch; else 1.
    @Test(arguments: [
        ("", "dense: {units: 3}", 1), ("batch: 64", "dense: {units: 3}", 1), ("batch: 64", "batch_norm", 32),
        ("batch: 20", "batch_norm", 20), ("", "batch_norm", 32), ("batch: full", "residual: {main: [batch_norm]}", 32),
        ("batch: 64, group: 16", "batch_norm", 16), ("group: 1", "batch_norm", 1), ("group: 8", "relu", 8),
    ])
    func groups(_ data: String, layer: String, group: Int) throws {
        let yaml = """
            data: {file: a.h5, \(data)}
            model: {layers: [\(layer), dense: {units: 10}]}
            loss: cross_entropy
            optimizer: adam
            train: {epochs: 1}
            """
        #expect(try read(yaml).data.group == group)
    }

    @Test func blocksAreLaidOut() throws {
        let model = try read(residualNetwork).model
        #expect(
            model.nodes.map(\.name) == [
                "stem", "batch_norm_1", "relu_1", "block/main/conv2d_1", "block/main/batch_norm_1",
                "block/main/residual_1/main/tanh_1", "block/main/residual_1/main/add_1", "block/main/residual_1",
                "block/shortcut/conv2d_1", "block", "residual_2/main/conv2d_1", "residual_2", "add_1",
                "global_average_pool2d_1", "dense_1",
            ])
        #expect(
            model.nodes.map(\.inputs) == [
                [0], [1], [2], [3], [4], [5], [6, 4, 1], [7, 5], [3], [8, 9], [1], [11, 1], [12, 10, 4], [13], [14],
            ])
        #expect(model.nodes[9].kind == "add")
        #expect(model.nodes[1].options == Options(["momentum": 0.2, "epsilon": 1e-5]))
        let built = try Sequential {
            Conv2D(16, kernel: 3).named("stem")
            Residual {
                Conv2D(16, kernel: 3, padding: .same); BatchNorm()
            } shortcut: {
                BatchNorm()
            }
            Residual { Tanh() }.reading("stem").named("b")
            Add().reading("b", "residual_1")
        }
        #expect(
            built.nodes.map(\.name) == [
                "stem", "residual_1/main/conv2d_1", "residual_1/main/batch_norm_1", "residual_1/shortcut/batch_norm_1",
                "residual_1", "b/main/tanh_1", "b", "add_1",
            ])
        #expect(built.nodes.map(\.inputs) == [[0], [1], [2], [1], [3, 4], [1], [6, 1], [7, 5]])
    }
}
