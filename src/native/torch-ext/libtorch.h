// The libtorch beside this library: its symbols by name, because the packages hold no headers of it.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace mcd::libtorch {

/// The address of `name` in libtorch's part for the CPU, or in what that part needs. Throws when there is none.
void *address(const char *name);

template <class Function>
Function function(const char *name) {
    return reinterpret_cast<Function>(address(name));
}

}  // namespace mcd::libtorch
