import NewtonCG
import Testing

@Suite struct Refusals {
    @Test(arguments: [
        ("average: 1", "6: 'average' must be a number of 0 or more and below 1, not '1'"),
        ("average: [0.5]", "6: 'average' must be a number of 0 or more and below 1, not a list"),
        ("average:", "6: 'average' must be a number of 0 or more and below 1, but it has no value"),
        ("average: '0.5'", "6: 'average' must be a number of 0 or more and below 1, not '0.5'"),
        ("regularisation: {l2: 1e999}", "6: 'regularisation.l2' must be a number of 0 or more, not '1e999'"),
        ("regularisation: {l2: nan}", "6: 'regularisation.l2' must be a number of 0 or more, not 'nan'"),
        ("regularisation: 0.1", "6: 'regularisation' must be a map with the keys l2, not '0.1'"),
        ("regularisation: {l1: 1}", "6: unknown key 'regularisation.l1' (did you mean 'l2'?)"),
        ("seed: -1", "6: 'seed' must be a whole number from 0 to 2^64 − 1, not '-1'"),
        ("seed: 1.5", "6: 'seed' must be a whole number from 0 to 2^64 − 1, not '1.5'"),
        (
            "precision: float16",
            "6: 'precision' must be one of float32, float64, not 'float16' (did you mean 'float32'?)"
        ),
        ("threads: 0", "6: 'threads' must be a whole number of 1 or more, not '0'"),
        (
            "memory: 2 gigs",
            "6: 'memory' must be a number of bytes, as 2 GiB, 512 MiB or 1.5 GB, not '2 gigs'"
        ),
        (
            "convolution: winograd",
            "6: 'convolution' must be one of fast, direct, not 'winograd'"
        ),
        (
            "reduction: later",
            "6: 'reduction' must be one of overlapped, at_end, not 'later'"
        ),
        ("memory: 0", "6: 'memory' must be a number of bytes, as 2 GiB, 512 MiB or 1.5 GB, not '0'"),
        ("name: 2024", "6: 'name' must be text, not '2024'; put it in quotes if it is meant as text"),
        ("name: a/b", "6: 'name' must be the name of a folder, without '/', not 'a/b'"),
        ("sed: 1", "6: unknown key 'sed' (did you mean 'seed'?)"),
        ("seed: 1\nseed: 2", "6: 'seed' stands twice in the same map; keep one"),
        (
            "seed: [1",
            "7: this is not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence that began in line 6)"
        ),
        ("1: a\n'1': b", "7: '1' stands twice in the same map; keep one"),
        ("? [a]\n: b", "6: a key must be a name, not a list or a map"),
    ])
    func atTheTop(_ yaml: String, sentence: String) {
        #expect(refusal(minimal(more: yaml)) == "config.yaml:\(sentence)")
    }

