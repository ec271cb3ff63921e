import Foundation

/// What a process left behind: its exit status (128 + signal if a signal ended it) and what it wrote.
public struct Finished: Sendable {
    public let status: Int32
    public let output: String
    public let error: String
}

/// Why a process gave no result, in one sentence.
public struct RunError: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
}

/// The path of a program: `name` itself if it is a path, else a product of this package, which lies beside the
/// test programme.
///
/// - Throws: `RunError` if it is not there.
public func program(_ name: String) throws -> String {
    if name.contains("/") {
        if FileManager.default.isExecutableFile(atPath: name) { return name }
        throw RunError(description: "There is no program \(name).")
    }
    let test = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var places = [URL(fileURLWithPath: test)]
    if let argument = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) {
        places.append(URL(fileURLWithPath: argument))
    }
    for place in places {
        let path = place.deletingLastPathComponent().appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw RunError(
        description: "The program \(name) is not beside the test programme \(test): build it with "
            + "`swift build --build-tests` first.")
}

/// Runs a program of this package, or any other given by its path, to its end.
///
/// - Parameters:
///   - executable: the name of a product, or a path with a `/`.
///   - environment: added to the environment of the tests.
///   - directory: where it runs, if not here.
///   - timeout: seconds after which it and all its children are killed, and this throws.
public func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: String? = nil, timeout: Double = 120
) throws -> Finished {
    let path = try program(executable)
    func end(_ environment: [String: String]) throws -> Finished {
        try spawn([path] + arguments, environment: environment, directory: directory, timeout: timeout)
    }
    return try executable.contains("/") ? end(environment) : withSessionFolder(environment, end)
}

/// Each job of Open MPI has a place of its own for its sessions: all those of a user share one else, and a job that ends
/// removes it while another one makes its folder there.
private func withSessionFolder(
    _ environment: [String: String], _ body: ([String: String]) throws -> Finished
) throws -> Finished {
    var path = Array("/tmp/ncg.XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else {
        throw RunError(description: "No folder could be made in /tmp: \(String(cString: strerror(errno))).")
    }
    let folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(["OMPI_MCA_orte_tmpdir_base": folder].merging(environment) { _, new in new })
}

/// Runs a program of this package under mpirun, to its end. One job of several ranks runs at a time: the ranks of two
/// would wait for each other's cores. A job of one rank waits for nobody.
///
/// - Parameters:
///   - ranks: how many; more than there are cores is allowed.
///   - executable: the name of a product, or a path with a `/`.
///   - environment: added to the environment of the tests, on all ranks.
///   - directory: where it runs, if not here.
///   - timeout: seconds after which the job is ended, and this throws.
///   - besideAnother: it runs at the same time as the test's own other job, and waits for none.
public func mpirun(
    ranks: Int, _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: String? = nil, timeout: Double = 120, besideAnother: Bool = false
) throws -> Finished {
    let path = try program(executable)
    var command = ["mpirun", "-n", "\(ranks)"]
    var settings: [String: String] = [:]
    if ProcessInfo.processInfo.environment["NEWTON_CG_MPI"] ?? "openmpi" == "openmpi" {
        command += ["--oversubscribe", "--bind-to", "none"]
        settings = ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
    }
    settings.merge(environment) { _, new in new }
    func job() throws -> Finished {
        try withSessionFolder(settings) {
            try spawn(command + [path] + arguments, environment: $0, directory: directory, timeout: timeout)
        }
    }
    return try ranks == 1 || besideAnother ? job() : oneJob.withLock(job)
}

private let oneJob = NSLock()
