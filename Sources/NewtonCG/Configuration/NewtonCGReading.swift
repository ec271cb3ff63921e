extension Field {
    /// The keys of `newton_cg`.
    func newtonCG() throws -> NewtonCGSettings {
        let keys = try section([
            "preset", "curvature", "curvature_batch", "solve", "sample_space", "cg", "preconditioner", "damping",
            "learning_rate",
            "line_search",
        ])
        enum Preset: String, CaseIterable { case poster }
        let preset = try keys["preset"]?.name(Preset.self)
        var settings = preset == .poster ? NewtonCGSettings.poster : NewtonCGSettings()
        try keys["curvature"].map { settings.curvature = try $0.name(Curvature.self) }
        try keys["curvature_batch"].map { settings.curvatureBatch = try $0.number(.fraction) }
        try keys["solve"].map { settings.solve = try $0.name(NewtonCGSettings.Solve.self) }
        if settings.solve == .sampleSpace {
            for other in ["preset", "curvature", "curvature_batch", "cg", "preconditioner", "damping", "line_search"] {
                guard let field = keys[other] else { continue }
                throw field.fail("'\(field.path)' does nothing with 'solve: sample_space': leave it out")
            }
        } else if let field = keys["sample_space"] {
            throw field.fail(
                "'\(field.path)' belongs to 'solve: sample_space', but solve is \(settings.solve.rawValue): leave it out"
            )
        }
        try keys["sample_space"].map { try $0.read(&settings.sampleSpace) }
        try keys["cg"].map {
            guard settings.solve == .cg else {
                throw $0.fail(
                    "'\($0.path)' belongs to 'solve: cg', but solve is \(settings.solve.rawValue): leave it out")
            }
            try $0.read(&settings.cg)
        }
        try keys["preconditioner"].map {
            settings.preconditioner = try $0.preconditioner()
            if settings.cg.splitVectors, settings.preconditioner?.worksOnParts == false {
                throw $0.fail(
                    "'\($0.path)' needs whole vectors: take gradient_squares, or leave out 'cg.split_vectors'")
            }
            if case .lbfgs? = settings.preconditioner, settings.solve != .cg {
                throw $0.fail(
                    "'\($0.path)' is lbfgs, which learns from the iterations of 'solve: cg', but solve is "
                        + "\(settings.solve.rawValue): take another, or leave it out")
            }
        }
        try keys["damping"].map { try $0.read(&settings.damping) }
        try keys["learning_rate"].map { settings.learningRate = try $0.schedule() }
        try keys["line_search"].map { settings.lineSearch = try $0.lineSearch() }
        return settings
    }

    private func read(_ space: inout SampleSpaceSettings) throws {
        let keys = try section(["damping", "momentum", "norm_limit"])
        try keys["damping"].map { space.damping = try $0.schedule() }
        try keys["norm_limit"].map { space.normLimit = try $0.schedule() }
        try keys["momentum"].map {
            space.momentum = try $0.isZero ? .constant(0) : $0.schedule()
            guard space.momentum.bound < 1 else { throw $0.fail("'\($0.path)' must stay below 1") }
        }
    }

    private func read(_ cg: inout NewtonCGSettings.ConjugateGradients) throws {
        let keys = try section(["max_iterations", "stop", "tolerance", "warm_start", "backtracking", "split_vectors"])
        try keys["max_iterations"].map { cg.maxIterations = try $0.integer(atLeast: 1) }
        try keys["stop"].map { cg.stop = try $0.name(NewtonCGSettings.Stop.self) }
        cg.tolerance = try keys["tolerance"]?.number(.positive) ?? (cg.stop == .residual ? 0.1 : 5e-4)
        try keys["warm_start"].map { cg.warmStart = try $0.number(.unit) }
        try keys["backtracking"].map { cg.backtracking = try $0.flag() }
        try keys["split_vectors"].map { cg.splitVectors = try $0.flag() }
    }

    private func read(_ damping: inout NewtonCGSettings.Damping) throws {
        let keys = try section(["rule", "initial", "increase", "decrease", "minimum", "maximum", "every"])
        try keys["rule"].map { damping.rule = try $0.name(NewtonCGSettings.DampingRule.self) }
        // A fixed τ of 0 is undamped; Levenberg–Marquardt moves its τ by factors, so it can't begin at 0.
        let bounds = damping.rule == .fixed ? Bounds.nonNegative : .positive
        try keys["initial"].map { damping.initial = try $0.number(bounds) }
        try keys["increase"].map { damping.increase = try $0.number(.oneOrMore) }
        try keys["decrease"].map { damping.decrease = try $0.number(.fraction) }
        try keys["minimum"].map { damping.minimum = try $0.number(.positive) }
        try keys["maximum"].map { damping.maximum = try $0.number(.positive) }
        try keys["every"].map { damping.every = try $0.integer(atLeast: 1) }
        guard damping.minimum <= damping.maximum else {
            throw fail(
                "'\(key("minimum"))' (\(damping.minimum)) must not be above "
                    + "'\(key("maximum"))' (\(damping.maximum))"
            )
        }
        if damping.rule == .levenbergMarquardt,
            !(damping.minimum...damping.maximum).contains(damping.initial)
        {
            throw (keys["initial"] ?? self).fail(
                "'\(key("initial"))' (\(damping.initial)) must lie from "
                    + "'\(key("minimum"))' (\(damping.minimum)) to '\(key("maximum"))' (\(damping.maximum))")
        }
    }

    private func preconditioner() throws -> NewtonCGSettings.Preconditioner? {
        let (name, options) = try choice(["none", "gradient_squares", "kronecker", "nystrom", "lbfgs"])
        switch name {
        case "gradient_squares": return .gradientSquares(try options.gradientSquares())
        case "kronecker": return .kronecker(try options.kronecker())
        case "nystrom": return .nystrom(try options.nystrom())
        case "lbfgs": return .lbfgs(try options.lbfgsPreconditioner())
        default:
            _ = try options.section([])
            return nil
        }
    }

    private func nystrom() throws -> NewtonCGSettings.Nystrom {
        let keys = try section(["rank", "refresh"])
        var settings = NewtonCGSettings.Nystrom()
        try keys["rank"].map { settings.rank = try $0.integer(atLeast: 1) }
        try keys["refresh"].map { settings.refresh = try $0.integer(atLeast: 1) }
        return settings
    }

    private func lbfgsPreconditioner() throws -> NewtonCGSettings.LBFGS {
        let keys = try section(["memory"])
        var settings = NewtonCGSettings.LBFGS()
        try keys["memory"].map { settings.memory = try $0.integer(atLeast: 1) }
        return settings
    }

    private func gradientSquares() throws -> NewtonCGSettings.GradientSquares {
        let keys = try section(["decay", "power"])
        var settings = NewtonCGSettings.GradientSquares()
        try keys["decay"].map { settings.decay = try $0.number(.belowOne) }
        try keys["power"].map { settings.power = try $0.number(.fraction) }
        return settings
    }

    private func lineSearch() throws -> NewtonCGSettings.Armijo? {
        let (name, options) = try choice(["armijo", "none"])
        let keys = try options.section(name == "none" ? [] : ["c", "shrink", "most"])
        guard name != "none" else { return nil }
        var settings = NewtonCGSettings.Armijo()
        try keys["c"].map { settings.c = try $0.number(.inside) }
        try keys["shrink"].map { settings.shrink = try $0.number(.inside) }
        try keys["most"].map { settings.most = try $0.integer(atLeast: 0) }
        return settings
    }
}
