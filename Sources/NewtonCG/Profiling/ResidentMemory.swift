import CKernels
import Glibc

/// The memory of this process that lies in RAM, in MiB; nil where the system does not tell (it is Linux's).
package enum ResidentMemory {
    package static var now: Double? { field("VmRSS:") }
    /// The most since the last `reset`, or since the start.
    package static var peak: Double? { field("VmHWM:") }

    /// Gives back what was freed, and begins the peak anew.
    package static func reset() {
        ck_trim()
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private static func field(_ name: String) -> Double? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard text.hasPrefix(name) else { continue }
            let kib = text.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
            return kib.map { $0 / 1024 }
        }
        return nil
    }
}
