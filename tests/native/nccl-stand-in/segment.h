// The shared memory of one communicator: who has come, who has given up, and a pipe from each rank to each.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace stand_in {

/// Bytes from one rank to another, first in, first out. All zeros is an empty pipe.
struct Pipe {
    static constexpr std::size_t capacity = 1 << 16;

    alignas(64) std::atomic<std::uint64_t> written;
    alignas(64) std::atomic<std::uint64_t> read;
    alignas(64) char bytes[capacity];

    /// Takes as many bytes as there is room for.
    std::size_t push(const char *from, std::size_t count);

    /// Gives as many bytes as there are, `count` at most.
    std::size_t pull(char *to, std::size_t count);
};

class Segment {
public:
    /// Opens the segment of this name, or makes it, and counts this rank as there.
    Segment(std::string name, int ranks);
    ~Segment();
    Segment(const Segment &) = delete;
    Segment &operator=(const Segment &) = delete;

    /// Once all are there nobody needs the name any more, and it goes: whatever happens to the processes, nothing
    /// stays.
    bool all_attached();

    /// Counts this rank as one that has nothing more to send.
    void finalize() { head().finalized.fetch_add(1); }
    bool all_finalized() { return head().finalized.load() == ranks_; }

    void mark_aborted(int rank) { head().aborted.store(rank + 1); }
    /// The rank that has aborted, or -1.
    int aborted() { return head().aborted.load() - 1; }

    Pipe &pipe(int from, int to);

private:
    /// All zeros at the beginning, which is what new shared memory holds.
    struct Head {
        std::atomic<int> attached;
        std::atomic<int> finalized;
        std::atomic<int> aborted;
    };

    Head &head() { return *reinterpret_cast<Head *>(memory_); }

    std::string name_;
    int ranks_;
    std::size_t bytes_;
    char *memory_;
};

}  // namespace stand_in
