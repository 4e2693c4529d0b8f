#pragma once

#include <sentencepiece_processor.h>

#include <stdexcept>

#include "mcd_common_internal.h"

namespace mcd {

inline void check(const sentencepiece::util::Status &status) {
    if (!status.ok())
        throw std::runtime_error(status.error_message());
}

}  // namespace mcd
