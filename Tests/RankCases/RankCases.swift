import Glibc
import MPI

/// One test that runs on every rank. It throws where something is not as it should be.
typealias RankCase = @Sendable (Communicator) throws -> Void

/// All cases by name; a new topic is one file with its table, and one line here.
let topics: [[String: RankCase]] = [
    reductionCases, messageCases, divisionCases, groupCases, failureCases, distributionCases, overlapCases,
    faultCases, sharingCases,
]

struct Failure: Error, CustomStringConvertible {
    let description: String
}

func expect(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw Failure(description: sentence()) }
}

/// Runs one case under MPI: `mpirun -n 3 RankCases reduce`. Rank 0 prints PASSED when all ranks have come to
/// its end; a rank where it fails ends the job with a sentence and a status that is not 0.
@main
struct RankCases {
    static func main() {
        exit(
            MPIEnvironment.run { world in
                let cases = topics.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
                let run = try world.agree {
                    guard CommandLine.arguments.count == 2, let run = cases[CommandLine.arguments[1]] else {
                        let names = cases.keys.sorted().joined(separator: ", ")
                        throw Failure(description: "Give the name of one case: \(names).")
                    }
                    return run
                }
                try run(world)
                try world.barrier()
                if world.rank == 0 { print("PASSED") }
                return 0
            })
    }
}
