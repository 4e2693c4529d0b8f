#include "group.h"

#include "last_error.h"

#include <map>

namespace stand_in {
namespace {

struct Group {
    int depth = 0;
    ncclResult_t first_error = ncclSuccess;
    std::map<Communicator *, Batch> batches;
};

thread_local Group group;

}  // namespace

void group_start() { ++group.depth; }

ncclResult_t group_end() {
    if (group.depth == 0) {
        set_last_error("ncclGroupEnd without ncclGroupStart");
        return ncclInvalidUsage;
    }
    if (--group.depth > 0)
        return ncclSuccess;
    const auto collected = std::move(group.batches);
    auto result = group.first_error;
    group = Group();
    if (result != ncclSuccess)
        return result;
    for (const auto &[communicator, batch] : collected) {
        const auto one = communicator->enqueue(batch);
        if (one != ncclSuccess)
            result = one;
    }
    return result;
}

ncclResult_t submit(Communicator *communicator, Call call, Stream *stream) {
    auto result = communicator->ready();
    if (result == ncclSuccess)
        result = communicator->number(call);
    if (group.depth == 0)
        return result == ncclSuccess ? communicator->enqueue({{call}, {stream}}) : result;
    if (result != ncclSuccess) {
        group.first_error = result;
        return result;
    }
    auto &batch = group.batches[communicator];
    batch.calls.push_back(call);
    batch.streams.push_back(stream);
    return ncclSuccess;
}

}  // namespace stand_in
