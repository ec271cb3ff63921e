internal import CMPI

/// An MPI call that failed, in one sentence: which call, on which rank, and MPI's own words for why.
public struct MPIError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Turns the code returned by an MPI call into an error.
///
/// - Parameters:
///   - code: what the call returned.
///   - call: the name of the call and what it was for, for the message.
///   - rank: the rank that called, where it is known.
@inline(__always)
func check(_ code: Int32, _ call: StaticString, rank: Int? = nil) throws {
    if code != CMPI_success() { throw failure(code, call, rank) }
}

@inline(never)
private func failure(_ code: Int32, _ call: StaticString, _ rank: Int?) -> MPIError {
    let reason =
        text(capacity: CMPI_max_error_string()) { MPI_Error_string(code, $0, $1) }
        ?? "error code \(code)"
    let place = rank.map { " on rank \($0)" } ?? ""
    let line = reason.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return MPIError("\(call) failed\(place): \(line)")
}

/// A string that an MPI call writes into a buffer of at most `capacity` characters; nil if it fails.
func text(
    capacity: Int32, _ write: (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(capacity) + 1) { buffer in
        var length: Int32 = 0
        guard write(buffer.baseAddress!, &length) == CMPI_success() else { return nil }
        return String(decoding: buffer[..<Int(length)].lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
