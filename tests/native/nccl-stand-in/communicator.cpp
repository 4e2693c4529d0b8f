#include "communicator.h"

#include "fault_plan.h"
#include "last_error.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>

namespace stand_in {
namespace {

constexpr auto moment = std::chrono::microseconds(50);
constexpr int exit_code_of_planned_exit = 7;

/// A peer has aborted, and this rank has noticed.
struct PeerAborted : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Threads inherit what signals are blocked: those of the process belong to its own threads.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

}  // namespace

Communicator::Communicator(std::string segment, int ranks, int rank, bool is_blocking)
    : ranks_(ranks), rank_(rank), is_blocking_(is_blocking), segment_name_(std::move(segment)) {
    segment_ = std::make_unique<Segment>(segment_name_, ranks);
    SignalsBlocked blocked;
    worker_ = std::thread([this] { work(); });
}

Communicator::~Communicator() {
    is_ended_.store(true);
    news_.notify_all();
    worker_.join();
    // What was not done until here is over now, as a kernel is that is taken off its device.
    release(current_);
    for (auto &batch : queue_)
        release(batch);
}

ncclResult_t Communicator::ready() const {
    const auto now = state();
    if (now != ncclInProgress)
        return now;
    set_last_error("a call on a communicator whose previous call is still in progress");
    return ncclInvalidArgument;
}

ncclResult_t Communicator::number(Call &call) {
    call.index = ++calls_;
    if (call.signature.kind != Kind::point_to_point)
        call.signature.collective = ++collectives_;
    switch (planned_fault(rank_, call.index)) {
        case Fault::error:
            set_last_error("a planned error of " + describe(call.signature));
            return ncclUnhandledCudaError;
        case Fault::mismatch: call.is_planned_mismatch = true; return ncclSuccess;
        default: return ncclSuccess;
    }
}

ncclResult_t Communicator::enqueue(Batch batch) {
    bool tells_itself = true;
    for (auto *stream : batch.streams) {
        if (stream == nullptr)
            tells_itself = false;
        else
            stream->pending.fetch_add(1);
    }
    {
        std::lock_guard<std::mutex> lock(gate_);
        if (!tells_itself)
            state_.store(ncclInProgress);
        queue_.push_back(std::move(batch));
    }
    news_.notify_all();
    if (tells_itself)
        return ncclSuccess;
    return is_blocking_ ? wait() : ncclInProgress;
}

ncclResult_t Communicator::finalize() {
    {
        std::lock_guard<std::mutex> lock(gate_);
        state_.store(ncclInProgress);
        is_finalizing_ = true;
    }
    news_.notify_all();
    return is_blocking_ ? wait() : ncclInProgress;
}

void Communicator::abort() {
    if (peers_notice())
        segment_->mark_aborted(rank_);
    is_ended_.store(true);
    news_.notify_all();
}

ncclResult_t Communicator::wait() const {
    while (state() == ncclInProgress)
        std::this_thread::sleep_for(moment);
    return state();
}

void Communicator::work() {
    try {
        meet();
        take_batches();
    } catch (const Ended &) {
    } catch (const PeerAborted &e) {
        settle(ncclRemoteError, e.what());
    } catch (const std::exception &e) {
        settle(ncclSystemError, e.what());
    }
}

void Communicator::meet() {
    while (!segment_->all_attached())
        pause();
    state_.store(ncclSuccess);
}

void Communicator::take_batches() {
    for (;;) {
        {
            std::unique_lock<std::mutex> lock(gate_);
            // A notification between the look at is_ended_ and the wait would be lost, hence the limit.
            while (queue_.empty() && !is_finalizing_ && !is_ended_.load())
                news_.wait_for(lock, std::chrono::milliseconds(10));
            if (is_ended_.load())
                throw Ended();
            if (queue_.empty())
                break;
            current_ = std::move(queue_.front());
            queue_.pop_front();
        }
        run(current_);
        release(current_);
        std::lock_guard<std::mutex> lock(gate_);
        if (queue_.empty() && !is_finalizing_)
            state_.store(ncclSuccess);
    }
    segment_->finalize();
    while (!segment_->all_finalized())
        pause();
    state_.store(ncclSuccess);
}

void Communicator::run(const Batch &batch) {
    try {
        do_faults(batch);
        Exchange(*segment_, rank_, ranks_).run(batch.calls, [this] { pause(); });
    } catch (const Mismatch &e) {
        if (mismatch_hangs())
            hang();
        settle(ncclInvalidUsage, e.what());
        throw Ended();
    }
}

void Communicator::do_faults(const Batch &batch) {
    for (const auto &call : batch.calls) {
        switch (planned_fault(rank_, call.index)) {
            case Fault::exit: _exit(exit_code_of_planned_exit);
            case Fault::hang: hang();
            case Fault::async: throw std::runtime_error("a planned asynchronous error of " + describe(call.signature));
            default: break;
        }
    }
}

void Communicator::settle(ncclResult_t result, const std::string &words) {
    set_last_error(words);
    state_.store(result);
}

void Communicator::pause() {
    if (is_ended_.load())
        throw Ended();
    const int aborted = segment_->aborted();
    if (aborted >= 0 && aborted != rank_ && peers_notice()) {
        // Not before what the peer had still written is read: its last words may say more than its end does.
        if (has_noticed_)
            throw PeerAborted("rank " + std::to_string(aborted) + " has aborted");
        has_noticed_ = true;
    }
    std::this_thread::sleep_for(moment);
}

void Communicator::hang() {
    // For this rank only its own abort ends it, as with a kernel that spins on a device.
    while (!is_ended_.load())
        std::this_thread::sleep_for(moment);
    throw Ended();
}

void Communicator::release(Batch &batch) {
    for (auto *stream : batch.streams) {
        if (stream != nullptr)
            stream->pending.fetch_sub(1);
    }
    batch.streams.clear();
}

}  // namespace stand_in
