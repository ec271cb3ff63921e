import Foundation

/// A fixed number of threads that do the same work on different parts, all at once: the caller is thread 0.
public final class ThreadTeam: @unchecked Sendable {
    public let count: Int
    private let condition = NSCondition()
    private var work: ((Int) -> Void)?
    private var round = 0
    private var working = 0
    private var hasEnded = false

    public init(count: Int) {
        self.count = count
        for index in 1..<max(1, count) {
            // The thread holds the team only while it waits or works for it.
            let thread = Thread { [unowned self] in self.serve(index) }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    /// Runs `body(0)` … `body(count − 1)`, each on its own thread, and returns when all are done.
    public func run(_ body: (Int) -> Void) {
        guard count > 1 else { return body(0) }
        withoutActuallyEscaping(body) { body in
            condition.lock()
            (work, working) = (body, count - 1)
            round += 1
            condition.broadcast()
            condition.unlock()
            body(0)
            condition.lock()
            while working > 0 { condition.wait() }
            work = nil
            condition.unlock()
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
            body(index)
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
    }
}
