// The part of NCCL's binary interface that the runtime calls: names, numbers and layouts, written down from its
// documentation.
#pragma once

#include <climits>
#include <cstddef>

#define NCCL_API extern "C" __attribute__((visibility("default")))

enum ncclResult_t {
    ncclSuccess = 0,
    ncclUnhandledCudaError = 1,
    ncclSystemError = 2,
    ncclInternalError = 3,
    ncclInvalidArgument = 4,
    ncclInvalidUsage = 5,
    ncclRemoteError = 6,
    ncclInProgress = 7,
};

enum ncclDataType_t {
    ncclInt8 = 0,
    ncclUint8 = 1,
    ncclInt32 = 2,
    ncclUint32 = 3,
    ncclInt64 = 4,
    ncclUint64 = 5,
    ncclFloat16 = 6,
    ncclFloat32 = 7,
    ncclFloat64 = 8,
    ncclBfloat16 = 9,
};

enum ncclRedOp_t { ncclSum = 0 };

struct ncclUniqueId {
    char internal[128];
};

/// As of version 2.18; later ones are longer.
struct ncclConfig_t {
    std::size_t size;
    unsigned int magic;
    unsigned int version;
    int blocking;
    int cgaClusterSize;
    int minCTAs;
    int maxCTAs;
    const char *netName;
    int splitShare;
};

constexpr unsigned int nccl_config_magic = 0xcafebeef;
constexpr int nccl_config_undefined = INT_MIN;

namespace stand_in {
class Communicator;
struct Stream;
}  // namespace stand_in

using ncclComm_t = stand_in::Communicator *;
using cudaStream_t = stand_in::Stream *;
