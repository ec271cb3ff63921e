internal import CMPI

extension Communicator {
    /// Gives every rank the parts of a vector that the other ranks have, in place.
    ///
    /// - Parameters:
    ///   - values: of each rank, its own part is sent; all others are overwritten.
    ///   - bounds: part r reaches from `bounds[r]` to `bounds[r + 1]`: `size + 1` numbers, the same on every rank.
    /// - Throws: `MPIError` if the vector has 2³¹ values or more, or if MPI fails.
    public func gatherParts<T: MPIDatatype>(_ values: UnsafeMutablePointer<T>, bounds: PartBounds) throws {
        guard size > 1 else { return }
        guard bounds.fits else {
            throw MPIError("A vector of 2³¹ values or more is more than MPI gathers at once: gather less.")
        }
        try gatherInPlace(values, counts: bounds.counts, offsets: bounds.offsets)
    }

    /// Completes a vector of which every rank has a part, in place, as MPI counts the parts.
    func gatherInPlace<T: MPIDatatype>(
        _ values: UnsafeMutablePointer<T>, counts: UnsafePointer<Int32>, offsets: UnsafePointer<Int32>
    ) throws {
        let datatype = T.representation.datatype
        try check(
            MPI_Allgatherv(CMPI_in_place(), 0, datatype, values, counts, offsets, datatype, handle), "MPI_Allgatherv",
            rank: rank)
    }
}

/// How a vector is divided over the ranks, as MPI counts it: made once, so that gathering allocates nothing.
public struct PartBounds: Sendable {
    fileprivate let counts, offsets: [Int32]
    fileprivate let fits: Bool
    /// Values of the whole vector.
    public let total: Int

    /// - Parameter bounds: part r reaches from `bounds[r]` to `bounds[r + 1]`.
    public init(_ bounds: [Int]) {
        total = bounds.last ?? 0
        fits = bounds.allSatisfy { Int32(exactly: $0) != nil }
        offsets = bounds.dropLast().map { Int32(truncatingIfNeeded: $0) }
        counts = zip(bounds, bounds.dropFirst()).map { Int32(truncatingIfNeeded: $1 - $0) }
    }
}
