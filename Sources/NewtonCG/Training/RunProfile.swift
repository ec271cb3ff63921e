import Foundation
import MPI

/// Where a run's time went, by rank, stage and phase: what `profile.json` holds (docs/profile.md).
public struct RunProfile: Codable, Equatable, Sendable {
    /// One phase of a stage; each array has a value a rank.
    public struct Row: Codable, Equatable, Sendable {
        /// `steps`, or `outside` of them.
        public let stage: String
        /// The kind of work: docs/profile.md lists them.
        public let phase: String
        /// How often it began.
        public let calls: [Int]
        /// Of the main thread.
        public let seconds: [Double]
        /// Of all threads of a rank: what each worked, without what the main thread waited for the others. nil in a
        /// file of an older version.
        public let coreSeconds: [Double]?
        /// Of the direct algorithm.
        public let flops: [Double]
        /// Of messages, and of what was read, copied or written.
        public let bytes: [Double]
    }
    /// Messages of one kind about vectors of one size; each array has a value a rank.
    public struct Reduction: Codable, Equatable, Sendable {
        /// `steps` or `outside`; `any`: those that came after the first 63 kinds and sizes, `bytes` is then their mean.
        public let stage: String
        /// `allreduce`, `reduceScatter`, `allgather`, or `any`.
        public let kind: String
        /// Of the whole vector.
        public let bytes: Double
        /// How many messages.
        public let calls: [Int]
        /// Of one call, once all ranks are there.
        public let minimum, mean, maximum: [Double]
    }
    /// Always `newton-cg profile`.
    public let format: String
    /// Of the format; 1.
    public let version: Int
    /// Ranks, and threads of each.
    public let ranks, threads: Int
    /// Steps that were measured: those of one command, not of those before it.
    public let steps: Int
    /// By rank, from the reading of the data to the end of the training; the rows' seconds add up to them.
    public let seconds: [Double]
    /// By stage and phase; those without time are left out.
    public let rows: [Row]
    /// Samples of a global batch; nil in a file of an older version, as all that follows.
    public let batch: Int?
    /// By rank: where it ran.
    public let nodes: [String]?
    /// By kind and size.
    public let reductions: [Reduction]?
    /// What `train --verify` found.
    public internal(set) var verification: Verification?

    /// Takes the profiles of all ranks together; called by all of them.
    init(threads: Int, batch: Int, steps: Int, _ communicator: Communicator) throws {
        let (cells, own) = PhaseProfile.now, messages = PhaseProfile.messages
        let numbers = cells.flatMap { [Double($0.calls), $0.seconds, $0.operations, $0.bytes, $0.coreSeconds] }
        let all = try communicator.allgather(numbers + [own])
        let times =
            try messages.isEmpty
            ? []
            : communicator.allgather(
                messages.flatMap { [Double($0.calls), $0.least, $0.seconds / Double($0.calls), $0.most] })
        nodes = try communicator.gather(text: MPIEnvironment.processorName()) ?? []
        self.batch = batch
        (format, version, ranks, self.threads, self.steps) = (
            "newton-cg profile", 1, communicator.size, threads, steps
        )
        seconds = all.map { $0.last! }
        rows = cells.enumerated().compactMap { i, cell in
            func column(_ j: Int) -> [Double] { all.map { $0[5 * i + j] } }
            guard column(1).contains(where: { $0 > 0 }) else { return nil }
            return Row(
                stage: "\(cell.stage)", phase: "\(cell.phase)", calls: column(0).map { Int($0) }, seconds: column(1),
                coreSeconds: column(4), flops: column(2), bytes: column(3))
        }
        reductions = messages.enumerated().map { i, message in
            func column(_ j: Int) -> [Double] { times.map { $0[4 * i + j] } }
            return Reduction(
                stage: message.stage.map { "\($0)" } ?? "any", kind: message.kind.map { "\($0)" } ?? "any",
                bytes: message.bytes, calls: column(0).map { Int($0) }, minimum: column(1), mean: column(2),
                maximum: column(3))
        }
    }

    func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RunError("\(path) can't be written: \(systemReason(error))")
        }
    }

    /// Reads a `profile.json`; throws a `DataError` where it is none that this program can read.
    public init(_ path: String) throws {
        do {
            self = try JSONDecoder().decode(RunProfile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw DataError("\(path) is no profile of a run: \(error)")
        }
        guard format == "newton-cg profile", version == 1 else {
            throw DataError("\(path) is no profile that this program can read: take a newer newton-cg")
        }
    }

    /// Seconds of a stage, or of one phase of it, by rank.
    public func seconds(_ stage: String, _ phases: [String]? = nil) -> [Double] {
        let rows = rows.filter { $0.stage == stage && phases?.contains($0.phase) != false }
        return (0..<ranks).map { r in rows.reduce(0) { $0 + $1.seconds[r] } }
    }

    /// The same of all threads of a rank; nil in a file of an older version.
    public func coreSeconds(_ stage: String, _ phases: [String]? = nil) -> [Double]? {
        let rows = rows.filter { $0.stage == stage && phases?.contains($0.phase) != false }
        guard rows.allSatisfy({ $0.coreSeconds != nil }) else { return nil }
        return (0..<ranks).map { r in rows.reduce(0) { $0 + $1.coreSeconds![r] } }
    }

    /// The part of the steps' time that is spent in gradients, products, losses of trial points, and reductions.
    public var essentialShare: Double? {
        let all = seconds("steps").reduce(0, +)
        let essential = seconds("steps", ["gradient", "product", "loss", "waiting", "reduction"]).reduce(0, +)
        return all > 0 ? essential / all : nil
    }
}
