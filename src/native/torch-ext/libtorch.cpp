#include "libtorch.h"

namespace {

void *library() {
    // Found beside this library by its run path; TorchSharp has loaded the same file, or is going to.
    static void *handle = dlopen("libtorch_cpu.so", RTLD_NOW);
    if (handle == nullptr)
        throw std::runtime_error(std::string("expected libtorch_cpu.so beside the program: ") + dlerror());
    return handle;
}

}  // namespace

void *mcd::libtorch::address(const char *name) {
    void *found = dlsym(library(), name);
    if (found == nullptr)
        throw std::runtime_error(std::string("expected a libtorch 2.10 or later, found one without ") + name);
    return found;
}
