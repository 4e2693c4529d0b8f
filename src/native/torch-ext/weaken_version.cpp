// Writes a copy of a shared library in which one needed symbol version is marked as weak, so that a system's older C++
// library loads it: weaken_version LIBRARY VERSION COPY.
//
// TorchSharp's library is built with GCC 13 and asks for GLIBCXX_3.4.32, of which it never calls anything: the one
// symbol of that version only makes sure that iostreams are set up. Where this system's C++ library has the version
// there is nothing to do, and a copy of an earlier build is taken away.
#include <dlfcn.h>
#include <elf.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// The symbol with which libstdc++ begins its version 3.4.32.
bool system_has(const char *version) {
    return dlvsym(RTLD_DEFAULT, "_ZSt21ios_base_library_initv", version) != nullptr;
}

std::vector<char> read(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("expected a library at " + path + ", found none that can be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A structure at a place in the file; throws where the file ends before it.
template <class T>
T &at(std::vector<char> &file, std::size_t offset) {
    if (offset + sizeof(T) > file.size())
        throw std::runtime_error("expected a whole ELF library, found one that ends early");
    return *reinterpret_cast<T *>(file.data() + offset);
}

const char *text(std::vector<char> &file, std::size_t offset) {
    if (offset >= file.size() || std::memchr(file.data() + offset, 0, file.size() - offset) == nullptr)
        throw std::runtime_error("expected a name in the library, found its end");
    return file.data() + offset;
}

/// The versions that one section asks for: a list of libraries, each with a list of versions.
int weaken_section(std::vector<char> &file, const Elf64_Shdr &section, std::size_t names, const char *version) {
    int found = 0;
    for (std::size_t need_at = section.sh_offset;;) {
        const auto &need = at<Elf64_Verneed>(file, need_at);
        std::size_t entry_at = need_at + need.vn_aux;
        for (int i = 0; i < need.vn_cnt; i++) {
            auto &entry = at<Elf64_Vernaux>(file, entry_at);
            if (std::strcmp(text(file, names + entry.vna_name), version) == 0) {
                entry.vna_flags |= VER_FLG_WEAK;
                found++;
            }
            entry_at += entry.vna_next;
        }
        if (need.vn_next == 0)
            return found;
        need_at += need.vn_next;
    }
}

int weaken(std::vector<char> &file, const char *version) {
    const auto header = at<Elf64_Ehdr>(file, 0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
        throw std::runtime_error("expected a 64-bit ELF library, found something else");
    const auto section = [&](std::size_t i) -> Elf64_Shdr & {
        return at<Elf64_Shdr>(file, header.e_shoff + i * header.e_shentsize);
    };
    int found = 0;
    for (int i = 0; i < header.e_shnum; i++)
        if (section(i).sh_type == SHT_GNU_verneed)
            found += weaken_section(file, section(i), section(section(i).sh_link).sh_offset, version);
    return found;
}

/// Under another name first: a half-written library would be loaded. What is there already stays, with its time: builds
/// copy what has another time than theirs, so this one's must differ from the original's and from no earlier copy's.
void write(const std::vector<char> &file, const std::string &path) {
    if (std::ifstream(path) && read(path) == file)
        return;
    const std::string fresh = path + ".new";
    std::ofstream out(fresh, std::ios::binary);
    out.write(file.data(), static_cast<std::streamsize>(file.size()));
    out.close();
    if (!out || chmod(fresh.c_str(), 0755) != 0)
        throw std::runtime_error("expected room for a library at " + fresh);
    if (std::rename(fresh.c_str(), path.c_str()) != 0)
        throw std::runtime_error("expected a library at " + path + " that can be replaced");
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 4) {
        std::cerr << "usage: weaken_version LIBRARY VERSION COPY\n";
        return 2;
    }
    const std::string library = arguments[1], copy = arguments[3];
    try {
        if (system_has(arguments[2])) {
            std::remove(copy.c_str());
            return 0;
        }
        auto file = read(library);
        if (weaken(file, arguments[2]) == 0) {
            std::remove(copy.c_str());
            return 0;
        }
        write(file, copy);
        return 0;
    } catch (const std::exception &e) {
        std::cerr << "weaken_version: " << e.what() << "\n";
        return 1;
    }
}
