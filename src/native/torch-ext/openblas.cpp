#include "openblas.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mcd::openblas {
namespace {

int remember_name(dl_phdr_info *info, std::size_t, void *names) {
    if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0')
        static_cast<std::vector<std::string> *>(names)->emplace_back(info->dlpi_name);
    return 0;
}

/// Every distinct definition of `symbol` among the loaded objects. A plain dlsym(RTLD_DEFAULT, ...) does not do: .NET
/// loads the bridge with RTLD_LOCAL, and a libtorch of another origin may bring a second OpenBLAS under a name of its
/// own.
std::vector<void *> definitions(const char *symbol) {
    std::vector<std::string> names;
    dl_iterate_phdr(remember_name, &names);
    std::vector<void *> found;
    for (const auto &name : names) {
        void *object = dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD);
        if (object == nullptr)
            continue;
        void *address = dlsym(object, symbol);
        dlclose(object);  // gives back the reference that this dlopen added; the object stays
        if (address != nullptr && std::find(found.begin(), found.end(), address) == found.end())
            found.push_back(address);
    }
    return found;
}

/// Builds with 64-bit indices carry a suffix on every name.
template <class Function>
std::vector<Function> functions(const std::string &name) {
    std::vector<Function> found;
    for (const char *suffix : {"", "64_"})
        for (void *address : definitions((name + suffix).c_str()))
            found.push_back(reinterpret_cast<Function>(address));
    return found;
}

}  // namespace

void set_threads(int threads) {
    for (auto set : functions<void (*)(int)>("openblas_set_num_threads"))
        set(threads);
}

int threads() {
    const auto found = functions<int (*)()>("openblas_get_num_threads");
    return found.empty() ? 0 : found.front()();
}

const char *core_name() {
    const auto found = functions<char *(*)()>("openblas_get_corename");
    return found.empty() ? "none" : found.front()();
}

}  // namespace mcd::openblas
