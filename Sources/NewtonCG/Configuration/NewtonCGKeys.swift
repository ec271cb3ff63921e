private enum Preset: String, CaseIterable { case poster }

extension Keys where Settings == NewtonCGSettings {
    /// The keys of `newton_cg`.
    static let newtonCG = Keys(
        NewtonCGSettings(),
        [
            Key(
                "preset", words: "poster", "The poster's algorithm literally; keys beside it override it.",
                read: { section, settings in
                    if try section["preset"]?.name(Preset.self) == .poster { settings = .poster }
                },
                // The poster's descent check has no key of its own; what the preset sets beside it is written out.
                write: { $0.solve != .sampleSpace && $0.descentCheck == .poster ? .scalar("poster") : nil }),
            Key("curvature", \.curvature, .name, "The exact Hessian, or Jᵀ·H_ℓ·J.")
                .written { $0.solve != .sampleSpace },
            Key(
                "curvature_batch", \.curvatureBatch, .number(.fraction), "The part of the batch that the products see."
            ).written { $0.solve != .sampleSpace },
            Key("solve", \.solve, .name, "How the direction is found."),
            .check { section, settings in
                let solve = settings.solve
                if solve == .sampleSpace {
                    for other in [
                        "preset", "curvature", "curvature_batch", "cg", "preconditioner", "damping", "line_search",
                    ] {
                        guard let field = section[other] else { continue }
                        throw field.fail("'\(field.path)' does nothing with 'solve: sample_space': leave it out")
                    }
                }
                for (key, owner) in [("sample_space", NewtonCGSettings.Solve.sampleSpace), ("cg", .cg)] {
                    guard solve != owner, let field = section[key] else { continue }
                    throw field.fail(
                        "'\(field.path)' belongs to 'solve: \(owner.rawValue)', but solve is \(solve.rawValue): "
                            + "leave it out")
                }
            },
            Key("sample_space", \.sampleSpace, .sampleSpace, "Of 'solve: sample_space'.")
                .written { $0.solve == .sampleSpace },
            Key("cg", \.cg, .conjugateGradients, "Of 'solve: cg'.").written { $0.solve == .cg },
            Key("preconditioner", \.preconditioner, .preconditioner, "What brings the system nearer to the identity.")
                .written { $0.solve != .sampleSpace },
            .check { section, settings in
                guard let field = section["preconditioner"] else { return }
                if settings.cg.splitVectors, settings.preconditioner?.worksOnParts == false {
                    throw field.fail(
                        "'\(field.path)' needs whole vectors: take gradient_squares, or leave out 'cg.split_vectors'")
                }
                if case .lbfgs? = settings.preconditioner, settings.solve != .cg {
                    throw field.fail(
                        "'\(field.path)' is lbfgs, which learns from the iterations of 'solve: cg', but solve is "
                            + "\(settings.solve.rawValue): take another, or leave it out")
                }
            },
            Key("damping", \.damping, .damping, "τ, which is added to the curvature.")
                .written { $0.solve != .sampleSpace },
            Key("learning_rate", \.learningRate, .schedule, "Factor on the direction."),
            Key("line_search", \.lineSearch, .armijo, "Shorten the step until the loss falls enough.")
                .written { $0.solve != .sampleSpace },
        ])
}

extension Keys where Settings == SampleSpaceSettings {
    fileprivate static let sampleSpace = Keys(
        SampleSpaceSettings(),
        [
            Key("damping", \.damping, .schedule, "λ, added to the Gauss–Newton matrix of the mean loss."),
            Key(
                "momentum", \.momentum, .scheduleBelowOne,
                "The part of the last direction that is kept where the batch says nothing."),
            Key("norm_limit", \.normLimit, .schedule, "The largest norm of a direction."),
        ])
}

extension Keys where Settings == NewtonCGSettings.ConjugateGradients {
    fileprivate static let conjugateGradients = Keys(
        NewtonCGSettings.ConjugateGradients(),
        [
            Key("max_iterations", \.maxIterations, .integer(atLeast: 1), "Most CG iterations of a step."),
            Key("stop", \.stop, .name, "By the residual, or when the quadratic model no longer falls."),
            .check { section, cg in
                if section["tolerance"] == nil { cg.tolerance = cg.stop == .residual ? 0.1 : 5e-4 }
            },
            Key("tolerance", \.tolerance, .number(.positive), "The threshold of the stop; 5e-4 for relative_progress."),
            Key("warm_start", \.warmStart, .number(.unit), "Factor on the last solution, from which CG starts."),
            Key("backtracking", \.backtracking, .flag, "Take the best by the loss of the iterates that were stored."),
            Key("split_vectors", \.splitVectors, .flag, "Divide CG's vectors over the ranks."),
        ])
}

