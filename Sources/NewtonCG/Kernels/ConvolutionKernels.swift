import CKernels

/// Convolutions of images, of the geometry that is their first argument.
public protocol ConvolutionKernels<Value>: ScalarKernels {
    /// Values of a packed filter; 0: convolutions read it as it is. `transposed`: for `convolveBack`.
    static func packedFilterSize(_ g: UnsafePointer<ck_convolution>?, transposed: Int32) -> Int
    /// A filter packed for `convolve`, or transposed for `convolveBack`.
    static func packFilter(_ g: UnsafePointer<ck_convolution>?, w: In?, transposed: Int32, packed: Out?)
    /// Bytes of memory that each thread keeps for its largest convolution; any number of samples.
    static func convolutionWorkspace(_ g: UnsafePointer<ck_convolution>?) -> Int
    /// y = [y +] x∗w [+ x₂∗w₂] [+ bias]: one call, one accumulator.
    static func convolve(
        _ g: UnsafePointer<ck_convolution>?, samples: Int, x: In?, w: In?, and x2: In?, w w2: In?, bias: In?,
        adds add: Int32, y: Out?)
    /// gx = [gx +] gy∗wᵀ [+ gy₂∗w₂ᵀ].
    static func convolveBack(
        _ g: UnsafePointer<ck_convolution>?, samples: Int, gy: In?, w: In?, and gy2: In?, w w2: In?, adds add: Int32,
        gx: Out?)
    /// gw = [gw +] xᵀ∗gy [+ x₂ᵀ∗gy₂].
    static func filterGradient(
        _ g: UnsafePointer<ck_convolution>?, samples: Int, x: In?, gy: In?, and x2: In?, gy gy2: In?, adds add: Int32,
        gw: Out?)
    /// The patches that a filter of one group sees, one a row of kernel height × kernel width × channels values: of
    /// `lines` lines of the outputs, counted over the samples x.
    static func patches(_ g: UnsafePointer<ck_convolution>?, first: Int, lines: Int, x: In?, to o: Out?)
}
