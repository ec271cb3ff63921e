extension Field {
    /// The keys of `preconditioner.kronecker`.
    func kronecker() throws -> KroneckerSettings {
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

extension KroneckerSettings {
    var resolved: Resolved {
        .map([
            ("decay", .number(decay)),
            ("update_every", .scalar("\(updateEvery)")),
            ("invert_every", .scalar("\(invertEvery)")),
            ("sample", .scalar("\(sample)")),
            ("damping_factor", .number(dampingFactor)),
            ("cotangents", .scalar(cotangents.rawValue)),
        ])
    }
}
