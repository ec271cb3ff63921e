extension OptimizerSettings {
    /// What it asks of the objective.
    public var needs: ObjectiveNeeds {
        if case .own(let own) = self { return own.maker.needs(own.options) }
        // Products of Gauss–Newton need less memory.
        guard case .newtonCG(let settings) = self else {
            return ObjectiveNeeds(curvatureBatch: 0, curvature: .gaussNewton)
        }
        var needs = ObjectiveNeeds(curvatureBatch: settings.curvatureBatch, curvature: settings.curvature)
        needs.sampleSpace = settings.solve == .sampleSpace
        needs.dividesVectors = settings.cg.splitVectors
        if case .nystrom(let sketch)? = settings.preconditioner { needs.directions = min(sketch.rank, 8) }
        return needs
    }

    /// Vectors of the parameters' size that the optimizer holds, about.
    var vectors: Int {
        switch self {
        case .newtonCG(let settings):
            switch settings.preconditioner {
            case .nystrom(let sketch): 6 + 2 * sketch.rank
            case .lbfgs(let pairs): 6 + 2 * (pairs.memory + pairs.pending(of: settings.cg.maxIterations))
            case .gradientSquares, .kronecker, nil: 6
            }
        case .lbfgs(let settings): 2 * settings.memory + 5
        case .sgd, .adaGrad, .adam: 3
        case .own(let own): own.maker.vectors(own.options)
        }
    }

    var hasKroneckerFactors: Bool {
        guard case .newtonCG(let settings) = self, case .kronecker? = settings.preconditioner else { return false }
        return true
    }
}
