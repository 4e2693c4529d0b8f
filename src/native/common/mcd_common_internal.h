// Shared between the bridge's own libraries; not part of the C ABI that C# sees.
#pragma once

#include "mcd_common.h"

MCD_API void mcd_internal_set_error(const char *what_failed, const char *text) noexcept;

/// Adds to the count that mcd_common_live_objects() reports: +1 when an object is handed out, -1 when it is released.
MCD_API void mcd_internal_count_object(int64_t change) noexcept;
