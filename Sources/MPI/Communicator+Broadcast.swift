internal import CMPI

extension Communicator {
    private static let messageBytes = 1 << 30

    /// Gives every rank the values of one rank, in place.
    ///
    /// - Parameters:
    ///   - values: on `root` what is sent; on the other ranks as much room, which is overwritten.
    ///   - root: the rank that sends.
    /// - Throws: `MPIError`, on every rank, if the ranks have room for different numbers of values or there is
    ///   no rank `root`; or if MPI fails.
    public func broadcast<T: MPIDatatype>(_ values: UnsafeMutableBufferPointer<T>, root: Int = 0) throws {
        try requireRank(root)
        guard size > 1 else { return }
        try requireEqualCount(values.count, in: "broadcast")
        try send(UnsafeMutableRawBufferPointer(values), of: T.self, root: root)
    }

    /// Gives every rank the array of one rank, in place; the arrays have the same length on every rank. See
    /// ``broadcast(_:root:)``.
    public func broadcast<T: MPIDatatype>(_ values: inout [T], root: Int = 0) throws {
        try values.withUnsafeMutableBufferPointer { try broadcast($0, root: root) }
    }

    /// The value that `root` has.
    public func broadcast<T: MPIDatatype>(_ value: T, root: Int = 0) throws -> T {
        try requireRank(root)
        var sent = value
        if size > 1 { try withUnsafeMutableBytes(of: &sent) { try send($0, of: T.self, root: root) } }
        return sent
    }

    /// The bytes that `root` has, of any number.
    ///
    /// - Parameters:
    ///   - bytes: what `root` sends; ignored elsewhere, nil will do.
    ///   - root: the rank that sends.
    /// - Throws: `MPIError`, on every rank, if `root` gave none.
    public func broadcast(bytes: [UInt8]?, root: Int = 0) throws -> [UInt8] {
        let count = try broadcast(bytes?.count ?? -1, root: root)
        guard count >= 0 else {
            throw MPIError("Rank \(root) has nothing to broadcast: the root must give the bytes or the text.")
        }
        var sent = rank == root ? bytes! : [UInt8](repeating: 0, count: count)
        if size > 1 { try sent.withUnsafeMutableBytes { try send($0, of: UInt8.self, root: root) } }
        return sent
    }

    /// The text that `root` has, of any length. See ``broadcast(bytes:root:)``.
    public func broadcast(text: String?, root: Int = 0) throws -> String {
        String(decoding: try broadcast(bytes: text.map { Array($0.utf8) }, root: root), as: UTF8.self)
    }

    /// MPI counts with 32 bits: more is sent in several messages, as large as possible, which is fastest.
    private func send<T: MPIDatatype>(
        _ values: UnsafeMutableRawBufferPointer, of: T.Type, root: Int
    ) throws {
        let stride = MemoryLayout<T>.stride
        var start = 0
        while start < values.count {
            let bytes = min(Self.messageBytes, values.count - start)
            try check(
                MPI_Bcast(
                    values.baseAddress! + start, Int32(bytes / stride), T.representation.datatype,
                    Int32(root), handle),
                "MPI_Bcast", rank: rank)
            start += bytes
        }
    }

    /// - Throws: the same error on every rank if there is no such rank.
    func requireRank(_ root: Int) throws {
        guard (0..<size).contains(root) else {
            throw MPIError("There is no rank \(root): the ranks are 0 to \(size - 1).")
        }
    }

    /// - Throws: the same error on every rank if the counts differ, where MPI would hang or cut off.
    func requireEqualCount(_ count: Int, in operation: String) throws {
        var bounds = (count, -count)
        try withUnsafeMutableBytes(of: &bounds) {
            try allreduce($0.assumingMemoryBound(to: Int.self).baseAddress!, count: 2, .max)
        }
        guard bounds.0 == -bounds.1 else {
            throw MPIError(
                "The ranks disagree on the number of values in a \(operation), \(-bounds.1) to \(bounds.0): "
                    + "give the same number on every rank.")
        }
    }
}
