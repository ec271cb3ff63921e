import CMPI
import Glibc
import MPI

/// Cases of errors that the ranks go on from.
let agreementCases: [String: RankCase] = [
    "agree-all-succeed": { world in
        let value = try world.agree { "value of \(world.rank)" }
        try expect(value == "value of \(world.rank)", "agree gave \(value)")
    },
    // Every rank but 0 fails, each with its own sentence and status: rank 1's must come everywhere.
    "agree-caught": { world in
        do {
            _ = try world.agree { if world.rank > 0 { throw BadShard(rank: world.rank) } }
            try expect(world.size == 1, "agree went on although ranks failed")
        } catch let error as AgreedError {
            try expect(error.rank == 1, "the error is of rank \(error.rank)")
            try expect(error.sentence == "Shard 1 is damaged.", "it says \(error.sentence)")
            try expect(error.exitStatus == 31, "its status is \(error.exitStatus)")
        }
        try expect(try world.allreduce(1, .sum) == world.size, "the ranks are out of step after agree")
    },
    "unequal-counts": { world in
        try refused("1 to \(world.size)", world) {
            _ = try world.allgather([Int](repeating: 0, count: world.rank + 1))
        }
        try refused("1 to \(world.size)", world) {
            var values = [Float](repeating: 0, count: world.rank + 1)
            try world.broadcast(&values)
        }
    },
    "wrong-arguments": { world in
        func always(_ part: String, _ body: () throws -> Void) throws {
            do { try body() } catch let error as MPIError where error.description.contains(part) { return }
            throw Failure(description: "no error with \"\(part)\"")
        }
        try always("no rank \(world.size)") { _ = try world.broadcast(1, root: world.size) }
        try always("no rank -1") { _ = try world.gather([1], root: -1) }
        try always("nothing to broadcast") { _ = try world.broadcast(text: nil) }
        try always("colour -5") { _ = try world.split(colour: -5) }
        try expect(try world.allreduce(1, .sum) == world.size, "the ranks are out of step after errors")
    },
    // MPI itself refuses the address that means "in place" where the result should go.
    "mpi-error": { world in
        for part in ["MPI_Allreduce failed on rank \(world.rank): ", "nvalid buffer pointer"] {
            try refused(part, world) {
                try world.allreduce(CMPI_in_place().assumingMemoryBound(to: Float.self), count: 1, .sum)
            }
        }
    },
]

/// Errors that end the job.
let failureEndings: [String: RankCase] = [
    "agree-ends": { world in
        _ = try world.agree { if world.rank == 1 % world.size { throw BadShard(rank: world.rank) } }
    },
    "agree-plain-error": { world in
        _ = try world.agree { if world.rank == 0 { throw Failure(description: "No such file.") } }
    },
    // One rank fails while the others wait for it.
    "throw": { world in
        if world.rank == world.size - 1 { throw BadShard(rank: world.rank) }
        try world.barrier()
    },
    "abort": { world in
        if world.rank == world.size - 1 { world.abort(message: "The step failed.", status: 9) }
        try world.barrier()
    },
]

/// What the tools of the tests are tested with.
let streamEndings: [String: RankCase] = [
    // The rank writes its process number and waits for ever: the hang guard of the tests must end it.
    "hang": { world in
        print(getpid())
        fflush(nil)
        while true { sleep(1000) }
    },
    // More than a pipe holds, on both streams at once.
    "chatter": { world in
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        for _ in 0..<300 {
            for stream in [STDOUT_FILENO, STDERR_FILENO] {
                try expect(write(stream, line, line.count) == line.count, "not all was written")
            }
        }
    },
]

private struct BadShard: ExitStatus, CustomStringConvertible {
    let rank: Int
    var exitStatus: Int32 { 30 + Int32(rank) }
    var description: String { "Shard \(rank) is damaged." }
}

/// With several ranks `body` throws, on each of them, an `MPIError` that contains `part`.
private func refused(_ part: String, _ world: Communicator, _ body: () throws -> Void) throws {
    do {
        try body()
        try expect(world.size == 1, "no error with \"\(part)\"")
    } catch let error as MPIError {
        try expect(error.description.contains(part), "\"\(error)\" doesn't contain \"\(part)\"")
    }
}
