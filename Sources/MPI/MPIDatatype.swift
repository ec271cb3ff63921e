internal import CMPI

/// A number that MPI can send and reduce: `Float`, `Double`, `Int`, `Int32`, `UInt64`, `UInt8`.
public protocol MPIDatatype: BitwiseCopyable, Comparable, Sendable {
    /// How a value lies in memory.
    static var representation: NumberRepresentation { get }
}

/// How a number lies in memory, as MPI has to know it.
public enum NumberRepresentation: Sendable {
    /// By kind and bits.
    case float32, float64, int32, int64, uint64, uint8
}

/// What a reduction does with the values of all ranks.
public enum ReductionOperation: Sendable {
    /// Σ, the largest, the smallest.
    case sum, max, min
}

extension Float: MPIDatatype { public static var representation: NumberRepresentation { .float32 } }
extension Double: MPIDatatype { public static var representation: NumberRepresentation { .float64 } }
extension Int: MPIDatatype { public static var representation: NumberRepresentation { .int64 } }
extension Int32: MPIDatatype { public static var representation: NumberRepresentation { .int32 } }
extension UInt64: MPIDatatype { public static var representation: NumberRepresentation { .uint64 } }
extension UInt8: MPIDatatype { public static var representation: NumberRepresentation { .uint8 } }

extension NumberRepresentation {
    var datatype: MPI_Datatype {
        switch self {
        case .float32: CMPI_float()
        case .float64: CMPI_double()
        case .int32: CMPI_int32()
        case .int64: CMPI_int64()
        case .uint64: CMPI_uint64()
        case .uint8: CMPI_uint8()
        }
    }
}

extension ReductionOperation {
    var handle: MPI_Op {
        switch self {
        case .sum: CMPI_sum()
        case .max: CMPI_max()
        case .min: CMPI_min()
        }
    }
}
