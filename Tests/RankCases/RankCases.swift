import Glibc
import MPI

/// One test that runs on every rank. It throws where something is not as it should be.
typealias RankCase = @Sendable (Communicator) throws -> Void

/// All cases by name; a new topic is one file with its table, and one line here.
let topics: [[String: RankCase]] = [
    reductionCases, messageCases, divisionCases, groupCases, agreementCases, distributionCases, overlapCases,
    stopCases, sharingCases, flawedCases, ownMetricCases,
]
/// Those that end the job, or write, by intent: each is the only one of its job, and is judged by the test that starts it.
let endings: [[String: RankCase]] = [failureEndings, faultEndings, streamEndings]

struct Failure: Error, CustomStringConvertible {
    let description: String
}

func expect(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw Failure(description: sentence()) }
}

/// Runs cases under MPI, one after the other: `mpirun -n 3 RankCases reduce gather`. Rank 0 writes for each
/// `PASSED name` or `FAILED name: sentence`. Or one ending: `mpirun -n 3 RankCases abort`; or one host.
@main
struct RankCases {
    static func main() {
        if let name = CommandLine.arguments.dropFirst().first, let host = hosts[name] { exit(run(host: name, host)) }
        exit(
            MPIEnvironment.run { world in
                let names = Array(CommandLine.arguments.dropFirst())
                if names.count == 1, let end = table(endings)[names[0]] {
                    try end(world)
                    try world.barrier()
                    if world.rank == 0 { say("PASSED \(names[0])") }
                    return 0
                }
                let cases = try world.agree { try chosen(names) }
                for (name, run) in cases { try report(name, run, world) }
                return 0
            })
    }
}

private func table(_ tables: [[String: RankCase]]) -> [String: RankCase] {
    tables.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

private func chosen(_ names: [String]) throws -> [(String, RankCase)] {
    let cases = table(topics)
    guard !names.isEmpty, names.allSatisfy({ cases[$0] != nil }) else {
        throw Failure(
            description: "Give names of cases: \(cases.keys.sorted().joined(separator: ", ")); "
                + "or one of \(table(endings).keys.sorted().joined(separator: ", ")).")
    }
    return names.map { ($0, cases[$0]!) }
}

/// Seconds that a case may take, and that ranks may stay in it when another one has failed.
#if DEBUG
    private let patience: (whole: UInt32, failed: UInt32) = (whole: 600, failed: 5)
#else
    private let patience: (whole: UInt32, failed: UInt32) = (whole: 120, failed: 5)
#endif

/// Runs a case among ranks that communicate apart from all others: what one that failed left unread confuses none.
///
/// The ranks agree on its end. Where they can't, because some of them wait for one that failed or for each other, the
/// alarm ends this process and mpirun the job: the first case of which nothing was said is the one.
private func report(_ name: String, _ run: RankCase, _ world: Communicator) throws {
    let ranks = try world.split(colour: 0)
    alarm(patience.whole)
    let outcome = Result { try run(ranks) }
    if case .failure(let error) = outcome {
        // Not the last that is heard of it if the others do not come.
        say("rank \(world.rank): \(error)", to: STDERR_FILENO)
        alarm(patience.failed)
    }
    do {
        try world.agree { try outcome.get() }
        if world.rank == 0 { say("PASSED \(name)") }
    } catch let error as AgreedError {
        let sentence = error.description.split(separator: "\n").joined(separator: " ")
        if world.rank == 0 { say("FAILED \(name): \(sentence)") }
    }
    alarm(0)
}

func say(_ line: String, to file: Int32 = STDOUT_FILENO) {
    _ = write(file, line + "\n", line.utf8.count + 1)
}
