// One rank's end of a communicator: a queue of calls and the thread that does them, so that every call returns before
// it is done, as NCCL's do.
#pragma once

#include "exchange.h"
#include "stream.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stand_in {

/// Calls that go on together.
struct Batch {
    std::vector<Call> calls;
    std::vector<Stream *> streams;  // one a call; null for those on the null stream
};

class Communicator {
public:
    /// Begins to meet the other ranks; the state is ncclInProgress until all have come.
    Communicator(std::string segment, int ranks, int rank, bool is_blocking);
    ~Communicator();

    int ranks() const { return ranks_; }
    bool is_blocking() const { return is_blocking_; }
    ncclResult_t state() const { return state_.load(); }

    /// Whether a call may be made now: ncclSuccess, what went wrong before, or ncclInvalidArgument while another is in
    /// progress.
    ncclResult_t ready() const;

    /// Fills in which call of this rank it is; a planned error comes back.
    ncclResult_t number(Call &call);

    /// Queues calls. ncclInProgress when nobody but the state will tell that they are done.
    ncclResult_t enqueue(Batch batch);

    /// Begins to wait until all ranks are done with everything.
    ncclResult_t finalize();

    /// Ends what is under way, and has the peers end too where they notice.
    void abort();

    /// Returns when the state is no longer ncclInProgress.
    ncclResult_t wait() const;

private:
    struct Ended {};  // thrown in the worker when the communicator is ended from outside

    void work();
    void meet();
    void take_batches();
    void run(const Batch &batch);
    void do_faults(const Batch &batch);
    void settle(ncclResult_t result, const std::string &words);
    /// Lets a moment pass; throws where this rank or a noticed peer has given up.
    void pause();
    [[noreturn]] void hang();
    void release(Batch &batch);

    const int ranks_;
    const int rank_;
    const bool is_blocking_;
    const std::string segment_name_;
    std::unique_ptr<Segment> segment_;
    std::atomic<ncclResult_t> state_{ncclInProgress};
    std::atomic<bool> is_ended_{false};
    std::int64_t calls_ = 0;
    std::uint64_t collectives_ = 0;

    std::mutex gate_;
    std::condition_variable news_;
    std::deque<Batch> queue_;
    Batch current_;  // the worker's; its streams are idle when it is done, and not when it has failed
    bool is_finalizing_ = false;
    bool has_noticed_ = false;  // the worker's
    std::thread worker_;
};

}  // namespace stand_in
