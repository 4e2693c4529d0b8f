// glibc before 2.38 (Debian 12 has 2.36) gives a freed aligned block to nobody who asks for an aligned block of the
// same size: it looks for one with room to align in. The heap of a training run grows by a third beyond what its
// tensors ever hold at once. libtorch's calls of posix_memalign come here instead: to malloc first, whose blocks begin
// at whole cache lines once all sizes are whole cache lines.
#include "aligned_blocks.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#include <malloc.h>
#endif

#include "redirect.h"

namespace {

#ifdef __GLIBC__

/// What libtorch aligns to, and the widest vector.
constexpr std::size_t line = 64;
/// Smaller blocks are other people's as well, and of any size.
constexpr std::size_t least = 1024;

bool is_aligned(void *block) { return (reinterpret_cast<std::uintptr_t>(block) & (line - 1)) == 0; }

int aligned_block(void **block, std::size_t alignment, std::size_t bytes) {
    if (alignment != line || bytes < least || bytes > SIZE_MAX / 2)
        return posix_memalign(block, alignment, bytes);
    // A block takes the word before it as well: with that it is a whole number of lines, so its neighbours and what it
    // is cut into begin at lines, too.
    const std::size_t whole = (bytes + sizeof(std::size_t) + line - 1) / line * line - sizeof(std::size_t);
    void *found = std::malloc(whole);
    if (found == nullptr || is_aligned(found)) {
        *block = found;
        return found == nullptr ? ENOMEM : 0;
    }
    std::free(found);
    return posix_memalign(block, line, whole);
}

bool needs_help() {
    int major = 0, minor = 0;
    return std::sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor) == 2 && major == 2 && minor < 38;
}

#endif

}  // namespace

void mcd::aligned_blocks::reuse() {
#ifdef __GLIBC__
    if (!needs_help())
        return;
    mcd::redirect_libtorch("posix_memalign", reinterpret_cast<void *>(&aligned_block));
#endif
}
