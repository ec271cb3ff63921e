import CHDF5

/// The dataspace of `shape`; `[]` is a scalar.
func dataspace(_ shape: [Int], limits: [hsize_t]? = nil, _ failure: String) throws -> Handle {
    let sizes = shape.map { hsize_t($0) }
    return Handle(
        try checked(failure) {
            shape.isEmpty
                ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, limits ?? sizes)
        })
}
