import MPI

/// Sums over ranks as the profile tells them apart: waiting for the last rank, and the reduction proper.
///
/// The two are separated by a barrier. It costs its latency and no more, since no rank leaves a reduction before the
/// last one has come; and it is there only in runs that are profiled, which all ranks agree on.
extension Communicator {
    /// The sum over ranks, in place.
    func total<T: MPIDatatype>(_ values: UnsafeMutablePointer<T>, count: Int) throws {
        guard size > 1 else { return }
        try waitForAll()
        try reducing(bytes: count * MemoryLayout<T>.stride) { try allreduce(values, count: count, .sum) }
    }

    /// The sum of one value over ranks.
    func total(_ value: Double) throws -> Double {
        var sum = value
        try withUnsafeMutablePointer(to: &sum) { try total($0, count: 1) }
        return sum
    }

    /// Every rank's part of a vector, on all.
    func gatherTotal<T: MPIDatatype>(_ values: UnsafeMutablePointer<T>, _ bounds: PartBounds) throws {
        guard size > 1 else { return }
        try waitForAll()
        try reducing(.allgather, bytes: bounds.total * MemoryLayout<T>.stride) {
            try gatherParts(values, bounds: bounds)
        }
    }

    func waitForAll() throws {
        guard size > 1, PhaseProfile.isOn else { return }
        let outer = Phase.waiting.begin()
        defer { outer.end() }
        try barrier()
    }

    /// Measures a message about a vector of so many bytes.
    @inline(__always) func reducing(
        _ kind: MessageKind = .allreduce, bytes: Int, _ body: () throws -> Void
    ) rethrows {
        guard size > 1 else { return try body() }
        let phase = Phase.reduction.begin(), work = Work.reductions.begin()
        defer {
            work.end()
            phase.end(message: kind, bytes: bytes)
        }
        try body()
    }
}
