import CKernels

/// Symmetric matrices, as squares and as packed lower triangles, row by row.
public protocol TriangleKernels<Value>: ScalarKernels {
    /// packed = [packed +] scale · square.
    static func packTriangle(order: Int, square: In?, scale: Value, adds add: Int32, packed: Out?)
    /// square = packed, both triangles.
    static func spreadTriangle(order: Int, packed: In?, square: Out?)
    /// The upper triangle = the lower one.
    static func mirror(order: Int, square: Out?, rowStride stride: Int)
    /// square = scale · packed + shift · 1, the lower triangle.
    static func dampedSquare(
        order: Int, packed: In?, scale: Double, shift: Double, square: UnsafeMutablePointer<Double>?)
    /// packed = square, rounded.
    static func roundTriangle(order: Int, square: UnsafePointer<Double>?, packed: Out?)
    /// The trace.
    static func trace(order: Int, packed: In?) -> Double
}
