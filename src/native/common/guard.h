// The one way in and out of the bridge: run the body, turn every exception into a status and a text.
#pragma once

#include "mcd_common.h"

#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>

#include "mcd_common_internal.h"

namespace mcd {

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
    } catch (const std::exception &e) {
        mcd_internal_set_error(what_failed, e.what());
        return MCD_FAILED;
    } catch (...) {
        mcd_internal_set_error(what_failed, "an exception that is not a std::exception");
        return MCD_FAILED;
    }
}

}  // namespace mcd
