import Foundation
import NewtonCG

/// A run's metrics in the form that DLB 3.5 writes by `--talp-output-file=FILE.json` (López, Ramirez Miranda,
/// Garcia-Gasulla 2021), which TALP-Pages 3.5 to 3.8 read.
///
/// The region `Global` is the steps of the run. Hardware counters are not read: `cycles` and `instructions` are 0, as
/// where DLB has no PAPI. What TALP splits among OpenMP's causes is here all in `ompSerializationTime`: core seconds of
/// a rank's threads that it did not use, in MPI or out of it.
package struct TALPOutput: Codable, Equatable, Sendable {
    package struct Resources: Codable, Equatable, Sendable {
        package let numCpus, numNodes, numMpiRanks: Int
    }
    package struct Region: Codable, Equatable, Sendable {
        package let numCpus, numMpiRanks, numNodes: Int
        package let avgCpus: Double
        package let cycles, instructions: Int
        package let numMeasurements, numMpiCalls, numOmpParallels, numOmpTasks: Int
        /// In nanoseconds; all but the first summed over cores.
        package let elapsedTime, usefulTime, mpiTime: Int
        package let ompLoadImbalanceTime, ompSchedulingTime, ompSerializationTime: Int
        /// Mean and largest values of a rank or node, in nanoseconds.
        package let usefulNormdApp, mpiNormdApp, maxUsefulNormdProc, maxUsefulNormdNode, mpiNormdOfMaxUseful: Int
        package let parallelEfficiency, mpiParallelEfficiency, mpiCommunicationEfficiency: Double
        package let mpiLoadBalance, mpiLoadBalanceIn, mpiLoadBalanceOut: Double
        package let ompParallelEfficiency, ompLoadBalance, ompSchedulingEfficiency, ompSerializationEfficiency: Double
    }
    package let dlbVersion: String
    package let timestamp: String
    package let resources: Resources
    package let Application: [String: Region]

    package init(_ run: MeasuredRun) {
        let modified = try? FileManager.default.attributesOfItem(atPath: run.folder.profile)[.modificationDate] as? Date
        self.init(run.profile, Efficiency(run), at: modified ?? Date())
    }

    package init(_ profile: RunProfile, _ efficiency: Efficiency, at date: Date) {
        let (ranks, threads) = (profile.ranks, profile.threads), useful = efficiency.useful
        let names = profile.nodes ?? [], nodes = names.count == ranks ? names : Array(repeating: "", count: ranks)
        let resources = Resources(numCpus: ranks * threads, numNodes: Set(nodes).count, numMpiRanks: ranks)
        func nano(_ seconds: Double) -> Int { Int((1e9 * seconds).rounded()) }

        let mpi = profile.seconds("steps", ["waiting", "reduction"])
        let byNode = Dictionary(grouping: 0..<ranks, by: { nodes[$0] }).values.map { own in
            own.reduce(0) { $0 + useful[$1] } / Double(own.count)
        }
        let mean = useful.reduce(0, +) / Double(ranks), busiest = useful.indices.max { useful[$0] < useful[$1] }!
        let cores = efficiency.parallel * Double(ranks * threads) * efficiency.runtime
        let all = Double(ranks * threads) * efficiency.runtime, mpiSum = mpi.reduce(0, +)
        // A rank that ended its last step before the slowest is idle until then: that is MPI's, as at its finalisation.
        let rest = max(0, Double(ranks) * efficiency.runtime - useful.reduce(0, +) - mpiSum)
        let calls = profile.rows.filter { $0.stage == "steps" && ["waiting", "reduction"].contains($0.phase) }
            .reduce(0) { $0 + $1.calls.reduce(0, +) }
        let region = Region(
            numCpus: resources.numCpus, numMpiRanks: ranks, numNodes: resources.numNodes,
            avgCpus: Double(resources.numCpus), cycles: 0, instructions: 0, numMeasurements: profile.steps * ranks,
            numMpiCalls: calls, numOmpParallels: 0, numOmpTasks: 0, elapsedTime: nano(efficiency.runtime),
            usefulTime: nano(cores), mpiTime: nano(mpiSum + rest), ompLoadImbalanceTime: 0, ompSchedulingTime: 0,
            ompSerializationTime: nano(max(0, all - cores - mpiSum - rest)), usefulNormdApp: nano(mean),
            mpiNormdApp: nano((mpiSum + rest) / Double(ranks)), maxUsefulNormdProc: nano(useful[busiest]),
            maxUsefulNormdNode: nano(byNode.max()!), mpiNormdOfMaxUseful: nano(mpi[busiest]),
            parallelEfficiency: efficiency.parallel, mpiParallelEfficiency: efficiency.rankEfficiency,
            mpiCommunicationEfficiency: efficiency.communication, mpiLoadBalance: efficiency.loadBalance,
            mpiLoadBalanceIn: byNode.max()! / useful[busiest], mpiLoadBalanceOut: mean / byNode.max()!,
            ompParallelEfficiency: efficiency.threadEfficiency, ompLoadBalance: 1, ompSchedulingEfficiency: 1,
            ompSerializationEfficiency: efficiency.threadEfficiency)
        // TALP-Pages knows the form by the first digits.
        dlbVersion = "3.5 (newton-cg \(Machine.version))"
        timestamp = ISO8601DateFormatter().string(from: date)
        (self.resources, Application) = (resources, ["Global": region])
    }

    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return String(decoding: try! encoder.encode(self), as: UTF8.self) + "\n"
    }
}
