// In place of a CUDA stream: whether what was put on it is done. The null stream has nobody to ask, so an operation on
// it leaves its communicator "in progress" until it is done.
#pragma once

#include <atomic>
#include <cstdint>

namespace stand_in {

struct Stream {
    std::atomic<std::int64_t> pending{0};
};

}  // namespace stand_in
