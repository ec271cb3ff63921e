import CKernels

/// The algebra of elementwise functions φ, smooth or clipping:
///
///     y <- apply(φ, x)     ry <- first(φ, s, rx)     rgx <- first(φ, s, rgy) + second(φ, s, rx, gy)
///
/// s is what φ's derivatives are computed from: y or x.
public enum Function: Sendable {
    /// The hyperbolic tangent, 1/(1 + e⁻ˣ), ln(1 + eˣ), x·Φ(x) (exact and with tanh), x/(1 + e⁻ˣ).
    case tanh, sigmoid, softplus, gelu, geluTanh, swish

    var kernel: ck_function {
        switch self {
        case .tanh: ck_tanh
        case .sigmoid: ck_sigmoid
        case .softplus: ck_softplus
        case .gelu: ck_gelu
        case .geluTanh: ck_gelu_tanh
        case .swish: ck_swish
        }
    }
}

/// φ(x).
public struct Applied<S: Scalar> { let f: Function, x: Matrix<S> }
/// φ'(s)·a, and with r and g: φ'(s)·a + φ''(s)·r·g.
public struct Derivative<S: Scalar> {
    let f: Function
    let s, a: Matrix<S>
    var r = Matrix<S>.absent, g = Matrix<S>.absent
}
/// φ''(s)·r·g.
public struct SecondDerivative<S: Scalar> { let r, g: Matrix<S> }

/// φ(x), value by value.
public func apply<S>(_ f: Function, _ x: Matrix<S>) -> Applied<S> { Applied(f: f, x: x.checked) }
/// φ'(s)·a, value by value.
public func first<S>(_ f: Function, _ s: Matrix<S>, _ a: Matrix<S>) -> Derivative<S> {
    Derivative(f: f, s: s.checked, a: a.checked)
}
/// φ''(s)·r·g, to be added to a `first` of the same φ and s.
public func second<S>(_ f: Function, _ s: Matrix<S>, _ r: Matrix<S>, _ g: Matrix<S>) -> SecondDerivative<S> {
    SecondDerivative(r: r.checked, g: g.checked)
}

extension Derivative {
    /// φ'(s)·a + φ''(s)·r·g in one sweep.
    public static func + (a: Derivative, b: SecondDerivative<S>) -> Derivative {
        Derivative(f: a.f, s: a.s, a: a.a, r: b.r, g: b.g)
    }
}

extension Target {
    /// y = φ(x); it may lie in the memory of x.
    public static func <- (y: Target, e: Applied<S>) {
        guard let base = y.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.apply(e.f.kernel, count: y.count, x: e.x.base, y: base)
    }

    /// o = [o +] φ'(s)·a + φ''(s)·r·g; absent terms are dropped.
    public static func <- (o: Target, e: Derivative<S>) {
        guard let base = o.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        if e.r.isAbsent || e.g.isAbsent {
            S.Kernels.applyFirst(e.f.kernel, count: o.count, kept: e.s.base, a: e.a.base, adds: o.beta, to: base)
        } else {
            S.Kernels.applySecond(
                e.f.kernel, count: o.count, kept: e.s.base, a: e.a.base, r: e.r.base, g: e.g.base, adds: o.beta,
                to: base)
        }
    }
}

/// The bits that clipping keeps, one a value: they make it linear.
///
///     y <- clip(x, to: limit, keeping: bits)     ry <- select(rx, bits)
public struct Bits { let base: UnsafeMutablePointer<UInt16> }

/// min(max(x, 0), limit), with the bits of what lay inside.
public struct Clipped<S: Scalar> { let x: Matrix<S>, limit: S, bits: Bits }
/// scale·a where a bit is set, else 0.
public struct Selected<S: Scalar> { let a: Matrix<S>, bits: Bits, scale: S }

/// min(max(x, 0), limit); what lay inside is left in `bits`.
public func clip<S>(_ x: Matrix<S>, to limit: S, keeping bits: Bits) -> Clipped<S> {
    Clipped(x: x.checked, limit: limit, bits: bits)
}
/// scale·a where its bit is set, else 0.
public func select<S>(_ a: Matrix<S>, _ bits: Bits, scale: S = 1) -> Selected<S> {
    Selected(a: a.checked, bits: bits, scale: scale)
}

extension Target {
    /// y = min(max(x, 0), limit), and a bit for every 0 < x < limit.
    public static func <- (y: Target, e: Clipped<S>) {
        guard let base = y.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.clip(count: y.count, limit: e.limit, x: e.x.base, y: base, bits: e.bits.base)
    }
    /// o = [o +] scale·a where a bit is set.
    public static func <- (o: Target, e: Selected<S>) {
        guard let base = o.base else { return }
        let outer = Work.elementwise.begin()
        defer { outer.end() }
        S.Kernels.select(count: o.count, bits: e.bits.base, scale: e.scale, from: e.a.base, adds: o.beta, to: base)
    }
}
