extension Field {
    func preconditioner() throws -> PreconditionerSettings? {
        let (name, options) = try choice(["none", "gradient_squares", "kronecker"])
        switch name {
        case "gradient_squares": return .gradientSquares(try options.gradientSquares())
        case "kronecker": return .kronecker(try options.kronecker())
        default:
            _ = try options.section([])
            return nil
        }
    }

    private func gradientSquares() throws -> NewtonCGSettings.GradientSquares {
        let keys = try section(["decay", "power"])
        var settings = NewtonCGSettings.GradientSquares()
        try keys["decay"].map { settings.decay = try $0.number(.belowOne) }
        try keys["power"].map { settings.power = try $0.number(.fraction) }
        return settings
    }

    private func kronecker() throws -> KroneckerSettings {
        let keys = try section(["decay", "update_every", "invert_every", "sample", "damping_factor", "cotangents"])
        var settings = KroneckerSettings()
        try keys["decay"].map { settings.decay = try $0.number(.belowOne) }
        try keys["update_every"].map { settings.updateEvery = try $0.integer(atLeast: 1) }
        try keys["invert_every"].map { settings.invertEvery = try $0.integer(atLeast: 1) }
        try keys["sample"].map { settings.sample = try $0.integer(atLeast: 1) }
        try keys["damping_factor"].map { settings.dampingFactor = try $0.number(.positive) }
        try keys["cotangents"].map { settings.cotangents = try $0.name(KroneckerSettings.Cotangents.self) }
        return settings
    }
}

extension PreconditionerSettings {
    var resolved: Resolved {
        switch self {
        case .gradientSquares(let s):
            .map([("gradient_squares", .map([("decay", .number(s.decay)), ("power", .number(s.power))]))])
        case .kronecker(let s):
            .map([
                (
                    "kronecker",
                    .map([
                        ("decay", .number(s.decay)),
                        ("update_every", .scalar("\(s.updateEvery)")),
                        ("invert_every", .scalar("\(s.invertEvery)")),
                        ("sample", .scalar("\(s.sample)")),
                        ("damping_factor", .number(s.dampingFactor)),
                        ("cotangents", .scalar(s.cotangents.rawValue)),
                    ])
                )
            ])
        }
    }
}
