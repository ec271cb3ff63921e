import CBLAS
import CKernels
import Foundation
import HDF5
import MPI

/// What the program found on this machine: for `newton-cg info` and the head of every run.
public enum Machine {
    /// Of this program.
    public static let version = "0.2.0"

    /// The MPI library with its version.
    public static var mpi: String { MPIEnvironment.libraryVersion }
    /// The HDF5 library's version.
    public static var hdf5: String { HDF5.libraryVersion }
    /// The instruction set that our kernels were chosen for.
    public static var kernels: String { String(cString: ck_processor()) }
    /// OpenBLAS with its version and the kernels that it chose.
    public static var blas: String {
        let configuration = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(
            separator: " ")
        return "\(configuration), \(String(cString: openblas_get_corename())) kernels"
    }

    /// OpenBLAS works on one thread: ranks are the parallelism.
    public static func useOneThread() { openblas_set_num_threads(1) }

    private static var allowedCores: [Int] {
        var numbers = [Int32](repeating: 0, count: 1024)
        let count = Int(ck_cores(&numbers, 1024))
        return numbers.prefix(count).map(Int.init)
    }

    /// The cores that this process may run on, as "0-3,8".
    public static var cores: String {
        let allowed = allowedCores
        guard !allowed.isEmpty else { return "unknown" }
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

    /// A line for each rank, on rank 0: node, cores, threads, and what the caller adds.
    public static func places(
        _ communicator: Communicator, threads: Int = 1, adding text: String = ""
    ) throws -> [String]? {
        let threadWord = threads == 1 ? "1 thread" : "\(threads) threads", own = allowedCores.count
        let few =
            own > 0 && own < threads
            ? " on too few cores (mpirun: --map-by slot:PE=\(threads); srun: --cpus-per-task=\(threads))" : ""
        let place = try "\(MPIEnvironment.processorName()), cores \(cores), \(threadWord)\(few)" + text
        return try communicator.gather(text: place)?.enumerated().map { "rank \($0): \($1)" }
    }

    /// A sentence, on rank 0, for each node whose ranks have together fewer cores than threads.
    static func crowdedNodes(_ communicator: Communicator, threads: Int) throws -> [String]? {
        let own = allowedCores.map(String.init).joined(separator: " ")
        guard let all = try communicator.gather(text: "\(MPIEnvironment.processorName())\n\(own)") else { return nil }
        let ranks = Dictionary(grouping: all.map { $0.split(separator: "\n") }) { $0[0] }
        return ranks.sorted { $0.key < $1.key }.compactMap { node, ranks in
            let cores = Set(ranks.flatMap { $0.dropFirst().flatMap { $0.split(separator: " ") } }).count
            guard cores > 0, ranks.count > 1, ranks.count * threads > cores else { return nil }
            return "the \(ranks.count) ranks on \(node) have \(ranks.count * threads) threads on \(cores) "
                + (cores == 1 ? "core" : "cores")
                + " and wait for one another: start fewer, or bind each to cores of its own"
        }
    }
}
