import MPI

let messageCases: [String: RankCase] = [
    "broadcast": { world in
        for root in 0..<world.size {
            for count in [0, 1, 1000, 3_000_001] {
                let sent = (0..<count).map { Float($0 % 1013 + root) }
                var values = world.rank == root ? sent : [Float](repeating: -1, count: count)
                try world.broadcast(&values, root: root)
                try expect(values == sent, "\(count) values from rank \(root) arrived changed")
            }
            let number = try world.broadcast(UInt64.max - UInt64(world.rank), root: root)
            try expect(number == UInt64.max - UInt64(root), "rank \(root)'s number arrived as \(number)")
        }
    },
    "broadcast-text": { world in
        let long = String(repeating: "näher ", count: 400_000)
        let texts = ["", "one line", "Größe ∂²L/∂w² 重み 🌍\n\0end", long]
        for root in 0..<world.size {
            for text in texts {
                let arrived = try world.broadcast(text: world.rank == root ? text : nil, root: root)
                try expect(arrived == text, "a text of \(text.utf8.count) bytes arrived changed")
            }
            let mine = world.rank == root ? [0, 255, UInt8(root)] : nil
            let bytes = try world.broadcast(bytes: mine, root: root)
            try expect(bytes == [0, 255, UInt8(root)], "the bytes arrived as \(bytes)")
        }
    },
    "gather": { world in
        for root in 0..<world.size {
            for count in [0, 1, 1000] {
                let mine = (0..<count).map { Double($0 + 10_000 * world.rank) }
                let all = (0..<world.size).map { r in (0..<count).map { Double($0 + 10_000 * r) } }
                let gathered = try world.gather(mine, root: root)
                try expect(gathered == (world.rank == root ? all : nil), "wrong gather of \(count) values")
                try expect(try world.allgather(mine) == all, "wrong allgather of \(count) values")
            }
            let ranks = try world.gather(Int32(world.rank), root: root)
            let expected = world.rank == root ? (0..<world.size).map(Int32.init) : nil
            try expect(ranks == expected, "the ranks gathered are \(String(describing: ranks))")
        }
        try expect(try world.allgather(world.rank) == Array(0..<world.size), "wrong allgather of the ranks")
    },
    "gather-text": { world in
        func text(_ rank: Int) -> String {
            rank == 1 ? "" : String(repeating: "node-\(rank)·é ", count: 1 + rank)
        }
        for root in 0..<world.size {
            let texts = try world.gather(text: text(world.rank), root: root)
            let expected = world.rank == root ? (0..<world.size).map(text) : nil
            try expect(texts == expected, "the texts gathered are \(String(describing: texts))")
        }
    },
]
