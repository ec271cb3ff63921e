/// The forms aᵀBa, aᵀBb and bᵀBb of a curvature B with two vectors: all that a quadratic model needs to be known on the
/// plane that they span.
public struct QuadraticForms: Equatable, Sendable {
    /// aᵀBa, aᵀBb, bᵀBb.
    public var aa = 0.0, ab = 0.0, bb = 0.0

    /// - Parameters: aᵀBa, aᵀBb, bᵀBb.
    public init(aa: Double = 0, ab: Double = 0, bb: Double = 0) { (self.aa, self.ab, self.bb) = (aa, ab, bb) }

    static func += (sum: inout QuadraticForms, forms: QuadraticForms) {
        sum = QuadraticForms(aa: sum.aa + forms.aa, ab: sum.ab + forms.ab, bb: sum.bb + forms.bb)
    }
}
