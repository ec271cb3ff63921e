import CKernels

/// Batch normalisation of a group of rows of channels, epsilon 1e-5.
public protocol NormalisationKernels<Value>: ScalarKernels {
    /// y = scale·(x − mean)/std + shift; mean, biased variance and 1/std are kept (3·channels values).
    static func batchNorm(rows: Int, channels: Int, x: In?, scale: In?, shift: In?, kept: Out?, y: Out?)
    /// The same with given statistics.
    static func batchNormFixed(
        rows: Int, channels: Int, x: In?, scale: In?, shift: In?, mean: In?, variance: In?, y: Out?)
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
}