extension Keys where Settings == NewtonCGSettings.Damping {
    fileprivate static let damping = Keys(
        NewtonCGSettings.Damping(),
        [
            Key("rule", \.rule, .name, "Whether τ follows the reduction ratio ρ, or stays."),
            // A fixed τ of 0 is undamped; Levenberg–Marquardt moves its τ by factors, so it can't begin at 0.
            Key(
                "initial", words: "a number above 0; with 'rule: fixed' also 0", "τ at the start.",
                read: { section, damping in
                    guard let field = section["initial"] else { return }
                    damping.initial = try field.number(damping.rule == .fixed ? .nonNegative : .positive)
                },
                write: { .number($0.initial) }),
            Key("increase", \.increase, .number(.oneOrMore), "Factor on τ where ρ < ¼."),
            Key("decrease", \.decrease, .number(.fraction), "Factor on τ where ρ > ¾."),
            Key("minimum", \.minimum, .number(.positive), "The least τ."),
            Key("maximum", \.maximum, .number(.positive), "The largest τ."),
            Key("every", \.every, .integer(atLeast: 1), "Steps from one evaluation of ρ to the next."),
            .check { section, damping in
                let field = section.field
                let minimum = "'\(field.key("minimum"))' (\(damping.minimum))"
                let maximum = "'\(field.key("maximum"))' (\(damping.maximum))"
                guard damping.minimum <= damping.maximum else {
                    throw field.fail("\(minimum) must not be above \(maximum)")
                }
                guard damping.rule == .levenbergMarquardt,
                    !(damping.minimum...damping.maximum).contains(damping.initial)
                else { return }
                throw (section["initial"] ?? field).fail(
                    "'\(field.key("initial"))' (\(damping.initial)) must lie from \(minimum) to \(maximum)")
            },
        ])
}

extension Form where Value == NewtonCGSettings.Preconditioner? {
    fileprivate static let preconditioner = Form.choice([
        .none(),
        .of(
            "gradient_squares",
            Keys(
                NewtonCGSettings.GradientSquares(),
                [
                    Key("decay", \.decay, .number(.belowOne), "Decay of the mean of squared gradients."),
                    Key("power", \.power, .number(.fraction), "The exponent."),
                ]),
            { .gradientSquares($0) },
            settings: { if case .gradientSquares(let settings)? = $0 { settings } else { nil } }
        ),
        .of(
            "kronecker", .kronecker, { .kronecker($0) },
            settings: { if case .kronecker(let settings)? = $0 { settings } else { nil } }),
        .of(
            "nystrom",
            Keys(
                NewtonCGSettings.Nystrom(),
                [
                    Key("rank", \.rank, .integer(atLeast: 1), "Random vectors of the sketch."),
                    Key("refresh", \.refresh, .integer(atLeast: 1), "Steps from one sketch to the next."),
                ]),
            { .nystrom($0) }, settings: { if case .nystrom(let settings)? = $0 { settings } else { nil } }),
        .of(
            "lbfgs",
            Keys(
                NewtonCGSettings.LBFGS(),
                [Key("memory", \.memory, .integer(atLeast: 1), "Pairs of a direction and its product that are kept.")]),
            { .lbfgs($0) }, settings: { if case .lbfgs(let settings)? = $0 { settings } else { nil } }),
    ])
}

extension Keys where Settings == KroneckerSettings {
    fileprivate static let kronecker = Keys(
        KroneckerSettings(),
        [
            Key("decay", \.decay, .number(.belowOne), "Decay of the running average of the factors, an update."),
            Key(
                "update_every", \.updateEvery, .integer(atLeast: 1), "Steps from one update of the factors to the next."
            ),
            Key("invert_every", \.invertEvery, .integer(atLeast: 1), "Steps from one inversion to the next."),
            Key("sample", \.sample, .integer(atLeast: 1), "The factors see one in so many samples of the batch."),
            Key("damping_factor", \.dampingFactor, .number(.positive), "m: the factors are damped by γ = m·√τ."),
            Key("cotangents", \.cotangents, .name, "What the factors of cotangents are made of."),
        ])
}

extension Form where Value == NewtonCGSettings.Armijo? {
    fileprivate static let armijo = Form.choice([
        .of(
            "armijo",
            Keys(
                NewtonCGSettings.Armijo(),
                [
                    Key("c", \.c, .number(.inside), "Accepted is L(w + αp) ≤ L(w) + c·α·gᵀp."),
                    Key("shrink", \.shrink, .number(.inside), "Factor on α after a refusal."),
                    Key("most", \.most, .integer(atLeast: 0), "Most refusals; then no step is taken."),
                ]),
            { $0 }, settings: { $0 }),
        .none(),
    ])
}
