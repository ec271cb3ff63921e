import Glibc

/// What ends a program that the system refuses memory or threads: one sentence, and no rank is left waiting.
public enum Refusal {
    /// Ends all ranks with a sentence. A program under MPI sets it before it starts threads; else this process ends
    /// alone, with status 1.
    public nonisolated(unsafe) static var end: @Sendable (String) -> Never = { sentence in
        var line = "error: \(sentence)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress!, $0.count) }
        _exit(1)
    }
}
