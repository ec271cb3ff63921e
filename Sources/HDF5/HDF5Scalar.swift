import CHDF5

/// A number type that datasets can hold. The library converts between the type in memory and that in
/// the file when they differ.
public protocol HDF5Scalar: Sendable {
    /// The library's identifier of this type in memory.
    static var nativeType: Int64 { get }
}

extension Float: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_float() } } }
extension Double: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_double() } } }
extension Int8: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_int8() } } }
extension Int16: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_int16() } } }
extension Int32: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_int32() } } }
extension Int64: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_int64() } } }
extension UInt8: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_uint8() } } }
extension UInt16: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_uint16() } } }
extension UInt32: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_uint32() } } }
extension UInt64: HDF5Scalar { public static var nativeType: Int64 { locked { ch5_native_uint64() } } }

/// What the elements of a dataset or an attribute are.
public enum ElementKind: String, Sendable, CustomStringConvertible {
    /// IEEE numbers of 16, 32 and 64 bits.
    case float16, float32, float64
    /// Whole numbers with a sign, of 8 to 64 bits.
    case int8, int16, int32, int64
    /// Whole numbers without a sign, of 8 to 64 bits.
    case uint8, uint16, uint32, uint64
    /// Text, of fixed or of variable length.
    case string
    /// A type that this module does not read: compound, enumeration, reference …
    case other

    public var description: String { rawValue }
    /// It is a number with a fraction.
    public var isFloat: Bool { self == .float16 || self == .float32 || self == .float64 }
    /// It is a number that this library reads.
    public var isNumber: Bool { self != .string && self != .other }
    /// It is a whole number.
    public var isInteger: Bool { isNumber && !isFloat }

    /// To be called with the lock held.
    init(type: hid_t) {
        let size = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_FLOAT:
            self = size == 2 ? .float16 : size == 4 ? .float32 : size == 8 ? .float64 : .other
        case H5T_INTEGER:
            let sign = H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int"
            self = ElementKind(rawValue: "\(sign)\(8 * size)") ?? .other
        case H5T_STRING: self = .string
        default: self = .other
        }
    }
}
