/// The penalties of an objective, each over its range of the parameters. They are added once, after the reduction.
public struct Penalties: Sendable {
    /// A penalty with the parameters that it is of.
    public struct Term: Sendable {
        /// Places in the flat vector of trained parameters.
        public let range: Range<Int>
        /// The penalty of those parameters.
        public let penalty: any Penalty
        /// A penalty of these places in the flat vector.
        public init(_ range: Range<Int>, _ penalty: any Penalty) { (self.range, self.penalty) = (range, penalty) }
    }
    /// In the order of their ranges, which have no place in common.
    public let terms: [Term]

    /// - Parameter terms: of ranges that have no place in common; those that are empty are left out.
    public init(_ terms: [Term] = []) {
        self.terms = terms.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (a, b) in zip(self.terms, self.terms.dropFirst()) {
            precondition(a.range.upperBound <= b.range.lowerBound, "a parameter has one penalty")
        }
    }

    /// No penalty.
    public static var none: Penalties { Penalties() }
    /// ½λ‖w‖² over all of `count` parameters; none where λ is 0.
    public static func l2(_ lambda: Double, over count: Int) -> Penalties {
        lambda > 0 ? Penalties([Term(0..<count, L2(lambda))]) : none
    }

    /// Their sum.
    public func value<S: Scalar>(at w: Vector<S>) -> Double {
        terms.reduce(0) { $0 + $1.penalty.value(at: w[$1.range]) }
    }

    /// aᵀDb of whole vectors, D their curvature at w.
    public func form<S: Scalar>(at w: Vector<S>, _ a: Vector<S>, _ b: Vector<S>) -> Double {
        terms.reduce(0) { $0 + $1.penalty.form(at: w[$1.range], a[$1.range], b[$1.range]) }
    }

    /// λ, where together they are ½λ‖w‖² over all of `count` parameters: 0 where there are none.
    /// - Parameter method: what needs that, as the subject of a sentence.
    /// - Throws: a `ModelError` where they are anything else.
    public func uniform(over count: Int, for method: String) throws -> Double {
        guard let first = terms.first else { return 0 }
        var next = 0
        for term in terms {
            guard term.range.lowerBound == next, let lambda = term.penalty.uniform, lambda == first.penalty.uniform
            else { break }
            next = term.range.upperBound
        }
        guard next == count, let lambda = first.penalty.uniform else {
            throw ModelError(
                "\(method) needs a penalty that is the same for all parameters, ½λ‖w‖²: take no other, or another "
                    + "optimizer", key: "regularisation")
        }
        return lambda
    }

    /// What is done at the places of a sum: value ← scale·value + ∇R, or + D·v.
    enum Addition<S: Scalar> {
        case gradient
        /// v's values lie as the result's do.
        case product(Curvature, Vector<S>)
    }

    /// Scales some values of a result and adds to them.
    /// - Parameters:
    ///   - first: the parameter that the first of them belongs to.
    ///   - w: the whole point.
    func add<S: Scalar>(
        _ addition: Addition<S>, at w: Vector<S>, from first: Int, to values: MutableVector<S>, scale: S
    ) {
        let places = first..<first + values.count
        var next = first
        func scaleRest(upTo end: Int) {
            guard end > next else { return }
            let rest = values.base + (next - first)
            S.Kernels.scale(count: end - next, scale, rest, rest)
        }
        for term in terms where term.range.overlaps(places) {
            let part = term.range.clamped(to: places), own = part.lowerBound - first..<part.upperBound - first
            scaleRest(upTo: part.lowerBound)
            switch addition {
            case .gradient: term.penalty.addGradient(at: w[part], to: values[own], scale: scale)
            case .product(let curvature, let v):
                term.penalty.addProduct(curvature, at: w[part], v[own], to: values[own], scale: scale)
            }
            next = part.upperBound
        }
        scaleRest(upTo: places.upperBound)
    }
}
