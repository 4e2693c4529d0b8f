// A library takes the addresses of other libraries' functions, and of those of its own that it exports, from a table
// that the loader fills in. Here an entry of that table is filled in anew.
#include "redirect.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "libtorch.h"

namespace {

struct Redirection {
    const char *name;
    void *function;
    int places;
};

/// What a library's dynamic section says; addresses are absolute by the time it is loaded.
ElfW(Addr) entry(const ElfW(Dyn) *dynamic, ElfW(Sxword) tag) {
    for (; dynamic->d_tag != DT_NULL; ++dynamic)
        if (dynamic->d_tag == tag)
            return dynamic->d_un.d_ptr;
    return 0;
}

/// The table may be write-protected.
bool set_place(void **place, void *function) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    void *begin = reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(place) & ~(page - 1));
    if (mprotect(begin, page, PROT_READ | PROT_WRITE) != 0)
        return false;
    *place = function;
    return true;
}

/// In one library: all places in one table of relocations that are for the name.
void redirect(const dl_phdr_info *info, const ElfW(Dyn) *dynamic, ElfW(Sxword) table, ElfW(Sxword) size,
              Redirection &wanted) {
    const auto *symbols = reinterpret_cast<const ElfW(Sym) *>(entry(dynamic, DT_SYMTAB));
    const auto *names = reinterpret_cast<const char *>(entry(dynamic, DT_STRTAB));
    const auto *relocations = reinterpret_cast<const ElfW(Rela) *>(entry(dynamic, table));
    if (symbols == nullptr || names == nullptr || relocations == nullptr)
        return;
    const auto count = entry(dynamic, size) / sizeof(ElfW(Rela));
    for (std::size_t i = 0; i < count; ++i) {
        const auto symbol = ELF64_R_SYM(relocations[i].r_info);
        if (symbol != 0 && std::strcmp(names + symbols[symbol].st_name, wanted.name) == 0)
            wanted.places +=
                set_place(reinterpret_cast<void **>(info->dlpi_addr + relocations[i].r_offset), wanted.function);
    }
}

int redirect_in_libtorch(dl_phdr_info *info, std::size_t, void *data) {
    auto &wanted = *static_cast<Redirection *>(data);
    const char *file = info->dlpi_name == nullptr ? nullptr : std::strrchr(info->dlpi_name, '/');
    if (file == nullptr || (std::strcmp(file, "/libc10.so") != 0 && std::strcmp(file, "/libtorch_cpu.so") != 0))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        const auto *dynamic = reinterpret_cast<const ElfW(Dyn) *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        redirect(info, dynamic, DT_JMPREL, DT_PLTRELSZ, wanted);
        redirect(info, dynamic, DT_RELA, DT_RELASZ, wanted);
    }
    return 0;
}

}  // namespace

int mcd::redirect_libtorch(const char *name, void *function) {
    mcd::libtorch::address("aoti_torch_abi_version");
    Redirection wanted{name, function, 0};
    dl_iterate_phdr(redirect_in_libtorch, &wanted);
    return wanted.places;
}
