#include "mcd_mpi.h"

#include <dlfcn.h>
#include <mpi.h>

#include <algorithm>
#include <string>

#include "guard.h"

namespace {

int own_rank = -1;
int world_size = 0;
int64_t piece_bytes = int64_t{1} << 30;

/// Throws when `code` is an error; `call` and `about` say which call it was and with whom.
void check(int code, const char *call, const std::string &about = "") {
    if (code == MPI_SUCCESS)
        return;
    char words[MPI_MAX_ERROR_STRING + 1] = "";
    int length = 0;
    std::string text = std::string(call) + (about.empty() ? "" : " " + about);
    if (own_rank >= 0)
        text += " on rank " + std::to_string(own_rank) + " of " + std::to_string(world_size);
    if (MPI_Error_string(code, words, &length) == MPI_SUCCESS)
        throw std::runtime_error(text + ": " + words);
    throw std::runtime_error(text + ": MPI error " + std::to_string(code));
}

void require_world() {
    if (own_rank < 0)
        throw std::invalid_argument("expected an initialized MPI world, found none");
}

void require_rank(int32_t rank, const char *role) {
    if (rank < 0 || rank >= world_size)
        throw std::invalid_argument(std::string("expected a ") + role + " from 0 to " + std::to_string(world_size - 1) +
                                    ", found " + std::to_string(rank));
}

/// .NET loads this library with RTLD_LOCAL, but the plug-ins that Open MPI opens at start look for MPI's own symbols in
/// the global scope. Opening the library that is already there once more promotes it.
void make_mpi_symbols_global() {
    Dl_info where;
    if (dladdr(reinterpret_cast<void *>(&MPI_Init_thread), &where) != 0 && where.dli_fname != nullptr)
        dlopen(where.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

void read_local_place(int32_t *local_rank, int32_t *local_size) {
    MPI_Comm host;
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host), "MPI_Comm_split_type");
    check(MPI_Comm_rank(host, local_rank), "MPI_Comm_rank", "of the host's ranks");
    check(MPI_Comm_size(host, local_size), "MPI_Comm_size", "of the host's ranks");
    check(MPI_Comm_free(&host), "MPI_Comm_free");
}

/// One piece of every rank's block, laid down one whole block apart.
void all_gather_piece(const char *send, int count, char *receive, int64_t bytes_per_rank) {
    MPI_Datatype piece, strided;
    check(MPI_Type_contiguous(count, MPI_BYTE, &piece), "MPI_Type_contiguous");
    check(MPI_Type_create_resized(piece, 0, static_cast<MPI_Aint>(bytes_per_rank), &strided),
          "MPI_Type_create_resized");
    check(MPI_Type_commit(&strided), "MPI_Type_commit");
    const int code = MPI_Allgather(send, count, MPI_BYTE, receive, 1, strided, MPI_COMM_WORLD);
    MPI_Type_free(&strided);
    MPI_Type_free(&piece);
    check(code, "MPI_Allgather");
}

}  // namespace

mcd_status mcd_mpi_world_init(int32_t *rank, int32_t *size, int32_t *local_rank, int32_t *local_size) {
    return mcd::guard("start MPI", [&] {
        int initialized = 0;
        check(MPI_Initialized(&initialized), "MPI_Initialized");
        if (initialized)
            throw std::invalid_argument(
                "expected the first start of MPI in this process, found that it was started before");
        make_mpi_symbols_global();
        int provided = 0;
        check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
        check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
        if (provided < MPI_THREAD_FUNNELED)
            throw std::runtime_error("expected an MPI built for MPI_THREAD_FUNNELED, found level " +
                                     std::to_string(provided));
        check(MPI_Comm_size(MPI_COMM_WORLD, &world_size), "MPI_Comm_size");
        check(MPI_Comm_rank(MPI_COMM_WORLD, &own_rank), "MPI_Comm_rank");
        read_local_place(local_rank, local_size);
        *rank = own_rank;
        *size = world_size;
    });
}

mcd_status mcd_mpi_world_finalize() {
    return mcd::guard("end MPI", [&] {
        require_world();
        check(MPI_Finalize(), "MPI_Finalize");
        own_rank = -1;
    });
}

