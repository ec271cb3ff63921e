import CHDF5

/// Makes sure that the library has all filters that a dataset was written through, before its elements are asked for.
func checkFilters(_ properties: Handle, of place: String) throws {
    let failure = "cannot read the filters of \(place)"
    let count = try checked(failure) { H5Pget_nfilters(properties.id) }
    for index in 0..<UInt32(count) {
        var (flags, values, settings): (UInt32, Int, UInt32) = (0, 0, 0)
        var name = [CChar](repeating: 0, count: 128)
        let filter = try checked(failure) {
            H5Pget_filter2(properties.id, index, &flags, &values, nil, name.count - 1, &name, &settings)
        }
        guard locked({ H5Zfilter_avail(filter) }) <= 0 else { continue }
        let known = filterNames[Int(filter)] ?? (try? text(name, failure)) ?? ""
        throw HDF5Error(
            "\(place) is compressed by \(known.isEmpty ? "the filter" : known) (HDF5 filter \(filter)), which is not "
                + "installed here: write it anew with gzip or without compression, or name the folder of the filter's "
                + "plugin in HDF5_PLUGIN_PATH")
    }
}

/// Of the filters that are registered with the HDF Group those that are met.
private let filterNames = [
    307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp", 32015: "zstd",
    32026: "blosc2",
]
