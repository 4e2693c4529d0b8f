#include "exchange.h"

#include "elements.h"

#include <algorithm>
#include <cstring>

namespace stand_in {
namespace {

/// What both sides compare. A planned mismatch pretends to another size, and moves the real one.
Signature shown(const Call &call) {
    auto signature = call.signature;
    signature.count += call.is_planned_mismatch ? 1 : 0;
    return signature;
}

}  // namespace

std::string describe(const Signature &signature) {
    static const char *names[] = {"Send/Recv", "AllReduce", "ReduceScatter", "AllGather"};
    std::string text = std::string(names[static_cast<int>(signature.kind)]) + " of " +
                       std::to_string(signature.count) + " elements of type " + std::to_string(signature.type);
    if (signature.kind != Kind::point_to_point)
        text += " (collective " + std::to_string(signature.collective) + ")";
    return text;
}

void Exchange::run(std::vector<Call> calls, const std::function<void()> &pause) {
    sends_.assign(ranks_, {});
    receives_.assign(ranks_, {});
    for (const auto &call : calls)
        plan(call);
    for (bool is_done = false; !is_done;) {
        bool has_moved = false;
        is_done = true;
        for (int peer = 0; peer < ranks_; ++peer) {
            has_moved |= push(peer);
            has_moved |= pull(peer);
            is_done &= sends_[peer].empty() && receives_[peer].empty();
        }
        if (!has_moved && !is_done)
            pause();
    }
    for (const auto &sum : sums_)
        sum();
    sums_.clear();
    buffers_.clear();
}

void Exchange::plan(const Call &call) {
    const auto bytes = call.signature.count * element_bytes(static_cast<ncclDataType_t>(call.signature.type));
    if (call.signature.kind != Kind::point_to_point)
        return plan_collective(call);
    if (call.send != nullptr)
        send(call.peer, call, call.send, bytes);
    else
        receive(call.peer, call, call.receive, bytes);
}

void Exchange::plan_collective(const Call &call) {
    const auto type = static_cast<ncclDataType_t>(call.signature.type);
    const auto count = call.signature.count;
    const auto bytes = count * element_bytes(type);
    const auto kind = call.signature.kind;
    // A copy of what is sent, because the result may come to lie over it.
    const auto all = kind == Kind::reduce_scatter ? bytes * ranks_ : bytes;
    char *own = room(all);
    std::memcpy(own, call.send, all);
    std::vector<const void *> parts(ranks_);
    for (int peer = 0; peer < ranks_; ++peer) {
        const char *out = kind == Kind::reduce_scatter ? own + bytes * peer : own;
        char *in = kind == Kind::all_gather ? call.receive + bytes * peer : room(bytes);
        parts[peer] = in;
        if (peer == rank_) {
            std::memcpy(in, out, bytes);
        } else {
            send(peer, call, out, bytes);
            receive(peer, call, in, bytes);
        }
    }
    if (kind != Kind::all_gather)
        sums_.emplace_back([=] { add(parts, call.receive, count, type); });
}

void Exchange::send(int peer, const Call &call, const char *memory, std::size_t bytes) {
    sends_[peer].push_back({shown(call), const_cast<char *>(memory), bytes});
}

void Exchange::receive(int peer, const Call &call, char *memory, std::size_t bytes) {
    receives_[peer].push_back({shown(call), memory, bytes});
}

bool Exchange::push(int peer) {
    if (sends_[peer].empty())
        return false;
    auto &next = sends_[peer].front();
    auto &pipe = segment_.pipe(rank_, peer);
    std::size_t moved = 0;
    if (next.moved < sizeof(Signature))
        moved = pipe.push(reinterpret_cast<const char *>(&next.signature) + next.moved, sizeof(Signature) - next.moved);
    else
        moved = pipe.push(next.memory + (next.moved - sizeof(Signature)), next.bytes + sizeof(Signature) - next.moved);
    next.moved += moved;
    if (next.moved == next.bytes + sizeof(Signature))
        sends_[peer].pop_front();
    return moved > 0;
}

bool Exchange::pull(int peer) {
    if (receives_[peer].empty())
        return false;
    auto &next = receives_[peer].front();
    auto &pipe = segment_.pipe(peer, rank_);
    std::size_t moved = 0;
    if (next.moved < sizeof(Signature)) {
        moved = pipe.pull(reinterpret_cast<char *>(&next.theirs) + next.moved, sizeof(Signature) - next.moved);
        if (next.moved + moved == sizeof(Signature))
            require_same(peer, next);
    } else {
        moved = pipe.pull(next.memory + (next.moved - sizeof(Signature)), next.bytes + sizeof(Signature) - next.moved);
    }
    next.moved += moved;
    if (next.moved == next.bytes + sizeof(Signature))
        receives_[peer].pop_front();
    return moved > 0;
}

void Exchange::require_same(int peer, const Transfer &transfer) {
    const auto &ours = transfer.signature;
    const auto &theirs = transfer.theirs;
    if (ours.kind != theirs.kind || ours.type != theirs.type || ours.count != theirs.count ||
        ours.collective != theirs.collective)
        throw Mismatch("rank " + std::to_string(peer) + " has called " + describe(theirs) + " where rank " +
                       std::to_string(rank_) + " has called " + describe(ours));
}

char *Exchange::room(std::size_t bytes) {
    buffers_.emplace_back(std::max<std::size_t>(bytes, 1));
    return buffers_.back().data();
}

}  // namespace stand_in
