import CKernels
import Foundation
import Glibc

/// A fixed number of threads that do the same work on different parts, all at once: the caller is thread 0.
public final class ThreadTeam: Sendable {
    public let count: Int
    private let shift: Shift

    /// - Parameter count: threads, the caller's among them: one at least.
    public init(count: Int) {
        self.count = count
        let shift = Shift(count: count)
        self.shift = shift
        for index in 1..<max(1, count) {
            // The thread may begin after the team is gone, so that it holds what they share and not the team.
            guard let reason = start({ shift.serve(index) }) else { continue }
            Refusal.end(
                "the system gave \(index) of \(count) threads: \(reason); take fewer 'threads', or ask for more processes "
                    + "(ulimit -u) or memory (ulimit -v)")
        }
    }

    deinit { shift.end() }

    /// Runs `body(0)` … `body(count − 1)`, each on its own thread, and returns when all are done. A profile of the
    /// caller's counts what the others worked, and how long the caller waited for them.
    public func run(_ body: (Int) -> Void) {
        guard count > 1 else { return body(0) }
        withoutActuallyEscaping(body) { body in
            shift.begin(body)
            body(0)
            shift.finish()
        }
    }
}

/// Starts a thread of its own for a body. Returns why it could not.
private func start(_ body: @escaping @Sendable () -> Void) -> String? {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var attributes = pthread_attr_t(), thread = pthread_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 16 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
        &thread, &attributes,
        { context in
            Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    guard status != 0 else { return nil }
    context.release()
    return String(cString: strerror(status))
}

/// What a team's threads share: the work of this round, and how many still do it.
private final class Shift: @unchecked Sendable {
    private let count: Int
    private let condition = NSCondition()
    private var work: ((Int) -> Void)?
    private var round = 0
    private var working = 0
    private var hasEnded = false
    /// By thread, a cache line apart: seconds of its last work.
    private let busy: UnsafeMutablePointer<Double>
    private static let line = 8

    init(count: Int) {
        self.count = count
        busy = .allocate(capacity: max(1, count) * Self.line)
    }

    deinit { busy.deallocate() }

    func begin(_ body: @escaping (Int) -> Void) {
        condition.lock()
        (work, working) = (body, count - 1)
        round += 1
        condition.broadcast()
        condition.unlock()
    }

    func finish() {
        let came = ck_clock()
        condition.lock()
        while working > 0 { condition.wait() }
        work = nil
        condition.unlock()
        var extra = came - ck_clock()
        for index in 1..<count { extra += busy[index * Self.line] }
        ck_phase_extra(extra)
    }

    func end() {
        condition.lock()
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    func serve(_ index: Int) {
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
        condition.unlock()
    }
}
