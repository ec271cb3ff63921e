/// A function of one's own that is applied to every value, given with its first two derivatives:
///
///     y <- apply(φ, x)     ry <- first(φ, x, rx)     rgx <- first(φ, x, rgy) + second(φ, x, rx, gy)
///
/// Each is one sweep, compiled where the function is written, for Float and for Double; a program that is built with
/// optimisation has no calls in it. `sqrt` is `x.squareRoot()`; what else is needed goes through `Double(x)`.
public protocol ElementFunction: Sendable {
    /// φ(x)
    func value<S: Scalar>(_ x: S) -> S
    /// φ'(x)
    func first<S: Scalar>(_ x: S) -> S
    /// φ''(x)
    func second<S: Scalar>(_ x: S) -> S
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
    /// y = [y +] φ(x)
    @inlinable public static func <- <F>(y: Target, e: OwnApplied<S, F>) {
        guard let base = y.base else { return }
        sweep {
            if S.self == Float.self {
                e.run(Float.self, count: y.count, adds: y.adds, to: base)
            } else {
                e.run(Double.self, count: y.count, adds: y.adds, to: base)
            }
        }
    }

    /// o = [o +] φ'(x)·a + φ''(x)·r·g; absent terms are dropped.
    @inlinable public static func <- <F>(o: Target, e: OwnDerivative<S, F>) {
        guard let base = o.base else { return }
        sweep {
            if S.self == Float.self {
                e.run(Float.self, count: o.count, adds: o.adds, to: base)
            } else {
                e.run(Double.self, count: o.count, adds: o.adds, to: base)
            }
        }
    }
}

/// Counts what is done as elementwise work in a run's profile.
@usableFromInline func sweep(_ body: () -> Void) {
    let outer = Work.elementwise.begin()
    defer { outer.end() }
    body()
}

// The loops, in a type that the compiler knows: S is one of these two.

extension OwnApplied {
    @inlinable func run<T: Scalar>(_: T.Type, count: Int, adds: Bool, to base: UnsafeMutablePointer<S>) {
        let x = UnsafeRawPointer(x.base!).assumingMemoryBound(to: T.self)
        let y = UnsafeMutableRawPointer(base).assumingMemoryBound(to: T.self)
        if adds {
            for i in 0..<count { y[i] += f.value(x[i]) }
        } else {
            for i in 0..<count { y[i] = f.value(x[i]) }
        }
    }
}

extension OwnDerivative {
    @inlinable func run<T: Scalar>(_: T.Type, count: Int, adds: Bool, to base: UnsafeMutablePointer<S>) {
        func values(_ a: Matrix<S>) -> UnsafePointer<T>? {
            a.base.map { UnsafeRawPointer($0).assumingMemoryBound(to: T.self) }
        }
        let o = UnsafeMutableRawPointer(base).assumingMemoryBound(to: T.self), x = values(x)!
        // One sweep, whatever is absent.
        func sweep(_ value: (Int) -> T) {
            if adds {
                for i in 0..<count { o[i] += value(i) }
            } else {
                for i in 0..<count { o[i] = value(i) }
            }
        }
        switch (values(a), values(r), values(g)) {
        case (let a?, let r?, let g?): sweep { f.first(x[$0]) * a[$0] + f.second(x[$0]) * (r[$0] * g[$0]) }
        case (let a?, _, _): sweep { f.first(x[$0]) * a[$0] }
        case (nil, let r?, let g?): sweep { f.second(x[$0]) * (r[$0] * g[$0]) }
        default: sweep { _ in 0 }
        }
    }
}
