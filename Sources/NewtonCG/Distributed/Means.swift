/// Where sums over samples lie and become means, penalties included: the mean gradient at a point w, or products with
/// directions v,
///
///     result ← result / terms + ∇R(w)          result ← result / terms + D(w)·v
///
/// Vectors lie one after another, each as its space has it on this rank.
struct Means<S: Scalar> {
    let result: MutableVector<S>
    /// Samples, or what else the loss is a mean over.
    let terms: Int
    let penalties: Penalties
    let space: any VectorSpace<S>
    /// w, whole.
    let point: Vector<S>
    /// D's, and the directions, one after another; nil: the result is a gradient.
    let products: (curvature: Curvature, directions: Vector<S>)?

    /// Those from a place on.
    func from(_ place: Int) -> Means {
        Means(
            result: result[place..<result.count], terms: terms, penalties: penalties, space: space, point: point,
            products: products.map { ($0, $1[place..<$1.count]) })
    }

    func finish(_ places: Range<Int>) {
        let n = space.ownCount, scale = 1 / S(terms)
        var first = places.lowerBound
        while first < places.upperBound {
            let start = first / n * n, end = min(places.upperBound, start + n), own = first - start..<end - start
            // What each contiguous run of parameters has of these places.
            space.runs { whole, place, count in
                let part = own.clamped(to: place..<place + count)
                guard !part.isEmpty else { return }
                let values = start + part.lowerBound..<start + part.upperBound
                let addition: Penalties.Addition<S> = products.map { .product($0, $1[values]) } ?? .gradient
                penalties.add(
                    addition, at: point, from: whole + part.lowerBound - place, to: result[values], scale: scale)
            }
            first = end
        }
    }

    /// The first of them, by all threads.
    func finish(_ count: Int, _ team: ThreadTeam) {
        team.run { t in finish((0..<count).part(t, of: team.count)) }
    }
}
