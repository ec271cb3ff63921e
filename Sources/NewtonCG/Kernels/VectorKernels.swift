import CKernels

/// Sweeps over flat vectors that every rank holds whole: those of the solvers and the optimizers.
///
/// Every processor gives the same bits (no contraction, sums in Double in 16 accumulators, no library function
/// but the square root), so that replicas on a mixed cluster stay identical. `n` is the number of values; the
/// operands are apart unless said otherwise. The update rules of optimizers take their constants in Double and
/// round them once. Functions, not function values: those would be allocated in unspecialised generic code.
public protocol VectorKernels {
    typealias In = UnsafePointer<Self>
    typealias Out = UnsafeMutablePointer<Self>

    /// xᵀy, summed in Double.
    static func dot(_ n: Int, _ x: In, _ y: In) -> Double
    /// y ← y + alpha·x.
    static func axpy(_ n: Int, _ alpha: Self, _ x: In, _ y: Out)
    /// y ← y + alpha·x; returns vᵀy.
    static func axpyDot(_ n: Int, _ alpha: Self, _ x: In, _ y: Out, _ v: In) -> Double
    /// y ← x + beta·y.
    static func xpby(_ n: Int, _ x: In, _ beta: Self, _ y: Out)
    /// y ← alpha·x + beta·y.
    static func axpby(_ n: Int, _ alpha: Self, _ x: In, _ beta: Self, _ y: Out)
    /// y ← alpha·x; y may be x.
    static func scale(_ n: Int, _ alpha: Self, _ x: In, _ y: Out)
    /// z ← y + alpha·x.
    static func waxpy(_ n: Int, _ alpha: Self, _ x: In, _ y: In, _ z: Out)
    /// y ← y + t·(x − y): a step of a running average.
    static func lerp(_ n: Int, _ t: Self, _ x: In, _ y: Out)
    /// z ← d∘x; returns xᵀz.
    static func multiplyDot(_ n: Int, _ d: In, _ x: In, _ z: Out) -> Double
    /// sums ← (pᵀq, pᵀp, qᵀq).
    static func threeDots(_ n: Int, _ p: In, _ q: In, _ sums: UnsafeMutablePointer<Double>)
    /// x ← x + alpha·p, r ← r − alpha·q; returns rᵀr.
    static func cgStep(_ n: Int, _ alpha: Self, _ p: In, _ q: In, _ x: Out, _ r: Out) -> Double
    /// s ← decay·s + (1 − decay)·g², d ← 1/(factor·s + lambda)^power; d ← 1 where the base is 0.
    static func gradientSquares(
        _ n: Int, decay: Double, _ g: In, _ s: Out, factor: Double, lambda: Double, power: Double, _ d: Out
    )
    /// h = g + weightDecay·w, m ← momentum·m + h, w ← w − rate·(m, or h + momentum·m with Nesterov).
    /// Without m: w ← w − rate·h.
    static func sgd(
        _ n: Int, rate: Double, momentum: Double, nesterov: Bool, weightDecay: Double, _ g: In, _ m: Out?,
        _ w: Out
    )
    /// s ← s + g², w ← w − rate·g/(√s + epsilon).
    static func adaGrad(_ n: Int, rate: Double, epsilon: Double, _ g: In, _ s: Out, _ w: Out)
    /// h = g + l2·w, m ← beta1·m + (1 − beta1)·h, v ← beta2·v + (1 − beta2)·h²,
    /// w ← w − (shrink·w + rate·m/(√v·root + epsilon)); root is 1/√(1 − beta2ᵗ).
    static func adam(
        _ n: Int, rate: Double, beta1: Double, beta2: Double, root: Double, epsilon: Double, l2: Double,
        shrink: Double, _ g: In, _ m: Out, _ v: Out, _ w: Out
    )
}

