extension NewtonCGSettings {
    var resolved: Resolved {
        if solve == .sampleSpace {
            return .map([
                ("solve", .scalar(solve.rawValue)),
                (
                    "sample_space",
                    .map([
                        ("damping", sampleSpace.damping.resolved), ("momentum", sampleSpace.momentum.resolved),
                        ("norm_limit", sampleSpace.normLimit.resolved),
                    ])
                ),
                ("learning_rate", learningRate.resolved),
            ])
        }
        // The poster's descent check has no key of its own; what the preset sets beside it is written out.
        let preset: [(key: String, value: Resolved)] =
            descentCheck == .poster ? [("preset", .scalar("poster"))] : []
        let solver: [(key: String, value: Resolved)] = solve == .cg ? [("cg", cg.resolved)] : []
        return .map(
            preset + [
                ("curvature", .scalar(curvature.rawValue)),
                ("curvature_batch", .number(curvatureBatch)),
                ("solve", .scalar(solve.rawValue)),
            ] + solver + [
                ("preconditioner", preconditioner?.resolved ?? .scalar("none")),
                ("damping", damping.resolved),
                ("learning_rate", learningRate.resolved),
                ("line_search", lineSearch?.resolved ?? .scalar("none")),
            ])
    }
}

extension NewtonCGSettings.ConjugateGradients {
    fileprivate var resolved: Resolved {
        .map([
            ("max_iterations", .scalar("\(maxIterations)")),
            ("stop", .scalar(stop.rawValue)),
            ("tolerance", .number(tolerance)),
            ("warm_start", .number(warmStart)),
            ("backtracking", .scalar("\(backtracking)")),
            ("split_vectors", .scalar("\(splitVectors)")),
        ])
    }
}

extension NewtonCGSettings.Damping {
    fileprivate var resolved: Resolved {
        .map([
            ("rule", .scalar(rule.rawValue)),
            ("initial", .number(initial)),
            ("increase", .number(increase)),
            ("decrease", .number(decrease)),
            ("minimum", .number(minimum)),
            ("maximum", .number(maximum)),
            ("every", .scalar("\(every)")),
        ])
    }
}

extension NewtonCGSettings.Preconditioner {
    fileprivate var resolved: Resolved {
        switch self {
        case .gradientSquares(let settings):
            .map([
                (
                    "gradient_squares",
                    .map([("decay", .number(settings.decay)), ("power", .number(settings.power))])
                )
            ])
        case .kronecker(let settings): .map([("kronecker", settings.resolved)])
        case .nystrom(let settings):
            .map([
                (
                    "nystrom",
                    .map([("rank", .scalar("\(settings.rank)")), ("refresh", .scalar("\(settings.refresh)"))])
                )
            ])
        case .lbfgs(let settings): .map([("lbfgs", .map([("memory", .scalar("\(settings.memory)"))]))])
        }
    }
}

extension NewtonCGSettings.Armijo {
    fileprivate var resolved: Resolved {
        .map([
            ("armijo", .map([("c", .number(c)), ("shrink", .number(shrink)), ("most", .scalar("\(most)"))]))
        ])
    }
}
