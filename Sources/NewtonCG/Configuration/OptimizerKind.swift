/// A kind of optimizer: its name in configurations, and its keys, declared once. A value: a program that has optimizers of
/// its own adds them to its `Registry`.
public struct OptimizerKind: Sendable {
    public let name: String
    let form: Alternative<OptimizerSettings>

    private init(_ form: Alternative<OptimizerSettings>) { (name, self.form) = (form.name, form) }

    /// An optimizer of one's own, with options that are declared as those of a layer.
    public init(_ name: String, options declared: [OptionSpec] = [], _ maker: any OptimizerMaker) {
        self.init(
            Alternative(
                name: name, text: declared.map(\.text),
                read: { field in
                    let options = try field.options(declared).options.completed(declared)
                    for option in declared where options.values[option.name] == nil {
                        throw field.fail("the key '\(field.key(option.name))' is missing: \(option.text)")
                    }
                    return .own(OwnOptimizer(name, options: options, maker))
                },
                write: { if case .own(let own) = $0, own.name == name { own.resolved } else { nil } }))
    }

    /// The optimizers that are part of the library.
    public static let standard: [OptimizerKind] = [
        .init(
            .of(
                "newton_cg", .newtonCG, { .newtonCG($0) },
                settings: { if case .newtonCG(let s) = $0 { s } else { nil } })),
        .init(.of("lbfgs", .lbfgs, { .lbfgs($0) }, settings: { if case .lbfgs(let s) = $0 { s } else { nil } })),
        .init(.of("sgd", .sgd, { .sgd($0) }, settings: { if case .sgd(let s) = $0 { s } else { nil } })),
        .init(
            .of("adagrad", .adaGrad, { .adaGrad($0) }, settings: { if case .adaGrad(let s) = $0 { s } else { nil } })),
        .init(
            .of(
                "adam", .adam, { .adam($0, decoupled: false) },
                settings: { if case .adam(let s, decoupled: false) = $0 { s } else { nil } })),
        .init(
            .of(
                "adamw", .adam, { .adam($0, decoupled: true) },
                settings: { if case .adam(let s, decoupled: true) = $0 { s } else { nil } })),
    ]
}

extension OptimizerKind: Equatable {
    /// A registry has one kind of a name.
    public static func == (a: OptimizerKind, b: OptimizerKind) -> Bool { a.name == b.name }
}

extension OptimizerSettings {
    /// `{name: {every key with its value}}`.
    var resolved: Resolved {
        if case .own(let own) = self { return own.resolved }
        return OptimizerKind.standard.lazy.compactMap { $0.form.write(self) }.first!
    }
    /// The name of the optimizer in a configuration.
    var kind: String {
        guard case .map(let entries) = resolved else { preconditionFailure("an optimizer is written as a map") }
        return entries[0].key
    }
}

extension OwnOptimizer {
    fileprivate var resolved: Resolved { .map([(name, .map(options.resolvedEntries))]) }
}

extension Field {
    /// One of these optimizers: its name, or a map of the name to its keys.
    func optimizer(_ kinds: [OptimizerKind]) throws -> OptimizerSettings {
        try Form.choice(kinds.map(\.form)).read(self)
    }
}

extension Keys where Settings == LBFGSSettings {
    fileprivate static let lbfgs = Keys(
        LBFGSSettings(),
        [
            Key(
                "memory", \.memory, .integer(atLeast: 1, atMost: 10_000),
                "Pairs of steps and changes of the gradient that are kept."),
            Key("line_search", \.lineSearch, .strongWolfe, "For a step that lowers the loss and leaves little slope."),
        ])
}

extension Form where Value == LBFGSSettings.StrongWolfe {
    fileprivate static let strongWolfe = Form.choice([
        .of(
            "strong_wolfe",
            Keys(
                LBFGSSettings.StrongWolfe(),
                [
                    Key("c1", \.c1, .number(.inside), "Of the loss, relative to its first slope."),
                    Key("c2", \.c2, .number(.inside), "Of the slope, relative to the first: above c1."),
                    Key("most", \.most, .integer(atLeast: 1), "The most evaluations of a search."),
                    .check { section, settings in
                        let field = section.field
                        guard settings.c1 < settings.c2 else {
                            throw field.fail(
                                "'\(field.key("c1"))' (\(settings.c1)) must be below '\(field.key("c2"))' (\(settings.c2))"
                            )
                        }
                    },
                ]),
            { $0 }, settings: { $0 })
    ])
}

extension Keys where Settings == SGDSettings {
    fileprivate static let sgd = Keys(
        SGDSettings(),
        [
            Key("learning_rate", \.learningRate, .schedule, "Factor on the step."),
            Key("momentum", \.momentum, .number(.belowOne), "Factor on the last velocity."),
            Key("nesterov", \.nesterov, .flag, "Look ahead along the velocity; needs a momentum above 0."),
            Key("weight_decay", \.weightDecay, .number(.nonNegative), "Adds this × w to the gradient."),
            .check { section, settings in
                if let nesterov = section["nesterov"], settings.nesterov, settings.momentum == 0 {
                    throw nesterov.fail("'\(nesterov.path)' needs '\(section.field.key("momentum"))' above 0")
                }
            },
        ])
}

extension Keys where Settings == AdaGradSettings {
    fileprivate static let adaGrad = Keys(
        AdaGradSettings(),
        [
            Key("learning_rate", \.learningRate, .schedule, "Factor on the step."),
            Key("epsilon", \.epsilon, .number(.positive), "Added to the root of the summed squares."),
        ])
}

extension Keys where Settings == AdamSettings {
    fileprivate static let adam = Keys(
        AdamSettings(),
        [
            Key("learning_rate", \.learningRate, .schedule, "Factor on the step."),
            Key("beta1", \.beta1, .number(.belowOne), "Decay of the mean of gradients."),
            Key("beta2", \.beta2, .number(.belowOne), "Decay of the mean of their squares."),
            Key("epsilon", \.epsilon, .number(.positive), "Added to the root of the mean of squares."),
            Key("weight_decay", \.weightDecay, .number(.nonNegative), "Of the gradient; adamw: of the parameters."),
        ])
}
