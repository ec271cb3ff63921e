/// Where sums over samples lie and become means, penalty included: result ← result / samples + λ · point.
struct Means<S: Scalar> {
    let result: UnsafeMutablePointer<S>
    let samples: Int
    let l2: Double
    let point: UnsafePointer<S>

    /// Those from a place on.
    func from(_ place: Int) -> Means {
        Means(result: result + place, samples: samples, l2: l2, point: point + place)
    }

    func finish(_ places: Range<Int>) {
        let result = result + places.lowerBound, scale = 1 / S(samples)
        if l2 > 0 {
            S.axpby(places.count, S(l2), point + places.lowerBound, scale, result)
        } else {
            S.scale(places.count, scale, result, result)
        }
    }

    /// The first of them, by all threads.
    func finish(_ count: Int, _ team: ThreadTeam) {
        team.run { t in finish((0..<count).part(t, of: team.count)) }
    }
}
