import ArgumentParser
import MPI
import NewtonCG

extension ReductionSchedule: ExpressibleByArgument {}

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "The time of gradients and curvature products of known networks, beside OpenBLAS's sgemm.",
        discussion: """
            Workloads: \(Workload.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). Under mpirun the \
            batch is divided among the ranks. docs/performance.md explains the figures.
            """)

    @ArgumentParser.Option(help: "One workload; all without it.")
    var workload: String?

    @ArgumentParser.Option(help: "Threads of a rank.")
    var threads = 1

    @ArgumentParser.Option(
        help: ArgumentHelp(
            "What the kept activations of a rank may take, as '300 MiB': the rest is recomputed in every product.",
            valueName: "bytes"))
    var memory: String?

    @ArgumentParser.Option(
        help: "When the sums are reduced over the ranks: overlapped or at_end, as 'reduction' in a configuration.")
    var reduction = ReductionSchedule.atEnd

    @ArgumentParser.Option(help: "Seconds that a workload's rounds should take, of which there are 5 to 25.")
    var seconds = 12.0

    @Flag(help: "One JSON object a workload and line.")
    var json = false

    @Flag(help: "Also the loss, |g|, vᵀHv and vᵀGv of the benchmark's own data.")
    var vectorCheck = false

    mutating func validate() throws {
        if let workload, Workload.named(workload) == nil {
            let names = Workload.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no workload '\(workload)': take one of \(names)")
        }
        guard threads > 0 else {
            throw ValidationError("--threads must be 1 or more, not \(threads)")
        }
        guard seconds > 0 else {
            throw ValidationError("--seconds must be above 0, not \(seconds)")
        }
        if let memory, readBytes(memory) == nil {
            throw ValidationError("--memory must be a number of bytes, as '300 MiB' or 1.5GB, not '\(memory)'")
        }
    }

    func run() throws {
        runOnRanks { world in
            for workload in workload.flatMap({ Workload.named($0).map { [$0] } }) ?? Workload.all {
                var benchmark = try world.agree {
                    try Benchmark(
                        workload, threads: threads, memory: memory.flatMap(readBytes), reduction: reduction,
                        communicator: world)
                }
                let result = try benchmark.run(budget: seconds)
                guard world.rank == 0 else { continue }
                let shown = vectorCheck ? result : result.withoutCheck
                try StandardOutput.line(json ? shown.json : shown.text + "\n")
            }
            return 0
        }
    }
}
