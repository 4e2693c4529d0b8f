// Calls that go on together: one, or those of a group. Each is bytes to send and bytes to receive, and maybe a sum at
// the end.
#pragma once

#include "nccl.h"
#include "segment.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace stand_in {

enum class Kind : std::uint32_t { point_to_point, all_reduce, reduce_scatter, all_gather };

/// What goes before the bytes of each transfer, so that the receiver knows whether both mean the same call.
struct Signature {
    Kind kind;
    std::uint32_t type;
    std::uint64_t count;
    std::uint64_t collective;  // how many collectives this rank has called before; 0 for send and receive
};

/// A call as it was made.
struct Call {
    Signature signature;
    const char *send = nullptr;
    char *receive = nullptr;
    int peer = -1;  // of send and receive
    std::int64_t index = 0;
    bool is_planned_mismatch = false;
};

/// A peer has made another call than this rank.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Exchange {
public:
    Exchange(Segment &segment, int rank, int ranks) : segment_(segment), rank_(rank), ranks_(ranks) {}

    /// Does the calls' transfers side by side, then their sums. `pause` is called when nothing moves; it throws to end
    /// this.
    void run(std::vector<Call> calls, const std::function<void()> &pause);

private:
    struct Transfer {
        Signature signature;
        char *memory;
        std::size_t bytes;
        std::size_t moved = 0;  // the signature's bytes included
        Signature theirs{};
    };

    void plan(const Call &call);
    void plan_collective(const Call &call);
    void send(int peer, const Call &call, const char *memory, std::size_t bytes);
    void receive(int peer, const Call &call, char *memory, std::size_t bytes);
    bool push(int peer);
    bool pull(int peer);
    void require_same(int peer, const Transfer &transfer);
    char *room(std::size_t bytes);

    Segment &segment_;
    int rank_;
    int ranks_;
    std::vector<std::deque<Transfer>> sends_, receives_;
    std::deque<std::vector<char>> buffers_;
    std::vector<std::function<void()>> sums_;
};

/// "AllReduce of 1024 elements of type 7"
std::string describe(const Signature &signature);

}  // namespace stand_in
