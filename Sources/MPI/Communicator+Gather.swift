internal import CMPI

extension Communicator {
    /// The values of every rank, in the order of the ranks, on all ranks.
    ///
    /// - Parameter values: the same number on every rank.
    /// - Returns: `size` arrays, one a rank.
    /// - Throws: `MPIError`, on every rank, if the numbers of values differ; or if MPI fails.
    public func allgather<T: MPIDatatype>(_ values: [T]) throws -> [[T]] {
        guard size > 1 else { return [values] }
        let count = try countToGather(values.count)
        let flat = try receive(count: size * Int(count), of: T.self) { received in
            try check(
                MPI_Allgather(
                    values, count, T.representation.datatype, received, count, T.representation.datatype,
                    handle),
                "MPI_Allgather", rank: rank)
        }
        return perRank(flat, count: values.count)
    }

    /// Completes a vector of which every rank has a part, in place: the parts lie one after another in the order of the
    /// ranks. Allocates nothing.
    ///
    /// - Parameters:
    ///   - values: the whole vector, of which this rank's own part is read.
    ///   - counts: how many values each rank has, the same numbers on every rank.
    /// - Throws: `MPIError`, on every rank, if the vector has more values than MPI gathers at once; or if MPI fails.
    public func allgather<T: MPIDatatype>(
        _ values: UnsafeMutablePointer<T>, counts: UnsafeBufferPointer<Int>
    ) throws {
        guard size > 1 else { return }
        let total = counts.reduce(0, +)
        guard total <= Int(Int32.max) else {
            throw MPIError("\(total) values are more than MPI gathers at once: gather fewer.")
        }
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * size) { layout in
            var offset: Int32 = 0
            for r in 0..<size {
                (layout[r], layout[size + r]) = (Int32(counts[r]), offset)
                offset += layout[r]
            }
            let counts = layout.baseAddress!
            try gatherInPlace(values, counts: counts, offsets: counts + size)
        }
    }

    /// One value of every rank, in the order of the ranks, on all ranks.
    public func allgather<T: MPIDatatype>(_ value: T) throws -> [T] {
        try allgather([value]).map { $0[0] }
    }

    /// The values of every rank, in the order of the ranks, on one rank.
    ///
    /// - Parameters:
    ///   - values: the same number on every rank.
    ///   - root: the rank that receives them.
    /// - Returns: on `root` `size` arrays, one a rank; nil elsewhere.
    /// - Throws: `MPIError`, on every rank, if the numbers of values differ or there is no rank `root`; or if
    ///   MPI fails.
    public func gather<T: MPIDatatype>(_ values: [T], root: Int = 0) throws -> [[T]]? {
        try requireRank(root)
        guard size > 1 else { return [values] }
        let count = try countToGather(values.count)
        let flat = try receive(count: rank == root ? size * Int(count) : 0, of: T.self) { received in
            try check(
                MPI_Gather(
                    values, count, T.representation.datatype, received, count, T.representation.datatype,
                    Int32(root), handle),
                "MPI_Gather", rank: rank)
        }
        return rank == root ? perRank(flat, count: values.count) : nil
    }

    /// One value of every rank, in the order of the ranks, on `root`; nil elsewhere.
    public func gather<T: MPIDatatype>(_ value: T, root: Int = 0) throws -> [T]? {
        try gather([value], root: root)?.map { $0[0] }
    }

    /// The text of every rank, of any length, in the order of the ranks, on `root`; nil elsewhere.
    ///
    /// - Throws: `MPIError`, on every rank, if all texts together exceed 2 GiB or there is no rank `root`; or if
    ///   MPI fails.
    public func gather(text: String, root: Int = 0) throws -> [String]? {
        try requireRank(root)
        guard size > 1 else { return [text] }
        let bytes = Array(text.utf8)
        let counts = try allgather(bytes.count)
        let total = counts.reduce(0, +)
        guard total <= Int(Int32.max) else {
            throw MPIError(
                "The texts of all ranks have \(total) bytes, more than 2 GiB: gather less at once.")
        }
        var offsets = [0]
        for count in counts { offsets.append(offsets.last! + count) }
        let received = try receive(count: rank == root ? total : 0, of: UInt8.self) { received in
            try check(
                MPI_Gatherv(
                    bytes, Int32(bytes.count), CMPI_uint8(), received, counts.map(Int32.init),
                    offsets.map(Int32.init), CMPI_uint8(), Int32(root), handle),
                "MPI_Gatherv", rank: rank)
        }
        guard rank == root else { return nil }
        return (0..<size).map { String(decoding: received[offsets[$0]..<offsets[$0 + 1]], as: UTF8.self) }
    }

    /// The number of values of each rank as MPI counts them, the same on every rank.
    private func countToGather(_ count: Int) throws -> Int32 {
        try requireEqualCount(count, in: "gather")
        guard let count = Int32(exactly: count) else {
            throw MPIError("\(count) values a rank are more than MPI gathers at once: gather fewer.")
        }
        return count
    }

    private func receive<T: MPIDatatype>(
        count: Int, of: T.Type, _ body: (UnsafeMutablePointer<T>?) throws -> Void
    ) throws -> [T] {
        try [T](unsafeUninitializedCapacity: count) { buffer, initialised in
            try body(buffer.baseAddress)
            initialised = count
        }
    }

    private func perRank<T>(_ flat: [T], count: Int) -> [[T]] {
        (0..<size).map { Array(flat[$0 * count..<($0 + 1) * count]) }
    }
}
