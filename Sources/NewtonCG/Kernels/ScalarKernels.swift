/// Functions of one scalar type, by group described in a file each. C names its functions as members of `FloatKernels` and
/// `DoubleKernels`, so that a call is direct where the scalar type is known, and allocates nothing where it is not.
public protocol ScalarKernels<Value> {
    /// The scalar type.
    associatedtype Value
    /// Values to read.
    typealias In = UnsafePointer<Value>
    /// A place to write to.
    typealias Out = UnsafeMutablePointer<Value>
}
