import CKernels

/// Sweeps over flat vectors that every rank holds whole: those of the solvers and the optimizers.
///
/// Every processor gives the same bits (no contraction, sums in Double in 16 accumulators, no library function
/// but the square root), so that replicas on a mixed cluster stay identical. The operands are apart unless said
/// otherwise. The update rules of optimizers take their constants in Double and round them once.
public protocol VectorKernels<Value>: ScalarKernels {
    /// xᵀy, summed in Double.
    static func dot(count: Int, _ x: In, _ y: In) -> Double
    /// y ← y + alpha·x.
    static func axpy(count: Int, _ alpha: Value, _ x: In, _ y: Out)
    /// y ← y + alpha·x; returns vᵀy.
    static func axpyDot(count: Int, _ alpha: Value, _ x: In, _ y: Out, _ v: In) -> Double
    /// y ← x + beta·y.
    static func xpby(count: Int, _ x: In, _ beta: Value, _ y: Out)
    /// y ← alpha·x + beta·y.
    static func axpby(count: Int, _ alpha: Value, _ x: In, _ beta: Value, _ y: Out)
    /// y ← alpha·x; y may be x.
    static func scale(count: Int, _ alpha: Value, _ x: In, _ y: Out)
    /// z ← y + alpha·x.
    static func waxpy(count: Int, _ alpha: Value, _ x: In, _ y: In, _ z: Out)
    /// y ← y + t·(x − y): a step of a running average.
    static func lerp(count: Int, _ t: Value, _ x: In, _ y: Out)
    /// z ← d∘x; returns xᵀz.
    static func multiplyDot(count: Int, _ d: In, _ x: In, _ z: Out) -> Double
    /// sums ← (pᵀq, pᵀp, qᵀq).
    static func threeDots(count: Int, _ p: In, _ q: In, _ sums: UnsafeMutablePointer<Double>)
    /// The step of conjugate gradients: x ← x + alpha·p, r ← r − alpha·q; returns rᵀr.
    static func cgStep(count: Int, _ alpha: Value, _ p: In, _ q: In, _ x: Out, _ r: Out) -> Double
    /// s ← decay·s + (1 − decay)·g², d ← 1/(factor·s + lambda)^power, power ≥ 0; d ← 1 where the base is 0.
    static func gradientSquares(
        count: Int, decay: Double, _ g: In, _ s: Out, factor: Double, lambda: Double, power: Double, _ d: Out)
    /// h = g + weightDecay·w, m ← momentum·m + h, w ← w − rate·(m, or h + momentum·m with nesterov = 1).
    /// Without m: w ← w − rate·h.
    static func sgd(
        count: Int, rate: Double, momentum: Double, nesterov: Int32, weightDecay: Double, _ g: In, _ m: Out?, _ w: Out)
    /// s ← s + g², w ← w − rate·g/(√s + epsilon).
    static func adaGrad(count: Int, rate: Double, epsilon: Double, _ g: In, _ s: Out, _ w: Out)
    /// h = g + l2·w, m ← beta1·m + (1 − beta1)·h, v ← beta2·v + (1 − beta2)·h²,
    /// w ← w − (shrink·w + rate·m/(√v·root + epsilon)); root is 1/√(1 − beta2ᵗ).
    static func adam(
        count: Int, rate: Double, beta1: Double, beta2: Double, root: Double, epsilon: Double, l2: Double,
        shrink: Double, _ g: In, _ m: Out, _ v: Out, _ w: Out)
}
