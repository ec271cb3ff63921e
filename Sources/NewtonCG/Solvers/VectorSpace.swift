/// How the vectors of a solver lie on the ranks: whole on each of them, or divided over them.
public protocol VectorSpace<S>: AnyObject {
    /// The type of its vectors' values.
    associatedtype S: Scalar
    /// Values of a whole vector, and of this rank's part of it.
    var count: Int { get }
    /// See `count`.
    var ownCount: Int { get }
    /// Vectors are divided over the ranks.
    var isDivided: Bool { get }
    /// A whole vector to work in; what `whole` gathers comes here.
    var work: Buffer<S> { get }
    /// Adds sums over the parts of all ranks, in place.
    func reduce(_ sums: UnsafeMutableBufferPointer<Double>) throws
    /// The whole of a vector: itself where vectors are whole, else gathered in `work`.
    func whole(_ own: Vector<S>) throws -> Vector<S>
    /// own ← this rank's part of a whole vector.
    func take(_ whole: Vector<S>, into own: MutableVector<S>)
    /// Tells of each run of values that this rank holds together where it begins in the whole vector and in this rank's
    /// part, and its length.
    func runs(_ body: (_ whole: Int, _ own: Int, _ count: Int) -> Void)
}

extension VectorSpace {
    /// xᵀy of whole vectors.
    func dot(_ x: Vector<S>, _ y: Vector<S>) throws -> Double {
        precondition(x.count == ownCount && y.count == ownCount, "this rank's parts of vectors")
        var sum = S.Kernels.dot(count: ownCount, x.base, y.base)
        try withUnsafeMutablePointer(to: &sum) { try reduce(.init(start: $0, count: 1)) }
        return sum
    }
}

/// Every rank holds whole vectors, the same bits on all.
public final class WholeVectors<S: Scalar>: VectorSpace {
    public let count: Int
    public var ownCount: Int { count }
    public var isDivided: Bool { false }
    public private(set) lazy var work = Buffer<S>(count: count)

    /// Vectors of `count` values, whole on every rank.
    public init(count: Int) { self.count = count }

    public func reduce(_ sums: UnsafeMutableBufferPointer<Double>) {}
    public func whole(_ own: Vector<S>) -> Vector<S> { own }
    public func take(_ whole: Vector<S>, into own: MutableVector<S>) {
        if whole.base != UnsafePointer(own.base) { own.update(from: whole) }
    }
    public func runs(_ body: (_ whole: Int, _ own: Int, _ count: Int) -> Void) { body(0, 0, count) }
}
