/// The descriptions of data/networks, built in from there: each file says where its numbers come from.
extension NetworkDescription {
    /// The report takes them where none are named.
    package static let examples = [tenGigabitEthernet, infiniBand, posterNode]

    package static let tenGigabitEthernet = builtIn(PackageResources.tenGigabitEthernet_yaml)
    package static let infiniBand = builtIn(PackageResources.infiniBand_yaml)
    package static let posterNode = builtIn(PackageResources.posterNode_yaml)
    /// Not among the examples: from it a fit begins, and to it where the runs give one number only.
    package static let sharedMemory = builtIn(PackageResources.sharedMemory_yaml)

    private static func builtIn(_ file: [UInt8]) -> NetworkDescription {
        try! NetworkDescription(yaml: String(decoding: file, as: UTF8.self), path: "data/networks")
    }
}
