// Host memory of tensors by plain malloc. libtorch asks for aligned memory, and a glibc before 2.38 (Debian 12 has
// 2.36) cannot give a freed aligned block to the next request of the same size: it looks for one with room to align in.
// With freed memory kept, the heap of a training run then grows by up to two thirds beyond what its tensors ever hold
// at once.

#include "host_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

/// A cache line, and the widest vector: as libtorch aligns.
constexpr std::size_t alignment = 64;

/// Before each address stands the block that it lies in. An address alone has to be enough to give the memory back:
/// oneDNN takes its scratch space by raw_allocate and keeps nothing else.
void **owner(void *address) { return static_cast<void **>(address) - 1; }

void release(void *address) {
    if (address != nullptr)
        std::free(*owner(address));
}

c10::DataPtr take(std::size_t bytes) {
    const c10::Device host(c10::DeviceType::CPU);
    if (bytes == 0)
        return {nullptr, nullptr, &release, host};
    constexpr std::size_t room = sizeof(void *) + alignment;
    void *block = bytes > SIZE_MAX - room ? nullptr : std::malloc(bytes + room);
    // In libtorch's own words, which callers know.
    TORCH_CHECK(block != nullptr, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes,
                " bytes. Error code 12 (Cannot allocate memory)");
    const auto first = reinterpret_cast<std::uintptr_t>(block) + sizeof(void *);
    void *address = reinterpret_cast<void *>((first + alignment - 1) & ~(alignment - 1));
    *owner(address) = block;
    return {address, address, &release, host};
}

/// libtorch 2.3 took away a `const` and added copy_data; one of each pair overrides, whatever the version.
struct HostAllocator final : c10::Allocator {
    c10::DataPtr allocate(std::size_t bytes) const { return take(bytes); }
    c10::DataPtr allocate(std::size_t bytes) { return take(bytes); }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void *to, const void *from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
};

}  // namespace

void mcd::use_host_allocator() {
    static HostAllocator allocator;
    // Above the one that libtorch has registered. What that one has given out is freed by its own deleter.
    c10::SetAllocator(c10::DeviceType::CPU, &allocator, 1);
}
