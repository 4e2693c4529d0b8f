#include "libtorch.h"

namespace {

/// The one beside this library, which TorchSharp has loaded or is going to; no other one that the loader might know.
void *open() {
    Dl_info self;
    if (dladdr(reinterpret_cast<void *>(&open), &self) == 0)
        throw std::runtime_error("expected a library that knows where it lies");
    std::string path = self.dli_fname;
    path = path.substr(0, path.rfind('/') + 1) + "libtorch_cpu.so";
    void *handle = dlopen(path.c_str(), RTLD_NOW);
    if (handle == nullptr)
        throw std::runtime_error("expected libtorch at " + path + ": " + dlerror() + ". Build again");
    return handle;
}

void *library() {
    static void *handle = open();
    return handle;
}

}  // namespace

void *mcd::libtorch::address(const char *name) {
    void *found = dlsym(library(), name);
    if (found == nullptr)
        throw std::runtime_error(std::string("expected a libtorch 2.10 or later, found one without ") + name);
    return found;
}
