// Tokens and the rows of their experts.
#pragma once

#include <cstdint>

namespace mcd {

struct ExpertRows {
    int64_t tokens;
    int64_t per_token;
    int64_t width;
};

}  // namespace mcd
