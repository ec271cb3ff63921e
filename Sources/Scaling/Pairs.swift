import Foundation
import NewtonCG

/// Efficiency against the machine's own slow-down, from rounds of three measurements made one after the other:
///
///     adjusted = T(one rank while copies of it keep the other cores busy) / (N · T(N ranks))
///     raw      = T(one rank alone) / (N · T(N ranks))
///
/// Cores share memory, caches and clock; what they lose by that a parallel program cannot win back. A folder of rounds
/// has a subfolder a round, and in each the run folders `together` (N ranks), `beside-1` … `beside-N` (one rank each,
/// at the same time, the same batch) and, if wanted, `alone`.
package struct Pairs: Sendable {
    package struct Round: Sendable {
        package let ranks: Int
        package let together: Double
        package let beside: [Double]
        package let alone: Double?

        package var adjusted: Double {
            beside.reduce(0, +) / Double(beside.count) / (Double(ranks) * together)
        }
        package var raw: Double? { alone.map { $0 / (Double(ranks) * together) } }

        package init(ranks: Int, together: Double, beside: [Double], alone: Double?) {
            (self.ranks, self.together, self.beside, self.alone) = (ranks, together, beside, alone)
        }
    }
    package let folder: String
    package let ranks: Int
    package let rounds: [Round]

    package init(folder: String, rounds: [Round]) {
        (self.folder, ranks, self.rounds) = (folder, rounds[0].ranks, rounds)
    }

    /// - Throws: a `DataError` that names what is missing.
    package init(_ folder: String, _ registry: Registry = .standard) throws {
        let files = FileManager.default
        let names = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter {
            files.fileExists(atPath: "\(folder)/\($0)/together")
        }.sorted { (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1) }
        guard !names.isEmpty else {
            throw DataError(
                "\(folder) holds no rounds: a folder each, with the run folders together, beside-1, beside-2, …")
        }
        rounds = try names.map { try Self.round("\(folder)/\($0)", registry) }
        (self.folder, ranks) = (folder, rounds[0].ranks)
        guard rounds.allSatisfy({ $0.ranks == ranks }) else {
            throw DataError(
                "\(folder): its rounds are on different numbers of ranks; put them into folders of their own")
        }
    }

    private static func round(_ path: String, _ registry: Registry) throws -> Round {
        let together = try MeasuredRun("\(path)/together", registry)
        let beside = try (1...together.cores).map { try MeasuredRun("\(path)/beside-\($0)", registry) }
        let alone =
            try FileManager.default.fileExists(atPath: "\(path)/alone") ? MeasuredRun("\(path)/alone", registry) : nil
        for one in beside + (alone.map { [$0] } ?? [])
        where one.cores != 1 || one.batch != together.batch || one.profile.steps != together.profile.steps {
            throw DataError(
                "\(one.name) is no copy of \(together.name) on one core: both need the same batch and number of steps")
        }
        return Round(
            ranks: together.cores, together: together.stepSeconds, beside: beside.map(\.stepSeconds),
            alone: alone?.stepSeconds)
    }

    package var adjusted: Spread { Spread(rounds.map(\.adjusted))! }
    package var raw: Spread? { Spread(rounds.compactMap(\.raw)) }

    /// For the report.
    package var lines: [String] {
        func text(_ spread: Spread) -> String {
            "median \(percent(spread.median)), quartiles \(decimals(100 * spread.lowerQuartile, 1)) – "
                + percent(spread.upperQuartile)
        }
        var lines = [
            "efficiency of \(ranks) cores against \(ranks) copies side by side: \(text(adjusted)) "
                + "(\(counted(rounds.count, "round")))"
        ]
        if let raw { lines.append("the same against one rank alone on the machine: \(text(raw))") }
        return lines
    }
}
