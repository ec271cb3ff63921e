import Foundation
import HDF5

/// Starts a command in a process group of its own, reads both its pipes as they fill, and waits for its end.
///
/// After `timeout` seconds the group gets SIGTERM, so that mpirun can end its ranks on all nodes, and five
/// seconds later SIGKILL.
func spawn(
    _ command: [String], environment: [String: String], directory: String?, timeout: Double
) throws -> Finished {
    let (child, output, error) = try oneStart.withLock {
        let output = try Channel()
        let error = try Channel()
        let place = directory.map { ["-C", $0] } ?? []
        let child = try start(
            ["/usr/bin/env"] + place + command, environment: environment, output: output.write,
            error: error.write)
        output.closeWrite()
        error.closeWrite()
        return (child, output, error)
    }

    var collected = [Data(), Data()]
    let ended = read(
        [output.read, error.read], into: &collected, until: Date(timeIntervalSinceNow: timeout))
    if !ended {
        kill(-child, SIGTERM)
        _ = read([output.read, error.read], into: &collected, until: Date(timeIntervalSinceNow: 5))
        kill(-child, SIGKILL)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    let texts = collected.map { String(decoding: $0, as: UTF8.self) }
    guard ended else {
        throw RunError(
            description: "`\(command.joined(separator: " "))` hung: it did not end within \(timeout) seconds "
                + "and was killed. Until then it wrote:\n\(texts[0])\(texts[1])")
    }
    let signal = status & 0x7f
    return Finished(
        status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: texts[0], error: texts[1])
}

/// Held while pipes are made and given to a child: else another child, started between the making of a pipe
/// and its mark as private, would keep it open.
private let oneStart = NSLock()

/// A pipe that this process reads.
private final class Channel {
    let read: Int32
    private(set) var write: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw RunError(description: "No pipe could be made: \(String(cString: strerror(errno))).")
        }
        (read, write) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    func closeWrite() {
        if write >= 0 { close(write) }
        write = -1
    }

    deinit {
        closeWrite()
        close(read)
    }
}

private func start(
    _ command: [String], environment: [String: String], output: Int32, error: Int32
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
    // Files that other tests have open at this moment, and their locks, are not the child's.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        if let file = Int32(name), file > STDERR_FILENO { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    // This thread may be one of those that signals are kept from.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)

    let variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    var arguments = command.map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + settings).forEach { free($0) } }
    var child: pid_t = 0
    // It returns when the child has become its program.
    let code = betweenCalls { posix_spawn(&child, command[0], &actions, &attributes, &arguments, &settings) }
    guard code == 0 else {
        throw RunError(description: "\(command[0]) could not be started: \(String(cString: strerror(code))).")
    }
    return child
}

/// Reads from both files until they end; false if they have not by `deadline`.
private func read(_ files: [Int32], into collected: inout [Data], until deadline: Date) -> Bool {
    var polled = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while polled.contains(where: { $0.fd >= 0 }) {
        let left = deadline.timeIntervalSinceNow
        if left <= 0 { return false }
        if poll(&polled, nfds_t(polled.count), Int32(min(left * 1000 + 1, 3.6e6))) <= 0 { continue }
        for i in polled.indices where polled[i].revents != 0 {
            let count = Foundation.read(polled[i].fd, &buffer, buffer.count)
            if count > 0 {
                collected[i].append(contentsOf: buffer[..<count])
            } else if count == 0 || errno != EINTR {
                polled[i].fd = -1
            }
        }
    }
    return true
}