mcd_status mcd_mpi_world_abort(int32_t exit_code) {
    return mcd::guard("abort the MPI world", [&] {
        require_world();
        check(MPI_Abort(MPI_COMM_WORLD, exit_code), "MPI_Abort");
    });
}

mcd_status mcd_mpi_world_barrier() {
    return mcd::guard("wait for all ranks", [&] {
        require_world();
        check(MPI_Barrier(MPI_COMM_WORLD), "MPI_Barrier");
    });
}

mcd_status mcd_mpi_world_broadcast(void *buffer, int64_t bytes, int32_t root) {
    return mcd::guard("broadcast", [&] {
        require_world();
        require_rank(root, "root");
        for (int64_t done = 0; done < bytes; done += piece_bytes)
            check(MPI_Bcast(static_cast<char *>(buffer) + done, static_cast<int>(std::min(piece_bytes, bytes - done)),
                            MPI_BYTE, root, MPI_COMM_WORLD),
                  "MPI_Bcast", "from rank " + std::to_string(root));
    });
}

mcd_status mcd_mpi_world_all_gather(const void *send, int64_t bytes_per_rank, void *receive) {
    return mcd::guard("gather on all ranks", [&] {
        require_world();
        for (int64_t done = 0; done < bytes_per_rank; done += piece_bytes)
            all_gather_piece(static_cast<const char *>(send) + done,
                             static_cast<int>(std::min(piece_bytes, bytes_per_rank - done)),
                             static_cast<char *>(receive) + done, bytes_per_rank);
    });
}

mcd_status mcd_mpi_world_exchange(int32_t peer, const void *send, int64_t send_bytes, void *receive,
                                  int64_t receive_bytes) {
    return mcd::guard("exchange", [&] {
        require_world();
        require_rank(peer, "peer");
        // Both sides count the same pieces, because each one's send is the other's receive.
        for (int64_t done = 0; done < std::max(send_bytes, receive_bytes); done += piece_bytes) {
            const auto out = static_cast<int>(std::clamp(send_bytes - done, int64_t{0}, piece_bytes));
            const auto in = static_cast<int>(std::clamp(receive_bytes - done, int64_t{0}, piece_bytes));
            MPI_Status status;
            check(MPI_Sendrecv(out > 0 ? static_cast<const char *>(send) + done : nullptr, out, MPI_BYTE, peer, 0,
                               in > 0 ? static_cast<char *>(receive) + done : nullptr, in, MPI_BYTE, peer, 0,
                               MPI_COMM_WORLD, &status),
                  "MPI_Sendrecv", "with rank " + std::to_string(peer));
            int received = 0;
            check(MPI_Get_count(&status, MPI_BYTE, &received), "MPI_Get_count");
            if (received != in)
                throw std::runtime_error("MPI_Sendrecv with rank " + std::to_string(peer) + " on rank " +
                                         std::to_string(own_rank) + ": expected " + std::to_string(in) +
                                         " bytes, found " + std::to_string(received));
        }
    });
}

mcd_status mcd_mpi_world_all_reduce_sum(float *values, int64_t count) {
    return mcd::guard("add on all ranks", [&] {
        require_world();
        const int64_t piece = std::max(piece_bytes / int64_t{sizeof(float)}, int64_t{1});
        for (int64_t done = 0; done < count; done += piece)
            check(MPI_Allreduce(MPI_IN_PLACE, values + done, static_cast<int>(std::min(piece, count - done)), MPI_FLOAT,
                                MPI_SUM, MPI_COMM_WORLD),
                  "MPI_Allreduce");
    });
}

mcd_status mcd_mpi_pieces_set(int64_t bytes) {
    return mcd::guard("set the size of pieces", [&] {
        if (bytes < 1 || bytes > int64_t{1} << 30)
            throw std::invalid_argument("expected 1 byte to 1 GiB, found " + std::to_string(bytes));
        piece_bytes = bytes;
    });
}

mcd_status mcd_mpi_library_version(const char **version) {
    return mcd::guard("MPI version", [&] {
        static const std::string line = [] {
            char text[MPI_MAX_LIBRARY_VERSION_STRING + 1] = "";
            int length = 0;
            check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
            const std::string all(text);
            return all.substr(0, all.find('\n'));
        }();
        *version = line.c_str();
    });
}
