// glibc before 2.38 (Debian 12 has 2.36) gives a freed aligned block to nobody who asks for an aligned block of the
// same size: it looks for one with room to align in. The heap of a training run grows by a third beyond what its
// tensors ever hold at once. libtorch's calls of posix_memalign come here instead: to malloc first, whose blocks begin
// at whole cache lines once all sizes are whole cache lines.
#include "aligned_blocks.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#include <malloc.h>
#endif

#include "libtorch.h"

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

/// What a library's dynamic section says; addresses are absolute by the time it is loaded.
ElfW(Addr) entry(const ElfW(Dyn) *dynamic, ElfW(Sxword) tag) {
    for (; dynamic->d_tag != DT_NULL; ++dynamic)
        if (dynamic->d_tag == tag)
            return dynamic->d_un.d_ptr;
    return 0;
}

/// The place from which a library takes the address of a function; it may be write-protected.
void set_place(void **place, void *function) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    void *begin = reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(place) & ~(page - 1));
    if (mprotect(begin, page, PROT_READ | PROT_WRITE) == 0)
        *place = function;
}

/// In one library: all places in one table of relocations that are for `name`.
void redirect(const dl_phdr_info *info, const ElfW(Dyn) *dynamic, ElfW(Sxword) table, ElfW(Sxword) size,
              const char *name, void *function) {
    const auto *symbols = reinterpret_cast<const ElfW(Sym) *>(entry(dynamic, DT_SYMTAB));
    const auto *names = reinterpret_cast<const char *>(entry(dynamic, DT_STRTAB));
    const auto *relocations = reinterpret_cast<const ElfW(Rela) *>(entry(dynamic, table));
    if (symbols == nullptr || names == nullptr || relocations == nullptr)
        return;
    const auto count = entry(dynamic, size) / sizeof(ElfW(Rela));
    for (std::size_t i = 0; i < count; ++i) {
        const auto symbol = ELF64_R_SYM(relocations[i].r_info);
        if (symbol != 0 && std::strcmp(names + symbols[symbol].st_name, name) == 0)
            set_place(reinterpret_cast<void **>(info->dlpi_addr + relocations[i].r_offset), function);
    }
}

int redirect_in_libtorch(dl_phdr_info *info, std::size_t, void *) {
    const char *file = info->dlpi_name == nullptr ? nullptr : std::strrchr(info->dlpi_name, '/');
    if (file == nullptr || (std::strcmp(file, "/libc10.so") != 0 && std::strcmp(file, "/libtorch_cpu.so") != 0))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        const auto *dynamic = reinterpret_cast<const ElfW(Dyn) *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        void *function = reinterpret_cast<void *>(&aligned_block);
        redirect(info, dynamic, DT_JMPREL, DT_PLTRELSZ, "posix_memalign", function);
        redirect(info, dynamic, DT_RELA, DT_RELASZ, "posix_memalign", function);
    }
    return 0;
}

#endif

}  // namespace

void mcd::aligned_blocks::reuse() {
#ifdef __GLIBC__
    if (!needs_help())
        return;
    // Looked up in libtorch, which is loaded by that.
    mcd::libtorch::address("aoti_torch_abi_version");
    dl_iterate_phdr(redirect_in_libtorch, nullptr);
#endif
}
