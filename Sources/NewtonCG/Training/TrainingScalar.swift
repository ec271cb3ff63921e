import HDF5
import MPI

/// A number that networks are trained in: with kernels, reductions and files.
public protocol TrainingScalar: Scalar, MPIDatatype, HDF5Scalar {}
extension Float: TrainingScalar {}
extension Double: TrainingScalar {}

/// A run that failed, in one sentence.
public struct RunError: ExitStatus, CustomStringConvertible {
    /// One sentence for the user.
    public let description: String
    /// Of the program: 2 where the input is at fault.
    public let exitStatus: Int32
    /// - Parameter description: one sentence for the user.
    public init(_ description: String, exitStatus: Int32 = 1) {
        (self.description, self.exitStatus) = (description, exitStatus)
    }
}

/// A run whose loss or gradient is not finite any more, in one sentence: the same on every rank.
public struct DivergedError: ExitStatus, CustomStringConvertible {
    /// One sentence: the step, the layer, what may help.
    public let description: String
    /// Of the program.
    public var exitStatus: Int32 { 1 }
}

/// Exit status 2: bad usage or configuration.
extension ConfigurationError: ExitStatus { public var exitStatus: Int32 { 2 } }
/// Exit status 3: bad data or checkpoint.
extension DataError: ExitStatus { public var exitStatus: Int32 { 3 } }

extension DivergedError: SharedError {}
