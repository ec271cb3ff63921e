/// The damping τ of (B + τI) p = −g: fixed, or by the rule of Levenberg and Marquardt as Martens (2010,
/// section 4.1) uses it:
///
///     ρ = (L(w + p) − L(w)) / (gᵀp + ½pᵀB·p)
///     ρ < ¼: τ ← τ·increase,   ρ > ¾: τ ← τ·decrease,   within minimum … maximum
struct Damping {
    private let settings: NewtonCGSettings.Damping
    private(set) var value: Double

    init(_ settings: NewtonCGSettings.Damping) {
        self.settings = settings
        value = settings.initial
        if adapts { clamp() }
    }

    var adapts: Bool { settings.rule == .levenbergMarquardt }

    /// The rule, where a step was taken.
    mutating func update(ratio: Double) {
        if ratio > 0.75 {
            value *= settings.decrease
        } else if !(ratio >= 0.25) {
            value *= settings.increase
        }
        clamp()
    }

    /// Where the model gave no direction to go, or no step was taken along it.
    mutating func grow() {
        value *= settings.increase
        clamp()
    }

    mutating func restore(_ value: Double) { self.value = value }

    private mutating func clamp() { value = min(max(value, settings.minimum), settings.maximum) }
}
