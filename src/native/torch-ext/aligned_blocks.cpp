// glibc before 2.38 (Debian 12 has 2.36) gives a freed aligned block to nobody who asks for an aligned block of the
// same size: it looks for one with room to align in. The heap of a training run grows by a third beyond what its
// tensors ever hold at once. libtorch's calls of posix_memalign and free come here instead: a block is an ordinary one
// of malloc, with room to align in, and malloc gives a freed ordinary block to the next request of its size.
#include "aligned_blocks.h"

#include <dlfcn.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "redirect.h"

namespace {

#ifdef __GLIBC__

/// What libtorch aligns to, and the widest vector.
constexpr std::size_t line = 64;
/// For the block's own address, and to align in.
constexpr std::size_t room = sizeof(void *) + line;

/// Stands before each aligned address: the block that it lies in.
void **owner(void *address) { return static_cast<void **>(address) - 1; }

int take(void **address, std::size_t alignment, std::size_t bytes) {
    if (alignment != line || bytes > SIZE_MAX - room)
        return posix_memalign(address, alignment, bytes);
    void *block = std::malloc(bytes + room);
    if (block == nullptr)
        return ENOMEM;
    const auto first = reinterpret_cast<std::uintptr_t>(block) + sizeof(void *);
    *address = reinterpret_cast<void *>((first + line - 1) & ~(line - 1));
    *owner(*address) = block;
    return 0;
}

/// libtorch also frees what it got otherwise. Before such an address glibc keeps the block's size, and no size is the
/// address of a place so close before it.
void release(void *address) {
    if ((reinterpret_cast<std::uintptr_t>(address) & (line - 1)) == 0 && address != nullptr) {
        void *block = *owner(address);
        const auto distance = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(block);
        if (distance >= sizeof(void *) && distance < room)
            return std::free(block);
    }
    std::free(address);
}

/// Nobody has put another malloc in front of glibc's, which might keep nothing before a block.
bool has_malloc_of_glibc() {
    Dl_info malloc_place{}, glibc_place{};
    return dladdr(dlsym(RTLD_DEFAULT, "malloc"), &malloc_place) != 0 &&
           dladdr(reinterpret_cast<void *>(&gnu_get_libc_version), &glibc_place) != 0 &&
           malloc_place.dli_fbase == glibc_place.dli_fbase;
}

bool needs_help() {
    int major = 0, minor = 0;
    return std::sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor) == 2 && major == 2 && minor < 38 &&
           has_malloc_of_glibc();
}

#endif

}  // namespace

void mcd::aligned_blocks::reuse() {
#ifdef __GLIBC__
    // Blocks of ours must find their way back from the first one on.
    if (needs_help() && mcd::redirect_libtorch("free", reinterpret_cast<void *>(&release)) > 0)
        mcd::redirect_libtorch("posix_memalign", reinterpret_cast<void *>(&take));
#endif
}
