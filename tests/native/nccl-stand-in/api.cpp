// The exports: arguments are checked here, the work is behind them.
#include "communicator.h"
#include "elements.h"
#include "fault_plan.h"
#include "group.h"
#include "last_error.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <random>

using namespace stand_in;

namespace {

ncclResult_t refuse(const std::string &words) {
    set_last_error(words);
    return ncclInvalidArgument;
}

ncclResult_t submit_collective(Kind kind, const void *send, void *receive, std::size_t count, ncclDataType_t type,
                               ncclRedOp_t operation, ncclComm_t communicator, cudaStream_t stream) {
    if (communicator == nullptr || send == nullptr || receive == nullptr)
        return refuse("a null pointer where a communicator or a buffer is expected");
    if (element_bytes(type) == 0)
        return refuse("an unknown element type");
    if (kind != Kind::all_gather && (operation != ncclSum || !can_add(type)))
        return refuse("the stand-in adds float32, float64, bfloat16, int32 and int64, and does nothing else with them");
    Call call;
    call.signature = {kind, static_cast<std::uint32_t>(type), count, 0};
    call.send = static_cast<const char *>(send);
    call.receive = static_cast<char *>(receive);
    return submit(communicator, call, stream);
}

ncclResult_t submit_transfer(const void *send, void *receive, std::size_t count, ncclDataType_t type, int peer,
                             ncclComm_t communicator, cudaStream_t stream) {
    if (communicator == nullptr || (send == nullptr && receive == nullptr))
        return refuse("a null pointer where a communicator or a buffer is expected");
    if (peer < 0 || peer >= communicator->ranks() || element_bytes(type) == 0)
        return refuse("a peer or an element type that there is not");
    Call call;
    call.signature = {Kind::point_to_point, static_cast<std::uint32_t>(type), count, 0};
    call.send = static_cast<const char *>(send);
    call.receive = static_cast<char *>(receive);
    call.peer = peer;
    return submit(communicator, call, stream);
}

}  // namespace

NCCL_API ncclResult_t ncclGetVersion(int *version) {
    *version = stand_in::version();
    return ncclSuccess;
}

NCCL_API const char *ncclGetErrorString(ncclResult_t result) {
    switch (result) {
        case ncclSuccess: return "no error";
        case ncclUnhandledCudaError: return "unhandled cuda error";
        case ncclSystemError: return "unhandled system error";
        case ncclInternalError: return "internal error";
        case ncclInvalidArgument: return "invalid argument";
        case ncclInvalidUsage: return "invalid usage";
        case ncclRemoteError: return "remote process exited or there was a network error";
        case ncclInProgress: return "operation in progress";
        default: return "unknown result code";
    }
}

NCCL_API const char *ncclGetLastError(ncclComm_t) { return last_error(); }

NCCL_API ncclResult_t ncclGetUniqueId(ncclUniqueId *id) {
    std::random_device random;
    std::memset(id->internal, 0, sizeof id->internal);
    std::snprintf(id->internal, sizeof id->internal, "/nccl-stand-in-%s-%d-%08x%08x", tag().c_str(), getpid(), random(),
                  random());
    return ncclSuccess;
}

NCCL_API ncclResult_t ncclCommInitRankConfig(ncclComm_t *communicator, int ranks, ncclUniqueId id, int rank,
                                             ncclConfig_t *config) {
    if (ranks < 1 || rank < 0 || rank >= ranks)
        return refuse("a rank outside of the communicator");
    if (config != nullptr && (config->magic != nccl_config_magic || config->size < sizeof(ncclConfig_t)))
        return refuse("a configuration that is not initialized");
    const bool is_blocking = config == nullptr || config->blocking != 0;
    try {
        *communicator = new Communicator(id.internal, ranks, rank, is_blocking);
    } catch (const std::exception &e) {
        set_last_error(e.what());
        return ncclSystemError;
    }
    return is_blocking ? (*communicator)->wait() : ncclInProgress;
}

NCCL_API ncclResult_t ncclCommGetAsyncError(ncclComm_t communicator, ncclResult_t *result) {
    *result = communicator->state();
    return ncclSuccess;
}

NCCL_API ncclResult_t ncclCommFinalize(ncclComm_t communicator) {
    const auto result = communicator->ready();
    return result == ncclSuccess ? communicator->finalize() : result;
}

NCCL_API ncclResult_t ncclCommDestroy(ncclComm_t communicator) {
    delete communicator;
    return ncclSuccess;
}

NCCL_API ncclResult_t ncclCommAbort(ncclComm_t communicator) {
    communicator->abort();
    delete communicator;
    return ncclSuccess;
}

NCCL_API ncclResult_t ncclAllReduce(const void *send, void *receive, std::size_t count, ncclDataType_t type,
                                    ncclRedOp_t operation, ncclComm_t communicator, cudaStream_t stream) {
    return submit_collective(Kind::all_reduce, send, receive, count, type, operation, communicator, stream);
}

NCCL_API ncclResult_t ncclReduceScatter(const void *send, void *receive, std::size_t receive_count,
                                        ncclDataType_t type, ncclRedOp_t operation, ncclComm_t communicator,
                                        cudaStream_t stream) {
    return submit_collective(Kind::reduce_scatter, send, receive, receive_count, type, operation, communicator, stream);
}

NCCL_API ncclResult_t ncclAllGather(const void *send, void *receive, std::size_t send_count, ncclDataType_t type,
                                    ncclComm_t communicator, cudaStream_t stream) {
    return submit_collective(Kind::all_gather, send, receive, send_count, type, ncclSum, communicator, stream);
}

NCCL_API ncclResult_t ncclSend(const void *send, std::size_t count, ncclDataType_t type, int peer,
                               ncclComm_t communicator, cudaStream_t stream) {
    return submit_transfer(send, nullptr, count, type, peer, communicator, stream);
}

NCCL_API ncclResult_t ncclRecv(void *receive, std::size_t count, ncclDataType_t type, int peer,
                               ncclComm_t communicator, cudaStream_t stream) {
    return submit_transfer(nullptr, receive, count, type, peer, communicator, stream);
}

NCCL_API ncclResult_t ncclGroupStart() {
    group_start();
    return ncclSuccess;
}

NCCL_API ncclResult_t ncclGroupEnd() { return group_end(); }

// What CUDA does for real streams.

NCCL_API void nccl_stand_in_stream_create(cudaStream_t *stream) { *stream = new Stream(); }

NCCL_API int nccl_stand_in_stream_is_idle(cudaStream_t stream) { return stream->pending.load() == 0 ? 1 : 0; }

NCCL_API void nccl_stand_in_stream_destroy(cudaStream_t stream) { delete stream; }
