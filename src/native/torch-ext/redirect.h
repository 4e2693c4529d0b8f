// Calls of libtorch's that come to us instead.
#pragma once

namespace mcd {

/// In libtorch's libraries, all calls of the function `name` of another library, or of one that is exported, go to
/// `function` from now on. libtorch is loaded by that. Returns the number of places that were changed: 0 where it calls
/// nothing of that name, or the system protects the places.
int redirect_libtorch(const char *name, void *function);

}  // namespace mcd
