import NewtonCG

/// The smallest configuration; `more` follows it, `optimizer` and `train` stand in for its own.
func minimal(
    loss: String = "cross_entropy", optimizer: String = "newton_cg", train: String = "{epochs: 10}",
    more: String = ""
) -> String {
    """
    data: {file: digits.h5}
    model: {layers: [flatten, {dense: {units: 10}}]}
    loss: \(loss)
    optimizer: \(optimizer)
    train: \(train)
    \(more)
    """
}

func read(_ yaml: String, set overrides: String...) throws -> Configuration {
    try Configuration(yaml: yaml, path: "runs/config.yaml", overrides: overrides)
}

/// The sentence with which a configuration is refused.
func refusal(_ yaml: String, set overrides: String...) -> String? {
    do {
        _ = try Configuration(yaml: yaml, path: "config.yaml", overrides: overrides)
        return nil
    } catch {
        return "\(error)"
    }
}

func newtonCG(_ options: String) throws -> NewtonCGSettings {
    guard case .newtonCG(let settings) = try read(minimal(optimizer: "{newton_cg: {\(options)}}")).optimizer
    else {
        throw ConfigurationError("another optimizer was read", at: .file("test"))
    }
    return settings
}

let fashion = """
    name: fashion-mnist-cnn
    data: {file: data/fashion-mnist.h5, batch: 4096}
    model:
      layers:
        - conv2d: {filters: 32, kernel: 3, padding: same}
        - relu
        - max_pool2d: {size: 2}
        - flatten
        - dense: {units: 10, initial: he_normal}
    loss: cross_entropy
    optimizer:
      newton_cg: {cg: {max_iterations: 20}, damping: {initial: 1.0e-2}}
    train: {epochs: 10}
    """

/// Blocks in a block, with names that are found in the lists around.
let residualNetwork = """
    data: {file: cifar.h5, batch: 96, group: 16}
    model:
      layers:
        - conv2d: {filters: 16, kernel: 3, padding: same, bias: false, name: stem}
        - batch_norm: {momentum: 0.2}
        - relu
        - residual:
            name: block
            main:
              - conv2d: {filters: 16, kernel: 3, padding: same, bias: false}
              - batch_norm
              - residual:
                  main: [tanh, {add: {inputs: [tanh_1, conv2d_1, stem]}}]
            shortcut:
              - conv2d: {filters: 16, kernel: 1, bias: false}
        - residual: {inputs: stem, main: [{conv2d: {filters: 16, kernel: 1}}]}
        - add: {inputs: [residual_2, block, block/main/conv2d_1]}
        - global_average_pool2d
        - dense: {units: 10}
    loss: cross_entropy
    optimizer: newton_cg
    train: {epochs: 10}
    """

let phased = """
    data: {file: digits.h5, batch: 100}
    model: {layers: [flatten, {dense: {units: 10}}]}
    loss: cross_entropy
    phases:
      - {epochs: 3, batch: 20, optimizer: {adam: {learning_rate: {exponential: {initial: 0.1, rate: 0.5}}}}}
      - {steps: 40, epochs: 2, optimizer: {newton_cg: {cg: {max_iterations: 5}}}}
      - {batch: full, optimizer: lbfgs}
    train: {steps: 500, initial: "../start.h5"}
    """

/// Every key with a value that is not its default.
let everything = """
    name: "a name: with #signs and \\"quotes\\""
    seed: 18446744073709551615
    precision: float64
    threads: 1
    memory: 1.5 GB
    convolution: direct
    reduction: overlapped
    data: {file: ../data/the digits.h5, batch: 500, validation: 0.1}
    model:
      layers:
        - conv2d: {name: first, filters: 8, kernel: [3, 5], padding: [[1, 1], [2, 2]], bias: false}
        - gelu: {approximate: tanh}
        - dense: {name: left, units: 4, inputs: first, initial: "null", scale: 1.0, tiny: 1e-7}
        - dense: {units: 4, inputs: [gelu_1]}
        - add: {inputs: [left, dense_2]}
        - concatenate: {inputs: [input, add_1], extra: {axis: 1, deep: [{a: b}]}}
    loss: {cross_entropy: {label_smoothing: 0.1}}
    regularisation: {l2: 1e-4}
    optimizer:
      newton_cg:
        preset: poster
        curvature: gauss_newton
        curvature_batch: 0.25
        cg: {max_iterations: 7, stop: relative_progress, tolerance: 1e-3, warm_start: 0.5, backtracking: true}
        preconditioner: {gradient_squares: {decay: 0.9, power: 0.5}}
        damping: {rule: levenberg_marquardt, initial: 1, increase: 2, decrease: 0.5, minimum: 1e-8, maximum: 100}
        learning_rate: {cyclic: {minimum: 0.1, maximum: 0.3, period: 4, mode: exp_range, gamma: 0.99, warmup: 2}}
        line_search: {armijo: {c: 1e-4, shrink: 0.3, most: 5}}
    average: 0.8
    train:
      epochs: 2.5
      steps: 100
      evaluate_every: 5 steps
      checkpoint_every: 0.5
      keep: 2
      target: {metric: accuracy, value: 0.9}
      replica_check_every: 7
    compare:
      optimizers:
        Newton-CG: newton_cg
        "Adam, tuned": {adam: {learning_rate: [0.01, 0.1], beta1: [0.8, 0.9]}}
        any: [{sgd: {momentum: 0.9, nesterov: true}}, adagrad]
        Kronecker: {newton_cg: {preconditioner: {kronecker: {decay: 0.5, sample: 1, cotangents: data}}}}
      seeds: [3, 5]
      target: {metric: loss, value: 0.05}
    """
