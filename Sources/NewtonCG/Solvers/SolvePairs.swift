/// Directions p of a solve by conjugate gradients and their products A·p, spread evenly over its iterations, however
/// many those turn out to be (Morales & Nocedal 2000): each is kept while there is room; where there is none, every
/// other one goes, and from then on one is kept in twice as many iterations.
public final class SolvePairs<S: Scalar> {
    private let n: Int
    private let directions, products: [Buffer<S>]
    /// Iterations since the last `forget`, and from one that is kept to the next.
    private var iterations = 0, stride = 1
    /// How many are kept.
    public private(set) var count = 0

    /// The most pairs that are kept.
    public var capacity: Int { directions.count }

    /// For `n` values and at most `capacity` pairs, at least one.
    public init(count n: Int, capacity: Int) {
        precondition(capacity > 0, "one pair at least is kept")
        self.n = n
        directions = (0..<capacity).map { _ in Buffer(count: n) }
        products = (0..<capacity).map { _ in Buffer(count: n) }
    }

    /// An iteration more.
    public func add(_ p: Vector<S>, product: Vector<S>) {
        defer { iterations += 1 }
        if count == capacity, iterations % stride == 0 { thin() }
        guard iterations % stride == 0 else { return }
        directions[count].mutable.update(from: p)
        products[count].mutable.update(from: product)
        count += 1
    }

    /// Leaves the pairs 0, 2, 4, …
    private func thin() {
        stride *= 2
        count = (count + 1) / 2
        for j in 0..<count where j > 0 {
            directions[j].base.update(from: directions[2 * j].base, count: n)
            products[j].base.update(from: products[2 * j].base, count: n)
        }
    }

    /// The j-th that is kept, j < `capacity`, in the order of iterations.
    public subscript(j: Int) -> (p: Buffer<S>, product: Buffer<S>) { (directions[j], products[j]) }

    /// Begins anew, without pairs.
    public func forget() { (count, iterations, stride) = (0, 0, 1) }
}