    @Test func anUnknownKeyWithoutANearOne() {
        #expect(
            refusal(minimal(train: "{epochs: 1, zebra: 2}"))
                == "config.yaml:5: unknown key 'train.zebra' (known here: epochs, steps, evaluate_every, "
                + "checkpoint_every, keep, target, initial, trainable, replica_check_every)")
    }

    /// Keys that formats of later versions have are unknown today.
    @Test(arguments: ["early_stopping: {metric: loss, patience: 2}"])
    func laterKeys(_ yaml: String) {
        #expect(
            refusal(minimal(train: "{epochs: 1, \(yaml)}"))?.hasPrefix("config.yaml:5: unknown key 'train.") == true)
    }

    @Test(arguments: [
        ("phases: []", "{}", "4: 'phases' is empty; name at least one phase"),
        (
            "phases: adam", "{}",
            "4: 'phases' must be a list of phases, as [{epochs: 3, optimizer: adam}, {epochs: 2, optimizer: lbfgs}], "
                + "not 'adam'"
        ),
        (
            "phases:\n- {epochs: 3, optimizer: adam}\n- {optimizer: lbfgs}", "{}",
            "6: neither 'phases[1].epochs' nor 'phases[1].steps' is given; write how long the phase lasts, as 'epochs: 3'"
        ),
        (
            "phases:\n- {optimizer: adam}\n- {epochs: 1, optimizer: lbfgs}", "{steps: 9}",
            "5: neither 'phases[0].epochs' nor 'phases[0].steps' is given; write how long the phase lasts, as 'epochs: 3'"
        ),
        (
            "phases:\n- {epochs: 3, optimizer: adam}\n- epochs: 1\n  optimizer: {lbfgs: {memry: 3}}", "{}",
            "7: unknown key 'phases[1].optimizer.lbfgs.memry' (did you mean 'memory'?)"
        ),
        (
            "phases: [{epoch: 3, optimizer: adam}]", "{}",
            "4: unknown key 'phases[0].epoch' (did you mean 'epochs'?)"
        ),
        ("phases: [{epochs: 0, optimizer: adam}]", "{}", "4: 'phases[0].epochs' must be a number above 0, not '0'"),
        (
            "phases: [{epochs: 1}]", "{}",
            "4: the key 'phases[0].optimizer' is missing; write it as 'optimizer: adam'"
        ),
        (
            "phases: [{epochs: 1, optimizer: adam}]\noptimizer: adam", "{}",
            "4: 'phases' stands in place of 'optimizer': leave one of them out"
        ),
        (
            "phases: [{epochs: 1, optimizer: adam}]", "{keep: 1, epochs: 3}",
            "5: 'train.epochs' does not go with 'phases', each of which has its own: leave it out"
        ),
        (
            "phases: [{epochs: 1, optimizer: adam}]", "{initial: 3}",
            "5: 'train.initial' must be text, not '3'; put it in quotes if it is meant as text"
        ),
    ])
    func inPhases(_ phases: String, train: String, sentence: String) {
        let yaml = minimal(optimizer: "X", train: train).replacing("optimizer: X", with: phases)
        #expect(refusal(yaml) == "config.yaml:\(sentence)")
    }

    @Test(arguments: [
        ("{epochs: 0}", "'train.epochs' must be a number above 0, not '0'"),
        ("{steps: 1.5}", "'train.steps' must be a whole number of 1 or more, not '1.5'"),
        ("{epochs: 1, keep: 0}", "'train.keep' must be a whole number of 1 or more, not '0'"),
        (
            "{epochs: 1, evaluate_every: 3 days}",
            "'train.evaluate_every' must be a number of epochs above 0, or a number of steps as '100 steps', "
                + "not '3 days'"
        ),
        (
            "{epochs: 1, target: {metric: bleu, value: 1}}",
            "the target's metric is bleu, but this problem has loss and accuracy"
        ),
        (
            "{epochs: 1, target: {metric: accuracy, value: 90}}",
            "'train.target.value' must be a number from 0 to 1, not '90'"
        ),
        (
            "{epochs: 1, target: {metric: loss}}",
            "the key 'train.target.value' is missing; write it as 'value: 0.9'"
        ),
        (
            "{keep: 1}",
            "neither 'train.epochs' nor 'train.steps' is given; write how long to train, as 'epochs: 10'"
        ),
        (
            "10",
            "'train' must be a map with the keys epochs, steps, evaluate_every, checkpoint_every, keep, target, "
                + "initial, trainable, replica_check_every, not '10'"
        ),
    ])
    func inTrain(_ yaml: String, sentence: String) {
        #expect(refusal(minimal(train: yaml)) == "config.yaml:5: \(sentence)")
    }

    @Test(
        arguments: [
            ("dampling: 1", "unknown key 'optimizer.newton_cg.dampling' (did you mean 'damping'?)"),
            (
                "momentum: 1",
                "unknown key 'optimizer.newton_cg.momentum' (known here: preset, curvature, curvature_batch, "
                    + "solve, sample_space, cg, preconditioner, damping, learning_rate, line_search)"
            ),
            (
                "solve: kernel",
                "'optimizer.newton_cg.solve' must be one of cg, subspace, sample_space, not 'kernel'"
            ),
            (
                "solve: sample_space, damping: {initial: 1}",
                "'optimizer.newton_cg.damping' does nothing with 'solve: sample_space': leave it out"
            ),
            (
                "sample_space: {damping: 1}",
                "'optimizer.newton_cg.sample_space' belongs to 'solve: sample_space', but solve is cg: leave it out"
            ),
            (
                "solve: sample_space, sample_space: {momentum: 1}",
                "'optimizer.newton_cg.sample_space.momentum' must stay below 1"
            ),
            (
                "solve: sample_space, sample_space: {momentum: {exponential: {initial: 0.5, rate: 1.1}}}",
                "'optimizer.newton_cg.sample_space.momentum' must stay below 1"
            ),
            (
                "learning_rate: {linear: {initial: 1, final: 0, from: 5, to: 5}}",
                "'optimizer.newton_cg.learning_rate.linear.to' (5.0) must be above "
                    + "'optimizer.newton_cg.learning_rate.linear.from' (5.0)"
            ),
            (
                "preconditioner: {nystrom: {rank: 0}}",
                "'optimizer.newton_cg.preconditioner.nystrom.rank' must be a whole number of 1 or more, not '0'"
            ),
            (
                "solve: subspace, cg: {max_iterations: 5}",
                "'optimizer.newton_cg.cg' belongs to 'solve: cg', but solve is subspace: leave it out"
            ),
            (
                "damping: {every: 0}",
                "'optimizer.newton_cg.damping.every' must be a whole number of 1 or more, not '0'"
            ),
            (
                "preset: postre",
                "'optimizer.newton_cg.preset' must be poster, not 'postre' (did you mean 'poster'?)"
            ),
            (
                "curvature: fisher",
                "'optimizer.newton_cg.curvature' must be one of hessian, gauss_newton, not 'fisher'"
            ),
            (
                "curvature_batch: 0",
                "'optimizer.newton_cg.curvature_batch' must be a number above 0 and at most 1, not '0'"
            ),
            ("cg: {tolerance: 0}", "'optimizer.newton_cg.cg.tolerance' must be a number above 0, not '0'"),
            (
                "cg: {max_iterations: 0}",
                "'optimizer.newton_cg.cg.max_iterations' must be a whole number of 1 or more, not '0'"
            ),
            (
                "cg: {max_iterations: 2.0}",
                "'optimizer.newton_cg.cg.max_iterations' must be a whole number of 1 or more, not '2.0'"
            ),
            (
                "cg: {warm_start: 1.1}",
                "'optimizer.newton_cg.cg.warm_start' must be a number from 0 to 1, not '1.1'"
            ),
            (
                "cg: {backtracking: yes}",
                "'optimizer.newton_cg.cg.backtracking' must be true or false, not 'yes'"
            ),
            (
                "cg: {split_vectors: 2}",
                "'optimizer.newton_cg.cg.split_vectors' must be true or false, not '2'"
            ),
            (
                "cg: {split_vectors: true}, preconditioner: kronecker",
                "'optimizer.newton_cg.preconditioner' needs whole vectors: take gradient_squares, or leave out "
                    + "'cg.split_vectors'"
            ),
            (
                "cg: {split_vectors: true}, preconditioner: lbfgs",
                "'optimizer.newton_cg.preconditioner' needs whole vectors: take gradient_squares, or leave out "
                    + "'cg.split_vectors'"
            ),
            (
                "solve: subspace, preconditioner: {lbfgs: {memory: 5}}",
                "'optimizer.newton_cg.preconditioner' is lbfgs, which learns from the iterations of 'solve: cg', but "
                    + "solve is subspace: take another, or leave it out"
            ),
            (
                "preconditioner: {lbfgs: {memory: 0}}",
                "'optimizer.newton_cg.preconditioner.lbfgs.memory' must be a whole number of 1 or more, not '0'"
            ),
            (
                "preconditioner: {lbfgs: {line_search: none}}",
                "unknown key 'optimizer.newton_cg.preconditioner.lbfgs.line_search' (known here: memory)"
            ),
            (
                "preconditioner: diagonal",
                "'optimizer.newton_cg.preconditioner' must be one of none, gradient_squares, kronecker, nystrom, "
                    + "lbfgs, not 'diagonal'"
            ),
            (
                "preconditioner: {kronecker: {sample: 0}}",
                "'optimizer.newton_cg.preconditioner.kronecker.sample' must be a whole number of 1 or more, not '0'"
            ),
            (
                "preconditioner: {kronecker: {cotangents: sign}}",
                "'optimizer.newton_cg.preconditioner.kronecker.cotangents' must be one of signs, labels, data, not "
                    + "'sign' (did you mean 'signs'?)"
            ),
            (
                "preconditioner: {gradient_square: {}}",
                "unknown key 'optimizer.newton_cg.preconditioner.gradient_square' "
                    + "(did you mean 'gradient_squares'?)"
            ),
            (
                "preconditioner: {gradient_squares: {power: 2}}",
                "'optimizer.newton_cg.preconditioner.gradient_squares.power' must be a number above 0 and at most 1, not '2'"
            ),
            (
                "damping: {initial: -1}",
                "'optimizer.newton_cg.damping.initial' must be a number above 0, not '-1'"
            ),
            (
                "damping: {increase: 0.5}",
                "'optimizer.newton_cg.damping.increase' must be a number of 1 or more, not '0.5'"
            ),
            (
                "damping: {minimum: 1, maximum: 0.5}",
                "'optimizer.newton_cg.damping.minimum' (1.0) must not be above "
                    + "'optimizer.newton_cg.damping.maximum' (0.5)"
            ),
            (
                "damping: {initial: 5, maximum: 2}",
                "'optimizer.newton_cg.damping.initial' (5.0) must lie from "
                    + "'optimizer.newton_cg.damping.minimum' (1e-12) to 'optimizer.newton_cg.damping.maximum' (2.0)"
            ),
            (
                "line_search: {armijo: {shrink: 1}}",
                "'optimizer.newton_cg.line_search.armijo.shrink' must be a number between 0 and 1, not '1'"
            ),
            (
                "line_search: wolfe",
                "'optimizer.newton_cg.line_search' must be one of armijo, none, not 'wolfe'"
            ),
            ("learning_rate: 0", "'optimizer.newton_cg.learning_rate' must be a number above 0, not '0'"),
            (
                "learning_rate: fast",
                "'optimizer.newton_cg.learning_rate' must be a number above 0 or a schedule "
                    + "(constant, cosine, cyclic, exponential, inverse_time, linear, step), not 'fast'"
            ),
            (
                "learning_rate: {cosinus: {}}",
                "unknown key 'optimizer.newton_cg.learning_rate.cosinus' (did you mean 'cosine'?)"
            ),
            (
                "learning_rate: {exponential: {initial: 1}}",
                "the key 'optimizer.newton_cg.learning_rate.exponential.rate' is missing; write it as 'rate: 0.95'"
            ),
            (
                "learning_rate: exponential",
                "the key 'optimizer.newton_cg.learning_rate.exponential.initial' is missing; write it as 'initial: 0.1'"
            ),
            (
                "learning_rate: {step: {}, cosine: {}}",
                "'optimizer.newton_cg.learning_rate' must be just one of constant, "
                    + "cosine, cyclic, exponential, inverse_time, linear, step, but it holds 'step' and 'cosine'"
            ),
            (
                "learning_rate: {constant: {initial: 1, warmup: 1}, warmup: 1}",
                "'optimizer.newton_cg.learning_rate.warmup' "
                    + "stands a second time in 'optimizer.newton_cg.learning_rate.constant'; keep one"
            ),
            (
                "learning_rate: {cyclic: {minimum: 2, maximum: 1, period: 1}}",
                "'optimizer.newton_cg.learning_rate.cyclic.maximum' (1.0) must not be below "
                    + "'optimizer.newton_cg.learning_rate.cyclic.minimum' (2.0)"
            ),
            (
                "learning_rate: {cyclic: {minimum: 0, maximum: 1, period: 1, gamma: 0.9}}",
                "'optimizer.newton_cg.learning_rate.cyclic.gamma' goes with 'mode: exp_range' only"
            ),
        ] as [(String, String)])
    func inNewtonCG(_ yaml: String, sentence: String) {
        #expect(refusal(minimal(optimizer: "{newton_cg: {\(yaml)}}")) == "config.yaml:4: \(sentence)")
    }

    @Test(
        arguments: [
            ("newton", "'optimizer' must be one of newton_cg, lbfgs, sgd, adagrad, adam, adamw, not 'newton'"),
            ("{newtoncg: {}}", "unknown key 'optimizer.newtoncg' (did you mean 'newton_cg'?)"),
            (
                "{sgd: {}, adam: {}}",
                "'optimizer' must be just one of newton_cg, lbfgs, sgd, adagrad, adam, adamw, but it holds "
                    + "'sgd' and 'adam'"
            ),
            ("{}", "'optimizer' must be one of newton_cg, lbfgs, sgd, adagrad, adam, adamw, not a map"),
            ("{sgd: {nesterov: true}}", "'optimizer.sgd.nesterov' needs 'optimizer.sgd.momentum' above 0"),
            (
                "{sgd: {clip_norm: 1}}",
                "unknown key 'optimizer.sgd.clip_norm' (known here: learning_rate, momentum, "
                    + "nesterov, weight_decay)"
            ),
            (
                "{sgd: 0.1}",
                "'optimizer.sgd' must be a map with the keys learning_rate, momentum, nesterov, weight_decay, not '0.1'"
            ),
            (
                "{adam: {learning_rate: [1, 2]}}",
                "'optimizer.adam.learning_rate' must be one of constant, cosine, cyclic, "
                    + "exponential, inverse_time, linear, step, not a list"
            ),
            (
                "{adam: {beta2: 1}}",
                "'optimizer.adam.beta2' must be a number of 0 or more and below 1, not '1'"
            ),
            ("{adagrad: {epsilon: 0}}", "'optimizer.adagrad.epsilon' must be a number above 0, not '0'"),
        ] as [(String, String)])
    func inOtherOptimizers(_ yaml: String, sentence: String) {
        #expect(refusal(minimal(optimizer: yaml)) == "config.yaml:4: \(sentence)")
    }

    @Test(
        arguments: [
            (
                "crossentropy",
                "'loss' must be one of cross_entropy, mean_squared_error, norm_error, binary_cross_entropy, "
                    + "not 'crossentropy' (did you mean 'cross_entropy'?)"
            ),
            (
                "{cross_entropy: {label_smoothing: 1}}",
                "'loss.cross_entropy.label_smoothing' must be a number of 0 or more and below 1, not '1'"
            ),
            (
                "{norm_error: {label_smoothing: 0.1}}",
                "unknown key 'loss.norm_error.label_smoothing' (it has no keys)"
            ),
        ] as [(String, String)])
    func inTheLoss(_ yaml: String, sentence: String) {
        #expect(refusal(minimal(loss: yaml)) == "config.yaml:3: \(sentence)")
    }

    @Test(arguments: ["data.file", "data", "model", "loss", "optimizer", "train"])
    func missingKeys(_ key: String) {
        let parts = [
            "data": "data: {file: digits.h5}", "model": "model: {layers: [flatten]}",
            "loss": "loss: cross_entropy",
            "optimizer": "optimizer: adam", "train": "train: {epochs: 1}",
        ]
        var lines = parts
        lines[key] = nil
        if key == "data.file" { lines["data"] = "data: {batch: 5}" }
        let order = ["data", "model", "loss", "optimizer", "train"]
        let sentence = refusal(order.compactMap { lines[$0] }.joined(separator: "\n"))
        let place = key == "data.file" ? "config.yaml:1" : "config.yaml"
        #expect(sentence?.hasPrefix("\(place): the key '\(key)' is missing; write it as '") == true)
    }

    @Test func aBlockIsNamedByTheLineOfItsKey() {
        #expect(
            refusal("\ndata:\n\n  batch: 5\nmodel: {layers: [flatten]}")
                == "config.yaml:2: the key 'data.file' is missing; write it as 'file: data/digits.h5'")
    }

    @Test func whatIsNotAConfiguration() {
        #expect(refusal("") == "config.yaml: there is nothing in it")
        #expect(refusal("# nothing\n") == "config.yaml: there is nothing in it")
        #expect(refusal("- a\n- b")?.hasPrefix("config.yaml: a configuration is a map of keys") == true)
        #expect(refusal("a: 1\n---\nb: 2")?.hasPrefix("config.yaml:2: this is not valid YAML") == true)
        #expect(refusal("a: *b")?.hasPrefix("config.yaml:1: ") == true)
    }

    @Test func files() {
        #expect(throws: ConfigurationError("there is no such file", at: .file("no/such.yaml"))) {
            try Configuration.load(path: "no/such.yaml")
        }
        #expect(throws: ConfigurationError("it can't be read as a file", at: .file("/"))) {
            try Configuration.load(path: "/")
        }
    }
}

