import CKernels

/// Losses of rows: sums over rows, their derivatives by the outputs, and roots of the second derivatives.
public protocol LossKernels<Value>: ScalarKernels {
    /// Softmax cross-entropy Σ −Σ_j t_j log p_j with t = (1 − smoothing)·onehot(label) + smoothing/columns, over rows
    /// whose label is not `padding`; of the others p is 0, so that their derivatives are. p may be nil.
    static func crossEntropy(
        rows: Int, columns: Int, smoothing: Double, logits: In?, labels: UnsafePointer<Int32>?, padding: Int32, p: Out?
    ) -> Double
    /// o = scale · (p − t), 0 for padding.
    static func crossEntropyFirst(
        rows: Int, columns: Int, smoothing: Double, p: In?, labels: UnsafePointer<Int32>?, padding: Int32,
        scale: Value, to o: Out?)
    /// o = scale · (p⊙u − p (pᵀu)), row by row.
    static func crossEntropySecond(rows: Int, columns: Int, p: In?, u: In?, scale: Value, to o: Out?)
    /// o = R·s, row by row, with a root R·Rᵀ of the second derivative; o may be s.
    static func crossEntropyRoot(rows: Int, columns: Int, p: In?, s: In?, to o: Out?)
    /// o = p − onehot(c), c drawn with probabilities p; columns random words a row, rounded up to an even number. 0 for
    /// padding.
    static func crossEntropySampled(
        rows: Int, columns: Int, p: In?, labels: UnsafePointer<Int32>?, padding: Int32, words: UnsafePointer<UInt32>?,
        to o: Out?)
    /// A solution of R·o = ∇ℓ: (p − t)/√p; what is under a root is kept away from 0. 0 for padding.
    static func crossEntropyWhite(
        rows: Int, columns: Int, smoothing: Double, p: In?, labels: UnsafePointer<Int32>?, padding: Int32, to o: Out?)
    /// Logistic cross-entropy of targets t in [0, 1], summed; p = σ(logits), or nil.
    static func logistic(count: Int, logits: In?, targets: In?, p: Out?) -> Double
    /// o = scale · (p − t).
    static func logisticFirst(count: Int, p: In?, targets: In?, scale: Value, to o: Out?)
    /// o = scale · p (1 − p) u.
    static func logisticSecond(count: Int, p: In?, u: In?, scale: Value, to o: Out?)
    /// o = R·s, R·Rᵀ the second derivative; o may be s.
    static func logisticRoot(count: Int, p: In?, s: In?, scale: Value, to o: Out?)
    /// o = scale · (p − t), t drawn as 1 with probability p; words as of `crossEntropySampled`.
    static func logisticSampled(
        rows: Int, columns: Int, p: In?, words: UnsafePointer<UInt32>?, scale: Value, to o: Out?)
    /// A solution of R·o = ∇ℓ: scale · (p − t)/√(p (1 − p)); what is under a root is kept away from 0.
    static func logisticWhite(count: Int, p: In?, targets: In?, scale: Value, to o: Out?)
    /// Σ d², d = y − t; d may be nil.
    static func squaredError(count: Int, y: In?, targets: In?, difference: Out?) -> Double
    /// Σ over rows of ‖d‖, d = y − t; d may be nil.
    static func normError(rows: Int, columns: Int, y: In?, targets: In?, difference: Out?) -> Double
    /// o = scale · d/‖d‖, row by row; 0 where d = 0.
    static func normErrorFirst(rows: Int, columns: Int, difference: In?, scale: Value, to o: Out?)
    /// o = scale · (u − d (dᵀu)/‖d‖²)/‖d‖, row by row; 0 where d = 0.
    static func normErrorSecond(rows: Int, columns: Int, difference: In?, u: In?, scale: Value, to o: Out?)
    /// o = R·s, row by row, R·Rᵀ the second derivative; o may be s.
    static func normErrorRoot(rows: Int, columns: Int, difference: In?, s: In?, to o: Out?)
    /// Signs, by a bit of (columns + 31)/32 random words a row.
    static func signs(rows: Int, columns: Int, words: UnsafePointer<UInt32>?, to o: Out?)
    /// Standard normal numbers (Box & Muller 1958), of columns random words a row, rounded up to an even number.
    static func normals(rows: Int, columns: Int, words: UnsafePointer<UInt32>?, to o: Out?)
}
