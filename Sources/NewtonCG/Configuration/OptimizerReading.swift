extension Field {
    static let optimizers = ["newton_cg", "lbfgs", "sgd", "adagrad", "adam", "adamw"]

    func optimizer() throws -> OptimizerSettings {
        let (name, options) = try choice(Field.optimizers)
        switch name {
        case "newton_cg": return .newtonCG(try options.newtonCG())
        case "lbfgs": return .lbfgs(try options.lbfgs())
        case "sgd": return .sgd(try options.sgd())
        case "adagrad": return .adaGrad(try options.adaGrad())
        default: return .adam(try options.adam(), decoupled: name == "adamw")
        }
    }

    private func lbfgs() throws -> LBFGSSettings {
        let keys = try section(["memory", "line_search"])
        var settings = LBFGSSettings()
        try keys["memory"].map { settings.memory = try $0.integer(atLeast: 1, atMost: 10_000) }
        try keys["line_search"].map { settings.lineSearch = try $0.strongWolfe() }
        return settings
    }

    private func strongWolfe() throws -> LBFGSSettings.StrongWolfe {
        let keys = try choice(["strong_wolfe"]).options.section(["c1", "c2", "most"])
        var settings = LBFGSSettings.StrongWolfe()
        try keys["c1"].map { settings.c1 = try $0.number(.inside) }
        try keys["c2"].map { settings.c2 = try $0.number(.inside) }
        try keys["most"].map { settings.most = try $0.integer(atLeast: 1) }
        guard settings.c1 < settings.c2 else {
            throw keys.field.fail(
                "'\(keys.field.key("c1"))' (\(settings.c1)) must be below '\(keys.field.key("c2"))' (\(settings.c2))")
        }
        return settings
    }

    private func sgd() throws -> SGDSettings {
        let keys = try section(["learning_rate", "momentum", "nesterov", "weight_decay"])
        var settings = SGDSettings()
        try keys["learning_rate"].map { settings.learningRate = try $0.schedule() }
        try keys["momentum"].map { settings.momentum = try $0.number(.belowOne) }
        try keys["nesterov"].map { settings.nesterov = try $0.flag() }
        try keys["weight_decay"].map { settings.weightDecay = try $0.number(.nonNegative) }
        if let nesterov = keys["nesterov"], settings.nesterov, settings.momentum == 0 {
            throw nesterov.fail("'\(nesterov.path)' needs '\(key("momentum"))' above 0")
        }
        return settings
    }

    private func adaGrad() throws -> AdaGradSettings {
        let keys = try section(["learning_rate", "epsilon"])
        var settings = AdaGradSettings()
        try keys["learning_rate"].map { settings.learningRate = try $0.schedule() }
        try keys["epsilon"].map { settings.epsilon = try $0.number(.positive) }
        return settings
    }

    private func adam() throws -> AdamSettings {
        let keys = try section(["learning_rate", "beta1", "beta2", "epsilon", "weight_decay"])
        var settings = AdamSettings()
        try keys["learning_rate"].map { settings.learningRate = try $0.schedule() }
        try keys["beta1"].map { settings.beta1 = try $0.number(.belowOne) }
        try keys["beta2"].map { settings.beta2 = try $0.number(.belowOne) }
        try keys["epsilon"].map { settings.epsilon = try $0.number(.positive) }
        try keys["weight_decay"].map { settings.weightDecay = try $0.number(.nonNegative) }
        return settings
    }
}
