import Foundation

/// Cases of the program RankCases of which each number of ranks takes one job, started when the first result is asked
/// for.
///
/// A case that ends its job (a crash, ranks that wait for each other) is named by the order of the reports; those after
/// it get a job of their own.
public final class RankBatch: @unchecked Sendable {
    public let names: [String]
    private let lock = NSLock()
    private var results: [Int: Result<[String: String], any Error>] = [:]

    public init(_ names: [String]) { self.names = names }

    /// - Returns: why the case failed on this number of ranks; nil: it passed.
    public func failure(of name: String, ranks: Int) throws -> String? {
        let result = lock.withLock {
            if let known = results[ranks] { return known }
            let new = Result { try failures(ranks: ranks) }
            results[ranks] = new
            return new
        }
        guard names.contains(name) else { throw RunError(description: "The batch has no case \(name).") }
        return try result.get()[name]
    }

    /// The cases that failed, with a sentence each.
    private func failures(ranks: Int) throws -> [String: String] {
        var failures: [String: String] = [:], left = names[...]
        while !left.isEmpty {
            // A case that hangs ends its job itself, long before.
            let job = try mpirun(ranks: ranks, "RankCases", Array(left), timeout: 610 * Double(left.count))
            for line in job.output.split(separator: "\n") {
                guard let name = left.first else { break }
                let failed = "FAILED \(name): "
                guard line == "PASSED \(name)" || line.hasPrefix(failed) else { continue }
                if line.hasPrefix(failed) { failures[name] = String(line.dropFirst(failed.count)) }
                left.removeFirst()
            }
            if job.status == 0, left.isEmpty { break }
            // It ended in the case of which nothing was said, or behind all of them.
            failures[left.popFirst() ?? names.last!] =
                "the job ended with status \(job.status)\(job.status == 128 + SIGALRM ? ": it hung" : "")\n\(job.error)"
        }
        return failures
    }
}
