// Faults that a test has planned, read from the environment:
//   NCCL_STAND_IN_FAULT=rank=1,call=5,do=error    the 5th communication call of rank 1, counted from 1 by communicator
//       error      the call returns an error
//       async      the call succeeds, and ncclCommGetAsyncError has an error later
//       hang       the rank never does its part
//       exit       the process ends without a word
//       mismatch   the rank's call looks like one of another size to the others
//   NCCL_STAND_IN_MISMATCH=error|hang             what a rank does whose peer has made another call; NCCL hangs
//   NCCL_STAND_IN_PEERS=notice|hang               whether ranks are told that another has aborted; NCCL tells them
//                                                 where its network notices
//   NCCL_STAND_IN_VERSION=22707                   what ncclGetVersion says
//   NCCL_STAND_IN_TAG=TEXT                        in the names of segments
#pragma once

#include <cstdint>
#include <string>

namespace stand_in {

enum class Fault { none, error, async, hang, exit, mismatch };

/// What is planned for this call.
Fault planned_fault(int rank, std::int64_t call);

bool mismatch_hangs();

bool peers_notice();

int version();

/// In the names of segments, so that a test knows its own.
std::string tag();

}  // namespace stand_in
