/// A view of a vector's values, to read; it owns nothing.
public struct Vector<S: BitwiseCopyable> {
    /// The first value.
    public let base: UnsafePointer<S>
    /// How many there are.
    public let count: Int

    /// A view of `count` values from `base` on.
    public init(_ base: UnsafePointer<S>, count: Int) { (self.base, self.count) = (base, count) }

    /// The value at a place below `count`.
    public subscript(i: Int) -> S { base[i] }

    /// The values at some places.
    public subscript(places: Range<Int>) -> Vector {
        precondition(places.lowerBound >= 0 && places.upperBound <= count, "places of a vector")
        return Vector(base + places.lowerBound, count: places.count)
    }

    /// A copy.
    public var values: [S] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// A place for a vector's values, to write and to read; it owns nothing.
public struct MutableVector<S: BitwiseCopyable> {
    /// The first value.
    public let base: UnsafeMutablePointer<S>
    /// How many there are.
    public let count: Int

    /// A view of `count` values from `base` on.
    public init(_ base: UnsafeMutablePointer<S>, count: Int) { (self.base, self.count) = (base, count) }

    /// The value at a place below `count`.
    public subscript(i: Int) -> S {
        get { base[i] }
        nonmutating set { base[i] = newValue }
    }

    /// The values at some places.
    public subscript(places: Range<Int>) -> MutableVector {
        precondition(places.lowerBound >= 0 && places.upperBound <= count, "places of a vector")
        return MutableVector(base + places.lowerBound, count: places.count)
    }

    /// The same values, to read.
    public var vector: Vector<S> { Vector(UnsafePointer(base), count: count) }
    /// A copy.
    public var values: [S] { vector.values }

    /// Copies a vector of as many values.
    public func update(from other: Vector<S>) {
        precondition(other.count == count, "vectors of the same length")
        base.update(from: other.base, count: count)
    }
    /// Sets every value to this one.
    public func update(repeating value: S) { base.update(repeating: value, count: count) }
}

extension Buffer {
    /// Its values, to read.
    public var vector: Vector<Element> { Vector(UnsafePointer(base), count: count) }
    /// Its values, to write.
    public var mutable: MutableVector<Element> { MutableVector(base, count: count) }
}
