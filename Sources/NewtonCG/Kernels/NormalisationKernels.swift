import CKernels

/// Normalisation: of the channels of a group of rows, and of each row by itself.
public protocol NormalisationKernels<Value>: ScalarKernels {
    /// y = scale·(x − mean)/std + shift; mean, biased variance and 1/std are kept (3·channels values).
    static func batchNorm(
        rows: Int, channels: Int, epsilon: Double, x: In?, scale: In?, shift: In?, kept: Out?, y: Out?)
    /// The same with given statistics.
    static func batchNormFixed(
        rows: Int, channels: Int, epsilon: Double, x: In?, scale: In?, shift: In?, mean: In?, variance: In?, y: Out?)
    /// What that does to a tangent of x, and its transpose to a cotangent: o = [o +] scale·a/std.
    static func batchNormFixedLinear(
        rows: Int, channels: Int, epsilon: Double, scale: In?, variance: In?, of a: In?, adds add: Int32, to o: Out?)
    /// gx = [gx +] the transpose of `batchNorm` at gy; gscale, gshift = [… +] theirs. Each may be nil.
    static func batchNormBack(
        rows: Int, channels: Int, x: In?, kept: In?, scale: In?, gy: In?, adds add: Int32, gx: Out?,
        addsParameters: Int32, gscale: Out?, gshift: Out?)
    /// The tangent of `batchNorm` along rx (nil for zero), vscale and vshift.
    static func batchNormR(
        rows: Int, channels: Int, x: In?, kept: In?, scale: In?, rx: In?, vscale: In?, vshift: In?, ry: Out?)
    /// The tangent of `batchNormBack` along rx, vscale and rgy.
    static func batchNormRBack(
        rows: Int, channels: Int, x: In?, kept: In?, scale: In?, rx: In?, vscale: In?, gy: In?, rgy: In?,
        adds add: Int32, rgx: Out?, addsParameters: Int32, rgscale: Out?, rgshift: Out?)
    /// y = scale·(x − mean)/std + shift, row by row; mean and 1/std of each row are kept.
    static func layerNorm(
        rows: Int, features: Int, epsilon: Double, x: In?, scale: In?, shift: In?, kept: Out?, y: Out?)
    /// gx = [gx +] the transpose of `layerNorm` at gy; gscale, gshift = [… +] theirs. Each may be nil.
    static func layerNormBack(
        rows: Int, features: Int, x: In?, kept: In?, scale: In?, gy: In?, adds add: Int32, gx: Out?,
        addsParameters: Int32, gscale: Out?, gshift: Out?)
    /// The tangent of `layerNorm` along rx, vscale and vshift, each nil for zero. Leaves two moments of rx a row.
    static func layerNormR(
        rows: Int, features: Int, x: In?, kept: In?, scale: In?, rx: In?, vscale: In?, vshift: In?, moments: Out?,
        ry: Out?)
    /// The tangent of `layerNormBack` along rx (with its moments), vscale and rgy.
    static func layerNormRBack(
        rows: Int, features: Int, x: In?, kept: In?, scale: In?, rx: In?, moments: In?, vscale: In?, gy: In?, rgy: In?,
        adds add: Int32, rgx: Out?, addsParameters: Int32, rgscale: Out?, rgshift: Out?)
}
