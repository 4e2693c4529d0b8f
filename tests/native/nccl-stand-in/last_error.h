// The words that ncclGetLastError gives back.
#pragma once

#include <string>

namespace stand_in {

void set_last_error(const std::string &text);

/// Valid until the same thread's next call.
const char *last_error();

}  // namespace stand_in
