extension NetworkDescription {
    /// The descriptions of data/networks, which says where each number comes from. The report takes them where none
    /// are named; a file of the same content is there to be copied and changed.
    package static let examples = [tenGigabitEthernet, infiniBand, posterNode]

    /// 64 nodes in a fat tree without shared cables; TCP leaves 9.4 of 10 Gb/s.
    package static let tenGigabitEthernet = NetworkDescription(
        name: "10 GbE", link: Link(latency: 25e-6, bandwidth: 1.175e9), sumSecondsPerByte: 1 / 8e9,
        fatTree: FatTree(nodes: 16, switches: 4, roots: 16))

    /// EDR, a rank a node.
    package static let infiniBand = NetworkDescription(
        name: "100 Gb/s InfiniBand", link: Link(latency: 1.3e-6, bandwidth: 12.1e9), sumSecondsPerByte: 1 / 8e9)

    /// Eight ranks in a node, as the poster's eight GPUs, over PCIe; several such nodes over InfiniBand.
    package static let posterNode = NetworkDescription(
        name: "nodes of 8 GPUs", link: Link(latency: 1.3e-6, bandwidth: 12.1e9), ranksPerNode: 8,
        insideNode: Link(latency: 10e-6, bandwidth: 12e9), sumSecondsPerByte: 0)

    /// Two ranks of one node over shared memory, as Open MPI 4.1 measures them. Not among the examples: from it a fit
    /// begins, and to it where the runs give one number only.
    package static let sharedMemory = NetworkDescription(
        name: "one node", link: Link(latency: 0.6e-6, bandwidth: 6.2e9), sumSecondsPerByte: 0)
}
