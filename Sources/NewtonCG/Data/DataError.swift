import HDF5

/// A sentence about data that cannot be used: which file, where in it, and what to do.
public struct DataError: Error, Sendable, CustomStringConvertible {
    /// One sentence for the user.
    public let description: String

    /// - Parameter description: one sentence for the user.
    public init(_ description: String) { self.description = description }
}

/// Runs what reads a data file; the library's errors in it are errors of the data.
package func readingData<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as HDF5Error {
        throw DataError(error.description)
    }
}
