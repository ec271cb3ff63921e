import MPI

let groupCases: [String: RankCase] = [
    "split": { world in
        // Even and odd ranks, in reversed order.
        let group = try world.split(colour: world.rank % 2, key: -world.rank)
        let members = (0..<world.size).filter { $0 % 2 == world.rank % 2 }.reversed() as [Int]
        try expect(group.size == members.count, "the group has \(group.size) ranks, not \(members.count)")
        try expect(members[group.rank] == world.rank, "rank \(world.rank) became \(group.rank) of \(members)")
        try expect(try group.allgather(world.rank) == members, "the group communicates with others")
        let text = try group.broadcast(text: "group \(world.rank % 2)", root: group.size - 1)
        try expect(text == "group \(world.rank % 2)", "got the other group's text: \(text)")
        try world.barrier()
    },
    // What nobody holds any more is given back to MPI, which has room for some thousands.
    "split-and-leave": { world in
        let before = Calls.freed
        for _ in 0..<50 {
            let group = try world.split(colour: 0)
            try expect(try group.allreduce(1, .sum) == world.size, "the group is not all ranks")
        }
        _ = try world.split(colour: 0)
        let freed = Calls.freed - before, wanted = world.size > 1 ? 50 : 0
        try expect(freed >= wanted, "of \(wanted) groups \(freed) were freed")
    },
    "single": { world in
        let single = Communicator.single
        try expect(single.rank == 0 && single.size == 1, "it is rank \(single.rank) of \(single.size)")
        try expect(try single.allreduce(world.rank, .sum) == world.rank, "it sums over other ranks")
        try expect(try single.gather([world.rank]) == [[world.rank]], "it gathers from other ranks")
        try expect(try single.split(colour: 0).size == 1, "its only part is larger")
        try single.barrier()
    },
    "environment": { world in
        try MPIEnvironment.initialise()
        try expect(MPIEnvironment.isInitialised, "MPI doesn't run after a second initialise()")
        let version = MPIEnvironment.libraryVersion
        try expect(version.contains("MPI") && !version.contains("\n"), "the version is \"\(version)\"")
        let node = try MPIEnvironment.processorName()
        try expect(!node.isEmpty && !node.contains("\0"), "the node is called \"\(node)\"")
        let start = MPIEnvironment.wallTime
        try world.barrier()
        try expect(MPIEnvironment.wallTime >= start, "time goes backwards")
    },
]
