extension OptimizerSettings {
    /// The name of the optimizer in a configuration.
    var kind: String {
        switch self {
        case .newtonCG: "newton_cg"
        case .lbfgs: "lbfgs"
        case .sgd: "sgd"
        case .adaGrad: "adagrad"
        case .adam(_, let decoupled): decoupled ? "adamw" : "adam"
        }
    }

    /// `{name: {every key with its value}}`.
    var resolved: Resolved { .map([(kind, resolvedOptions)]) }

    var resolvedOptions: Resolved {
        switch self {
        case .newtonCG(let settings): settings.resolved
        case .lbfgs(let settings): settings.resolved
        case .sgd(let settings): settings.resolved
        case .adaGrad(let settings): settings.resolved
        case .adam(let settings, _): settings.resolved
        }
    }
}

extension LBFGSSettings {
    fileprivate var resolved: Resolved {
        .map([("memory", .scalar("\(memory)")), ("line_search", lineSearch.resolved)])
    }
}

extension LBFGSSettings.StrongWolfe {
    fileprivate var resolved: Resolved {
        .map([("strong_wolfe", .map([("c1", .number(c1)), ("c2", .number(c2)), ("most", .scalar("\(most)"))]))])
    }
}

extension SGDSettings {
    fileprivate var resolved: Resolved {
        .map([
            ("learning_rate", learningRate.resolved),
            ("momentum", .number(momentum)),
            ("nesterov", .scalar("\(nesterov)")),
            ("weight_decay", .number(weightDecay)),
        ])
    }
}

extension AdaGradSettings {
    fileprivate var resolved: Resolved {
        .map([("learning_rate", learningRate.resolved), ("epsilon", .number(epsilon))])
    }
}

extension AdamSettings {
    fileprivate var resolved: Resolved {
        .map([
            ("learning_rate", learningRate.resolved),
            ("beta1", .number(beta1)),
            ("beta2", .number(beta2)),
            ("epsilon", .number(epsilon)),
            ("weight_decay", .number(weightDecay)),
        ])
    }
}

extension Schedule {
    var resolved: Resolved {
        let name: String
        var keys: [(key: String, value: Resolved)]
        switch form {
        case .constant(let rate):
            if warmup == 0 { return .number(rate) }
            (name, keys) = ("constant", [("initial", .number(rate))])
        case .exponential(let initial, let rate, let minimum):
            name = "exponential"
            keys = [("initial", .number(initial)), ("rate", .number(rate)), ("minimum", .number(minimum))]
        case .inverseTime(let initial, let rate):
            (name, keys) = ("inverse_time", [("initial", .number(initial)), ("rate", .number(rate))])
        case .step(let initial, let factor, let every):
            name = "step"
            keys = [("initial", .number(initial)), ("factor", .number(factor)), ("every", .number(every))]
        case .linear(let initial, let final, let from, let to):
            name = "linear"
            keys = [
                ("initial", .number(initial)), ("final", .number(final)), ("from", .number(from)), ("to", .number(to)),
            ]
        case .cosine(let initial, let final, let epochs):
            name = "cosine"
            keys = [("initial", .number(initial)), ("final", .number(final)), ("epochs", .number(epochs))]
        case .cyclic(let minimum, let maximum, let period, let mode, let gamma):
            name = "cyclic"
            keys = [
                ("minimum", .number(minimum)), ("maximum", .number(maximum)), ("period", .number(period)),
                ("mode", .scalar(mode.rawValue)),
            ]
            if mode == .expRange { keys.append(("gamma", .number(gamma))) }
        }
        return .map([(name, .map(keys + [("warmup", .number(warmup))]))])
    }
}
