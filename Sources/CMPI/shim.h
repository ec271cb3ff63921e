/* What Swift cannot import from mpi.h: its constants are macros, and their types differ from one
   MPI to the next (pointers in Open MPI, integers in MPICH). Only names of the MPI 3 standard. */
#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

static inline MPI_Comm CMPI_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm CMPI_comm_null(void) { return MPI_COMM_NULL; }

static inline MPI_Datatype CMPI_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype CMPI_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype CMPI_int32(void) { return MPI_INT32_T; }
static inline MPI_Datatype CMPI_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype CMPI_uint64(void) { return MPI_UINT64_T; }
static inline MPI_Datatype CMPI_uint8(void) { return MPI_UINT8_T; }

static inline MPI_Op CMPI_sum(void) { return MPI_SUM; }
static inline MPI_Op CMPI_max(void) { return MPI_MAX; }
static inline MPI_Op CMPI_min(void) { return MPI_MIN; }

static inline void *CMPI_in_place(void) { return MPI_IN_PLACE; }

static inline int CMPI_success(void) { return MPI_SUCCESS; }
static inline int CMPI_thread_funneled(void) { return MPI_THREAD_FUNNELED; }
static inline int CMPI_max_error_string(void) { return MPI_MAX_ERROR_STRING; }
static inline int CMPI_max_processor_name(void) { return MPI_MAX_PROCESSOR_NAME; }
static inline int CMPI_max_library_version_string(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }

/* An error on this communicator is returned to the caller, instead of ending the job. */
static inline int CMPI_return_errors(MPI_Comm communicator) {
    return MPI_Comm_set_errhandler(communicator, MPI_ERRORS_RETURN);
}

/* The same ranks in messages of their own, MPI_COMM_NULL with the error's code if they can't be had. */
static inline MPI_Comm CMPI_duplicate(MPI_Comm parent, int *code) {
    MPI_Comm own = MPI_COMM_NULL;
    *code = MPI_Comm_dup(parent, &own);
    return own;
}

/* The group this rank comes into, MPI_COMM_NULL with the error's code if there is none. */
static inline MPI_Comm CMPI_split(MPI_Comm parent, int colour, int key, int *code) {
    MPI_Comm group = MPI_COMM_NULL;
    *code = MPI_Comm_split(parent, colour, key, &group);
    return group;
}

static inline int CMPI_free(MPI_Comm communicator) { return MPI_Comm_free(&communicator); }

/* Requests lie one after another in memory that Swift owns; its size differs from one MPI to the next. */
static inline int CMPI_request_bytes(void) { return (int)sizeof(MPI_Request); }

static inline int CMPI_iallreduce(const void *values, void *sum, int count, MPI_Datatype datatype, MPI_Op operation,
                                  MPI_Comm communicator, void *requests, int place) {
    return MPI_Iallreduce(values, sum, count, datatype, operation, communicator, (MPI_Request *)requests + place);
}

static inline int CMPI_testsome(int count, void *requests, int *indices) {
    int ended = 0;
    return MPI_Testsome(count, (MPI_Request *)requests, &ended, indices, MPI_STATUSES_IGNORE);
}

static inline int CMPI_waitall(int count, void *requests) {
    return MPI_Waitall(count, (MPI_Request *)requests, MPI_STATUSES_IGNORE);
}

/* How many ranks of a communicator share this rank's node. */
static inline int CMPI_ranks_of_node(MPI_Comm communicator, int *ranks) {
    MPI_Comm node = MPI_COMM_NULL;
    int code = MPI_Comm_split_type(communicator, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    if (code == MPI_SUCCESS) code = MPI_Comm_size(node, ranks);
    if (node != MPI_COMM_NULL) MPI_Comm_free(&node);
    return code;
}

/* Lets MPI go on with what others wait for. */
static inline int CMPI_progress(MPI_Comm communicator) {
    int there = 0;
    return MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator, &there, MPI_STATUS_IGNORE);
}

#endif