extension Float: VectorKernels {
    public static func dot(_ n: Int, _ x: In, _ y: In) -> Double { ck_dot_f32(n, x, y) }
    public static func axpy(_ n: Int, _ alpha: Self, _ x: In, _ y: Out) { ck_axpy_f32(n, alpha, x, y) }
    public static func axpyDot(_ n: Int, _ alpha: Self, _ x: In, _ y: Out, _ v: In) -> Double {
        ck_axpy_dot_f32(n, alpha, x, y, v)
    }
    public static func xpby(_ n: Int, _ x: In, _ beta: Self, _ y: Out) { ck_xpby_f32(n, x, beta, y) }
    public static func axpby(_ n: Int, _ alpha: Self, _ x: In, _ beta: Self, _ y: Out) {
        ck_axpby_f32(n, alpha, x, beta, y)
    }
    public static func scale(_ n: Int, _ alpha: Self, _ x: In, _ y: Out) { ck_scale_f32(n, alpha, x, y) }
    public static func waxpy(_ n: Int, _ alpha: Self, _ x: In, _ y: In, _ z: Out) {
        ck_waxpy_f32(n, alpha, x, y, z)
    }
    public static func lerp(_ n: Int, _ t: Self, _ x: In, _ y: Out) { ck_lerp_f32(n, t, x, y) }
    public static func multiplyDot(_ n: Int, _ d: In, _ x: In, _ z: Out) -> Double {
        ck_multiply_dot_f32(n, d, x, z)
    }
    public static func threeDots(_ n: Int, _ p: In, _ q: In, _ sums: UnsafeMutablePointer<Double>) {
        ck_three_dots_f32(n, p, q, sums)
    }
    public static func cgStep(_ n: Int, _ alpha: Self, _ p: In, _ q: In, _ x: Out, _ r: Out) -> Double {
        ck_cg_step_f32(n, alpha, p, q, x, r)
    }
    public static func gradientSquares(
        _ n: Int, decay: Double, _ g: In, _ s: Out, factor: Double, lambda: Double, power: Double, _ d: Out
    ) {
        ck_gradient_squares_f32(n, decay, g, s, factor, lambda, power, d)
    }
    public static func sgd(
        _ n: Int, rate: Double, momentum: Double, nesterov: Bool, weightDecay: Double, _ g: In, _ m: Out?,
        _ w: Out
    ) {
        ck_sgd_f32(n, rate, momentum, nesterov ? 1 : 0, weightDecay, g, m, w)
    }
    public static func adaGrad(_ n: Int, rate: Double, epsilon: Double, _ g: In, _ s: Out, _ w: Out) {
        ck_adagrad_f32(n, rate, epsilon, g, s, w)
    }
    public static func adam(
        _ n: Int, rate: Double, beta1: Double, beta2: Double, root: Double, epsilon: Double, l2: Double,
        shrink: Double, _ g: In, _ m: Out, _ v: Out, _ w: Out
    ) {
        ck_adam_f32(n, rate, beta1, beta2, root, epsilon, l2, shrink, g, m, v, w)
    }
}

extension Double: VectorKernels {
    public static func dot(_ n: Int, _ x: In, _ y: In) -> Double { ck_dot_f64(n, x, y) }
    public static func axpy(_ n: Int, _ alpha: Self, _ x: In, _ y: Out) { ck_axpy_f64(n, alpha, x, y) }
    public static func axpyDot(_ n: Int, _ alpha: Self, _ x: In, _ y: Out, _ v: In) -> Double {
        ck_axpy_dot_f64(n, alpha, x, y, v)
    }
    public static func xpby(_ n: Int, _ x: In, _ beta: Self, _ y: Out) { ck_xpby_f64(n, x, beta, y) }
    public static func axpby(_ n: Int, _ alpha: Self, _ x: In, _ beta: Self, _ y: Out) {
        ck_axpby_f64(n, alpha, x, beta, y)
    }
    public static func scale(_ n: Int, _ alpha: Self, _ x: In, _ y: Out) { ck_scale_f64(n, alpha, x, y) }
    public static func waxpy(_ n: Int, _ alpha: Self, _ x: In, _ y: In, _ z: Out) {
        ck_waxpy_f64(n, alpha, x, y, z)
    }
    public static func lerp(_ n: Int, _ t: Self, _ x: In, _ y: Out) { ck_lerp_f64(n, t, x, y) }
    public static func multiplyDot(_ n: Int, _ d: In, _ x: In, _ z: Out) -> Double {
        ck_multiply_dot_f64(n, d, x, z)
    }
    public static func threeDots(_ n: Int, _ p: In, _ q: In, _ sums: UnsafeMutablePointer<Double>) {
        ck_three_dots_f64(n, p, q, sums)
    }
    public static func cgStep(_ n: Int, _ alpha: Self, _ p: In, _ q: In, _ x: Out, _ r: Out) -> Double {
        ck_cg_step_f64(n, alpha, p, q, x, r)
    }
    public static func gradientSquares(
        _ n: Int, decay: Double, _ g: In, _ s: Out, factor: Double, lambda: Double, power: Double, _ d: Out
    ) {
        ck_gradient_squares_f64(n, decay, g, s, factor, lambda, power, d)
    }
    public static func sgd(
        _ n: Int, rate: Double, momentum: Double, nesterov: Bool, weightDecay: Double, _ g: In, _ m: Out?,
        _ w: Out
    ) {
        ck_sgd_f64(n, rate, momentum, nesterov ? 1 : 0, weightDecay, g, m, w)
    }
    public static func adaGrad(_ n: Int, rate: Double, epsilon: Double, _ g: In, _ s: Out, _ w: Out) {
        ck_adagrad_f64(n, rate, epsilon, g, s, w)
    }
    public static func adam(
        _ n: Int, rate: Double, beta1: Double, beta2: Double, root: Double, epsilon: Double, l2: Double,
        shrink: Double, _ g: In, _ m: Out, _ v: Out, _ w: Out
    ) {
        ck_adam_f64(n, rate, beta1, beta2, root, epsilon, l2, shrink, g, m, v, w)
    }
}
