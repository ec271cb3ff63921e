import CHDF5

/// A sentence about what could not be done to which file, with the library's own innermost reason.
public struct HDF5Error: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The innermost messages of the library's error stack, at most two, or nil when it is empty.
/// To be called with the lock held, right after the call that failed.
func innermostMessages() -> String? {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { pointer in
        _ = H5Ewalk2(
            ch5_default_errors(), H5E_WALK_UPWARD,
            { position, frame, data in
                guard position < 2, let frame, let data, let text = frame.pointee.desc else { return 0 }
                let message = withoutNumbers(String(cString: text))
                let messages = data.assumingMemoryBound(to: [String].self)
                if !message.isEmpty && !messages.pointee.contains(message) {
                    messages.pointee.append(message)
                }
                return 0
            }, pointer)
    }
    return messages.isEmpty ? nil : messages.joined(separator: "; ")
}

/// What the system refuses is reported with times, addresses and flags, over two lines even; of that only
/// the reason is kept: `file write failed: No space left on device`.
private func withoutNumbers(_ message: String) -> String {
    let mark = "error message = '"
    guard let details = message.firstRange(of: ": time = ") ?? message.firstRange(of: ": name = "),
        let reason = message.firstRange(of: mark)
    else { return message }
    return message[..<details.lowerBound] + ": " + message[reason.upperBound...].prefix { $0 != "'" }
}