@Suite struct ModelRefusals {
    private func model(_ layers: String) -> String {
        "model:\n  layers:\n\(layers)\ndata: {file: digits.h5}\nloss: cross_entropy\noptimizer: adam\ntrain: {epochs: 1}"
    }

    @Test(arguments: [
        ("    []", "2: the model has no layers"),
        ("    dense", "3: 'model.layers' must be a list of layers, not 'dense'"),
        (
            "    - relu\n    - conv3d: {filters: 3}",
            "4: there is no kind of layer 'conv3d' for 'model.layers[1]' (did you mean 'conv2d'?)"
        ),
        (
            "    - residual:\n        main:\n          - relu\n          - rel: {}",
            "6: there is no kind of layer 'rel' for 'model.layers[0].residual.main[1]' (did you mean 'relu'?)"
        ),
        (
            "    - residual",
            "3: layer 'residual_1': it needs layers in 'main', as [{conv2d: {filters: 16, kernel: 3}}, relu]"
        ),
        (
            "    - relu\n    - residual:\n        main: relu",
            "5: 'model.layers[1].residual.main' must be a list of layers, not 'relu'"
        ),
        (
            "    - residual:\n        main: [relu]\n        shortcuts: [relu]",
            "5: layer 'residual_1': unknown option 'shortcuts' (did you mean 'shortcut'?)"
        ),
        (
            "    - residual:\n        main:\n          - relu\n          - tanh: {inputs: rely_1}",
            "6: layer 'residual_1/main/tanh_1': there is no earlier layer 'rely_1' to read (did you mean 'relu_1'?)"
        ),
        (
            "    - residual:\n        main: [relu]\n        shortcut:\n          - relu\n          - relu: {name: relu_1}",
            "7: layer 'residual_1/shortcut/relu_1': two layers have this name"
        ),
        (
            "    - relu\n    - residual:\n        inputs: [input, relu_1]\n        main: [relu]",
            "5: layer 'residual_1': it reads one value, not 2"
        ),
        ("    - dense: 10", "3: 'model.layers[0].dense' must be a map of options, as {units: 10}, not '10'"),
        ("    - dense: {units: }", "3: 'model.layers[0].dense.units' must be a value, but it has no value"),
        (
            "    - relu\n    - dense: {name: 5}",
            "4: 'model.layers[1].dense.name' must be text, not '5'; put it in quotes if it is meant as text"
        ),
        (
            "    - relu\n    - dense:\n        units: 3\n        inputs: [relu_2]",
            "6: layer 'dense_1': there is no earlier layer 'relu_2' to read (did you mean 'relu_1'?)"
        ),
        ("    - relu: {name: a}\n    - relu:\n        name: a", "5: layer 'a': two layers have this name"),
        (
            "    - relu\n    - tanh: {inputs: input}",
            "3: layer 'relu_1': nothing reads its output: name it in another layer's 'inputs', or take it out"
        ),
        (
            "    - {relu: {}, tanh: {}}",
            "3: 'model.layers[0]' must be just a layer's name, or one name with its options, but it holds 'relu' and 'tanh'"
        ),
    ])
    func layers(_ yaml: String, sentence: String) {
        #expect(refusal(model(yaml)) == "config.yaml:\(sentence)")
    }

    @Test func aModelByNameIsUnknown() {
        #expect(
            refusal("model: {name: resnet50}\nloss: cross_entropy\ndata: {file: a}\ntrain: {epochs: 1}")
                == "config.yaml:1: unknown key 'model.name' (known here: layers)")
    }

    /// Errors of model building are given the line of the layer or of the option.
    @Test func modelErrorsAreLocated() throws {
        let c = try read(model("    - relu\n    - dense:\n        bias: false\n        unts: 3"))
        var error = ModelError("unknown option 'unts' (did you mean 'units'?)", key: "unts")
        (error.place, error.layer) = (1, "dense_1")
        #expect(
            "\(c.located(error))"
                == "runs/config.yaml:6: layer 'dense_1': unknown option 'unts' (did you mean 'units'?)")
        error.key = "units"
        #expect("\(c.located(error))".hasPrefix("runs/config.yaml:4: "))
        #expect("\(c.located(ModelError("no data")))" == "runs/config.yaml:1: no data")
        #expect("\(c.located(ModelError("needs logits", key: "loss")))" == "runs/config.yaml:8: needs logits")
    }
}
