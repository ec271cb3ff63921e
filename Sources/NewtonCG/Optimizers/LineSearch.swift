extension NewtonCGSettings.Armijo {
    /// Backtracking from `start`: the first α with L(w + αp) ≤ L(w) + c·α·gᵀp, shrunk at most `most` times.
    /// nil where none is found. `trial` is L(w + αp), +∞ where it is not finite.
    func stepLength(
        from start: Double, loss: Double, slope: Double, trial: (_ alpha: Double) throws -> Double
    ) rethrows -> Double? {
        var alpha = start
        for shrinks in 0...most {
            if try trial(alpha) <= loss + c * alpha * slope { return alpha }
            if shrinks < most { alpha *= shrink }
        }
        return nil
    }
}
