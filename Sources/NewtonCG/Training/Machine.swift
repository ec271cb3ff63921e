import CBLAS
import CKernels
import Foundation
import HDF5
import MPI

/// What the program found on this machine: for `newton-cg info` and the head of every run.
public enum Machine {
    public static let version = "0.1.0"

    public static var mpi: String { MPIEnvironment.libraryVersion }
    public static var hdf5: String { HDF5.libraryVersion }
    /// The instruction set that our kernels were chosen for.
    public static var kernels: String { String(cString: ck_processor()) }
    /// OpenBLAS with its version and the kernels that it chose.
    public static var blas: String {
        let configuration = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
        return "\(configuration), \(String(cString: openblas_get_corename())) kernels"
    }

    /// OpenBLAS works on one thread: ranks are the parallelism.
    public static func useOneThread() { openblas_set_num_threads(1) }

    /// The cores that this process may run on, as "0-3,8".
    public static var cores: String {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return "unknown" }
        let allowed = withUnsafeBytes(of: &set) { bytes in
            (0..<bytes.count * 8).filter { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
        }
        var runs: [ClosedRange<Int>] = []
        for core in allowed {
            if let last = runs.last, last.upperBound + 1 == core {
                runs[runs.count - 1] = last.lowerBound...core
            } else {
                runs.append(core...core)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// A line for each rank, on rank 0: node, cores, and what the caller adds.
    public static func places(_ communicator: Communicator, adding text: String = "") throws -> [String]? {
        let place = try "\(MPIEnvironment.processorName()), cores \(cores), 1 thread" + text
        return try communicator.gather(text: place)?.enumerated().map { "rank \($0): \($1)" }
    }
}
