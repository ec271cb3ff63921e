import CKernels

/// A function of one's own that is applied to every value, given with its first two derivatives:
///
///     y <- apply(φ, x)     ry <- first(φ, x, rx)     rgx <- first(φ, x, rgy) + second(φ, x, rx, gy)
///
/// Each is one sweep, compiled where the function is written, for Float and for Double; a program that is built with
/// optimisation has no calls in it. √x is `x.root()`: with `squareRoot()` a sweep would go value by value. What else is needed
/// goes through `Double(x)`, at the speed of the C library.
public protocol ElementFunction: Sendable {
    /// φ(x)
    func value<S: Scalar>(_ x: S) -> S
    /// φ'(x)
    func first<S: Scalar>(_ x: S) -> S
    /// φ''(x)
    func second<S: Scalar>(_ x: S) -> S
}

extension Scalar {
    /// √x, correctly rounded, as vectors have it.
    @inlinable public func root() -> Self {
        if Self.self == Float.self {
            return unsafeBitCast(ck_root_f32(unsafeBitCast(self, to: Float.self)), to: Self.self)
        }
        return unsafeBitCast(ck_root_f64(unsafeBitCast(self, to: Double.self)), to: Self.self)
    }
}

/// φ(x).
@frozen public struct OwnApplied<S: Scalar, F: ElementFunction> {
    @usableFromInline let f: F
    @usableFromInline let x: Matrix<S>
    @inlinable init(f: F, x: Matrix<S>) { (self.f, self.x) = (f, x) }
}
/// φ'(x)·a, and with r and g: φ'(x)·a + φ''(x)·r·g.
@frozen public struct OwnDerivative<S: Scalar, F: ElementFunction> {
    @usableFromInline let f: F
    @usableFromInline let x, a, r, g: Matrix<S>
    @inlinable init(f: F, x: Matrix<S>, a: Matrix<S>, r: Matrix<S> = .absent, g: Matrix<S> = .absent) {
        (self.f, self.x, self.a, self.r, self.g) = (f, x, a, r, g)
    }

    /// φ'(x)·a + φ''(x)·r·g in one sweep.
    @inlinable public static func + (a: OwnDerivative, b: OwnSecondDerivative<S>) -> OwnDerivative {
        OwnDerivative(f: a.f, x: a.x, a: a.a, r: b.r, g: b.g)
    }
}
/// φ''(x)·r·g.
@frozen public struct OwnSecondDerivative<S: Scalar> {
    @usableFromInline let r, g: Matrix<S>
    @inlinable init(r: Matrix<S>, g: Matrix<S>) { (self.r, self.g) = (r, g) }
}

/// φ(x), value by value.
@inlinable public func apply<S, F>(_ f: F, _ x: Matrix<S>) -> OwnApplied<S, F> { OwnApplied(f: f, x: x.checked) }
/// φ'(x)·a, value by value.
@inlinable public func first<S, F>(_ f: F, _ x: Matrix<S>, _ a: Matrix<S>) -> OwnDerivative<S, F> {
    OwnDerivative(f: f, x: x.checked, a: a.checked)
}
/// φ''(x)·r·g, to be added to a `first` of the same φ and x.
@inlinable public func second<S, F: ElementFunction>(
    _ f: F, _ x: Matrix<S>, _ r: Matrix<S>, _ g: Matrix<S>
) -> OwnSecondDerivative<S> {
    OwnSecondDerivative(r: r.checked, g: g.checked)
}

extension Target {
    // Inlined into the layer, where φ is known.

    /// y = [y +] φ(x)
    @inlinable @inline(__always) public static func <- <F>(y: Target, e: OwnApplied<S, F>) {
        guard let base = y.base else { return }
        let outer = Sweep()
        defer { outer.end() }
        if S.self == Float.self {
            applyAll(e.f, Float.self, count: y.count, to: base, adds: y.adds, e.x.base!)
        } else {
            applyAll(e.f, Double.self, count: y.count, to: base, adds: y.adds, e.x.base!)
        }
    }

    /// o = [o +] φ'(x)·a + φ''(x)·r·g; absent terms are dropped.
    @inlinable @inline(__always) public static func <- <F>(o: Target, e: OwnDerivative<S, F>) {
        guard let base = o.base else { return }
        let outer = Sweep()
        defer { outer.end() }
        if S.self == Float.self {
            differentiateAll(
                e.f, Float.self, count: o.count, to: base, adds: o.adds, e.x.base!, e.a.base, e.r.base, e.g.base)
        } else {
            differentiateAll(
                e.f, Double.self, count: o.count, to: base, adds: o.adds, e.x.base!, e.a.base, e.r.base, e.g.base)
        }
    }
}

/// Counts what is done as elementwise work in a run's profile.
@usableFromInline struct Sweep {
    private let outer: Work.Span
    @usableFromInline init() { outer = Work.elementwise.begin() }
    @usableFromInline func end() { outer.end() }
}

// The loops: of φ and the scalar type alone, both of which the compiler knows where a layer is written. It does not know
// the layer's S, and would go value by value through witnesses in a function that had S among its parameters.

@inlinable func applyAll<T: Scalar, F: ElementFunction>(
    _ f: F, _: T.Type, count: Int, to o: UnsafeMutableRawPointer, adds: Bool, _ x: UnsafeRawPointer
) {
    let o = o.assumingMemoryBound(to: T.self), x = x.assumingMemoryBound(to: T.self)
    if adds {
        for i in 0..<count { o[i] += f.value(x[i]) }
    } else {
        for i in 0..<count { o[i] = f.value(x[i]) }
    }
}

@inlinable func differentiateAll<T: Scalar, F: ElementFunction>(
    _ f: F, _: T.Type, count: Int, to o: UnsafeMutableRawPointer, adds: Bool, _ x: UnsafeRawPointer,
    _ a: UnsafeRawPointer?, _ r: UnsafeRawPointer?, _ g: UnsafeRawPointer?
) {
    let o = o.assumingMemoryBound(to: T.self), x = x.assumingMemoryBound(to: T.self)
    // One sweep, whatever is absent.
    func sweep(_ value: (Int) -> T) {
        if adds {
            for i in 0..<count { o[i] += value(i) }
        } else {
            for i in 0..<count { o[i] = value(i) }
        }
    }
    func values(_ a: UnsafeRawPointer?) -> UnsafePointer<T>? { a?.assumingMemoryBound(to: T.self) }
    switch (values(a), values(r), values(g)) {
    case (let a?, let r?, let g?): sweep { f.first(x[$0]) * a[$0] + f.second(x[$0]) * (r[$0] * g[$0]) }
    case (let a?, _, _): sweep { f.first(x[$0]) * a[$0] }
    case (nil, let r?, let g?): sweep { f.second(x[$0]) * (r[$0] * g[$0]) }
    default: sweep { _ in 0 }
    }
}
