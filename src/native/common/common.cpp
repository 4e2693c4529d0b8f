#include "mcd_common.h"
#include "mcd_common_internal.h"

#include <atomic>
#include <cstdio>

namespace {

// A fixed buffer, because reporting an error must not itself allocate.
constexpr std::size_t error_capacity = 4096;
thread_local char last_error[error_capacity] = "";
std::atomic<int64_t> live_objects{0};

}  // namespace

int32_t mcd_common_abi_version(void) { return MCD_ABI_VERSION; }

const char *mcd_common_last_error(void) { return last_error; }

int64_t mcd_common_live_objects(void) { return live_objects.load(std::memory_order_relaxed); }

void mcd_internal_set_error(const char *what_failed, const char *text) noexcept {
    std::snprintf(last_error, error_capacity, "%s: %s", what_failed, text);
}

void mcd_internal_count_object(int64_t change) noexcept { live_objects.fetch_add(change, std::memory_order_relaxed); }
