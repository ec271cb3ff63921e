import CKernels
import Foundation

/// A fixed number of threads that do the same work on different parts, all at once: the caller is thread 0.
public final class ThreadTeam: @unchecked Sendable {
    public let count: Int
    private let condition = NSCondition()
    private var work: ((Int) -> Void)?
    private var round = 0
    private var working = 0
    private var hasEnded = false
    /// By thread, a cache line apart: seconds of its last work.
    private let busy: UnsafeMutablePointer<Double>
    private static let line = 8

    public init(count: Int) {
        self.count = count
        busy = .allocate(capacity: max(1, count) * Self.line)
        for index in 1..<max(1, count) {
            // The thread holds the team only while it waits or works for it.
            let thread = Thread { [unowned self] in self.serve(index) }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    /// Runs `body(0)` … `body(count − 1)`, each on its own thread, and returns when all are done. A profile of the
    /// caller's counts what the others worked, and how long the caller waited for them.
    public func run(_ body: (Int) -> Void) {
        guard count > 1 else { return body(0) }
        withoutActuallyEscaping(body) { body in
            condition.lock()
            (work, working) = (body, count - 1)
            round += 1
            condition.broadcast()
            condition.unlock()
            body(0)
            let came = ck_clock()
            condition.lock()
            while working > 0 { condition.wait() }
            work = nil
            condition.unlock()
            var extra = came - ck_clock()
            for index in 1..<count { extra += busy[index * Self.line] }
            ck_phase_extra(extra)
        }
    }

    private func serve(_ index: Int) {
        var seen = 0
        condition.lock()
        while true {
            while round == seen && !hasEnded { condition.wait() }
            if hasEnded { break }
            seen = round
            let body = work!
            condition.unlock()
            let start = ck_clock()
            body(index)
            busy[index * Self.line] = ck_clock() - start
            condition.lock()
            working -= 1
            if working == 0 { condition.broadcast() }
        }
        working -= 1
        condition.broadcast()
        condition.unlock()
    }

    deinit {
        condition.lock()
        (hasEnded, working) = (true, count - 1)
        condition.broadcast()
        while working > 0 { condition.wait() }
        condition.unlock()
        busy.deallocate()
    }
}
