import Glibc
import MPI

/// Cases that fail, each in its way: the reports of cases are tested with them.
let flawedCases: [String: RankCase] = [
    "flawed": { world in
        if world.rank == world.size - 1 { throw Failure(description: "One and one\nare three.") }
    },
    // The others wait in messages that never come, and nothing of it may reach the next case.
    "flawed-before-a-message": { world in
        if world.rank == world.size - 1 { throw Failure(description: "There is no text.") }
        _ = try world.broadcast(text: world.rank == 0 ? "text" : nil)
        try world.barrier()
    },
    "flawed-and-killed": { world in
        if world.rank == world.size - 1 { kill(getpid(), SIGKILL) }
        try world.barrier()
    },
]
