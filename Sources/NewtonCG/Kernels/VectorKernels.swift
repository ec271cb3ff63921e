import CKernels

/// The vector kernels of replicated vectors: the same bits on every processor.
public protocol VectorKernels {
    static var dot: (Int, UnsafePointer<Self>?, UnsafePointer<Self>?) -> Double { get }
    static var axpy: (Int, Self, UnsafePointer<Self>?, UnsafeMutablePointer<Self>?) -> Void { get }
    static var xpby: (Int, UnsafePointer<Self>?, Self, UnsafeMutablePointer<Self>?) -> Void { get }
}
extension Float: VectorKernels {
    public static var dot: (Int, UnsafePointer<Float>?, UnsafePointer<Float>?) -> Double { ck_dot_f32 }
    public static var axpy: (Int, Float, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void { ck_axpy_f32 }
    public static var xpby: (Int, UnsafePointer<Float>?, Float, UnsafeMutablePointer<Float>?) -> Void { ck_xpby_f32 }
}
extension Double: VectorKernels {
    public static var dot: (Int, UnsafePointer<Double>?, UnsafePointer<Double>?) -> Double { ck_dot_f64 }
    public static var axpy: (Int, Double, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void { ck_axpy_f64 }
    public static var xpby: (Int, UnsafePointer<Double>?, Double, UnsafeMutablePointer<Double>?) -> Void { ck_xpby_f64 }
}
