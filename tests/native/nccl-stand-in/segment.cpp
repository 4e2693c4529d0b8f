#include "segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace stand_in {
namespace {

constexpr std::size_t head_bytes = 4096;

[[noreturn]] void fail(const char *call, const std::string &name) {
    throw std::runtime_error(std::string(call) + " " + name + ": " + std::strerror(errno));
}

}  // namespace

std::size_t Pipe::push(const char *from, std::size_t count) {
    const auto begin = written.load(std::memory_order_relaxed);
    count = std::min<std::size_t>(count, capacity - (begin - read.load(std::memory_order_acquire)));
    const auto first = std::min(count, capacity - begin % capacity);
    std::memcpy(bytes + begin % capacity, from, first);
    std::memcpy(bytes, from + first, count - first);
    written.store(begin + count, std::memory_order_release);
    return count;
}

std::size_t Pipe::pull(char *to, std::size_t count) {
    const auto begin = read.load(std::memory_order_relaxed);
    count = std::min<std::size_t>(count, written.load(std::memory_order_acquire) - begin);
    const auto first = std::min(count, capacity - begin % capacity);
    std::memcpy(to, bytes + begin % capacity, first);
    std::memcpy(to + first, bytes, count - first);
    read.store(begin + count, std::memory_order_release);
    return count;
}

Segment::Segment(std::string name, int ranks)
    : name_(std::move(name)), ranks_(ranks), bytes_(head_bytes + sizeof(Pipe) * ranks * ranks) {
    const int file = shm_open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        fail("shm_open", name_);
    // Every rank sets the same size; what is there stays.
    if (ftruncate(file, static_cast<off_t>(bytes_)) != 0)
        fail("ftruncate", name_);
    void *memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED)
        fail("mmap", name_);
    memory_ = static_cast<char *>(memory);
    head().attached.fetch_add(1);
}

Segment::~Segment() {
    shm_unlink(name_.c_str());  // where not all have come, the name is still there
    munmap(memory_, bytes_);
}

bool Segment::all_attached() {
    if (head().attached.load() != ranks_)
        return false;
    shm_unlink(name_.c_str());
    return true;
}

Pipe &Segment::pipe(int from, int to) {
    return reinterpret_cast<Pipe *>(memory_ + head_bytes)[from * ranks_ + to];
}

}  // namespace stand_in
