import CKernels
import Glibc

/// What ends a program that the system refuses memory or threads: one sentence, and no rank is left waiting.
public enum Refusal {
    private nonisolated(unsafe) static var ending: @Sendable (String) -> Never = { sentence in
        var line = "error: \(sentence)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress!, $0.count) }
        _exit(1)
    }

    /// From now on refusals, those of C kernels included, end all ranks by this, with a sentence: a program under MPI says so
    /// before it starts threads. Without it, this process ends alone, with status 1.
    public static func ends(_ ending: @escaping @Sendable (String) -> Never) {
        self.ending = ending
        ck_when_refused { Refusal.memory($0) }
    }

    static func end(_ sentence: String) -> Never { ending(sentence) }

    /// Ends where the system gave no memory.
    static func memory(_ bytes: Int) -> Never {
        let amount = bytes < 1 << 20 ? "\(bytes) bytes" : "\(bytes >> 20) MiB"
        end(
            "the system gave no memory: \(amount) more were asked for; take more memory for the job, a smaller 'memory' or "
                + "'data.batch', or fewer ranks a node")
    }
}
