// The one way in and out of the bridge: run the body, turn every exception into a status and a text.
#pragma once

#include "mcd_common.h"

#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>

#include "mcd_common_internal.h"

// Defined for the libraries over libtorch, whose allocators do not throw std::bad_alloc.
#ifdef MCD_OVER_LIBTORCH
#include <c10/util/Exception.h>

#include <cstring>
#endif

namespace mcd {

#ifdef MCD_OVER_LIBTORCH
/// Devices throw c10::OutOfMemoryError. The host's allocator has no type of its own, and neither have CUDA's libraries,
/// whose workspaces are not from libtorch's allocator: these are known by their words.
inline bool is_out_of_memory(const c10::Error &error) {
    if (dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr)
        return true;
    const char *text = error.what_without_backtrace();
    for (const char *words :
         {"can't allocate memory", "not enough memory", "CUDA error: out of memory", "_ALLOC_FAILED"})
        if (std::strstr(text, words) != nullptr)
            return true;
    return false;
}
#endif

/// Runs `body`; an exception of any type becomes a status. `what_failed` names the call in the error text.
template <class Body>
mcd_status guard(const char *what_failed, Body &&body) noexcept {
    try {
        body();
        return MCD_OK;
    } catch (const std::bad_alloc &) {
        mcd_internal_set_error(what_failed, "out of memory");
        return MCD_OUT_OF_MEMORY;
    } catch (const std::invalid_argument &e) {
        mcd_internal_set_error(what_failed, e.what());
        return MCD_BAD_ARGUMENT;
#ifdef MCD_OVER_LIBTORCH
    } catch (const c10::Error &e) {
        const bool memory = is_out_of_memory(e);
        mcd_internal_set_error(what_failed, memory ? e.what_without_backtrace() : e.what());
        return memory ? MCD_OUT_OF_MEMORY : MCD_FAILED;
#endif
    } catch (const std::exception &e) {
        mcd_internal_set_error(what_failed, e.what());
        return MCD_FAILED;
    } catch (...) {
        mcd_internal_set_error(what_failed, "an exception that is not a std::exception");
        return MCD_FAILED;
    }
}

}  // namespace mcd
