#include <hdf5.h>

/* HDF5's constants are macros that open the library first, which Swift cannot import. */
static inline hid_t ch5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t ch5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ch5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t ch5_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t ch5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t ch5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ch5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t ch5_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t ch5_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t ch5_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t ch5_c_string(void) { return H5T_C_S1; }
static inline size_t ch5_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t ch5_default_properties(void) { return H5P_DEFAULT; }
static inline hid_t ch5_default_errors(void) { return H5E_DEFAULT; }
static inline hid_t ch5_whole_space(void) { return H5S_ALL; }
static inline hsize_t ch5_unlimited(void) { return H5S_UNLIMITED; }

static inline H5F_libver_t ch5_latest_format(void) { return H5F_LIBVER_LATEST; }
static inline hid_t ch5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t ch5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t ch5_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t ch5_link_create(void) { return H5P_LINK_CREATE; }

static inline unsigned ch5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned ch5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned ch5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned ch5_exclusive(void) { return H5F_ACC_EXCL; }

/* H5Pset_file_locking came with 1.10.7 and 1.12.1; before them only HDF5_USE_FILE_LOCKING decides. */
static inline herr_t ch5_set_file_locking(hid_t access, hbool_t use, hbool_t ignore_when_disabled) {
#if (H5_VERS_MAJOR > 1) || (H5_VERS_MINOR > 12) || (H5_VERS_MINOR == 12 && H5_VERS_RELEASE >= 1) \
    || (H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7)
    return H5Pset_file_locking(access, use, ignore_when_disabled);
#else
    (void)access, (void)use, (void)ignore_when_disabled;
    return 0;
#endif
}

/* What makes an object of a file one and the same under all of its names there. */
static inline herr_t ch5_identity(hid_t object, unsigned char place[16]) {
    for (int i = 0; i < 16; i++) place[i] = 0;
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    herr_t status = H5Oget_info3(object, &info, H5O_INFO_BASIC);
    if (status < 0) return status;
    for (int i = 0; i < 16; i++) place[i] = info.token.__data[i];
#else
    H5O_info_t info;
    herr_t status = H5Oget_info(object, &info);
    if (status < 0) return status;
    for (int i = 0; i < 8; i++) place[i] = (unsigned char)(info.addr >> (8 * i));
#endif
    return status;
}

/* The types of links changed their functions' names with 1.12, not what is asked for. */
static inline herr_t ch5_link(hid_t place, const char *name, H5L_type_t *type, size_t *size) {
#if H5_VERSION_GE(1, 12, 0)
    H5L_info2_t info;
    herr_t status = H5Lget_info2(place, name, &info, H5P_DEFAULT);
#else
    H5L_info_t info;
    herr_t status = H5Lget_info(place, name, &info, H5P_DEFAULT);
#endif
    if (status < 0) return status;
    *type = info.type;
    *size = info.type == H5L_TYPE_HARD ? 0 : info.u.val_size;
    return status;
}

/* Gives back what reading put into memory for elements of variable length. */
static inline herr_t ch5_reclaim(hid_t type, hid_t space, void *buffer) {
#if H5_VERSION_GE(1, 12, 0)
    return H5Treclaim(type, space, H5P_DEFAULT, buffer);
#else
    return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
#endif
}
