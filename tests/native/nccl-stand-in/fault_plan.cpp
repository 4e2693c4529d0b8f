#include "fault_plan.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace stand_in {
namespace {

std::string variable(const char *name, const char *otherwise) {
    const char *value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

std::map<std::string, std::string> read_plan() {
    std::map<std::string, std::string> plan;
    const std::string text = variable("NCCL_STAND_IN_FAULT", "");
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const auto equals = part.find('=');
        if (equals != std::string::npos)
            plan[part.substr(0, equals)] = part.substr(equals + 1);
        begin = end + 1;
    }
    return plan;
}

Fault fault_named(const std::string &name) {
    static const std::map<std::string, Fault> names = {{"error", Fault::error}, {"async", Fault::async},
                                                       {"hang", Fault::hang},   {"exit", Fault::exit},
                                                       {"mismatch", Fault::mismatch}};
    const auto found = names.find(name);
    if (found == names.end()) {
        // A plan with a slip would be a test that tests nothing.
        std::fprintf(stderr, "NCCL_STAND_IN_FAULT: do=%s is unknown\n", name.c_str());
        std::abort();
    }
    return found->second;
}

}  // namespace

Fault planned_fault(int rank, std::int64_t call) {
    static const auto plan = read_plan();
    if (plan.empty() || std::stoi(plan.at("rank")) != rank || std::stoll(plan.at("call")) != call)
        return Fault::none;
    return fault_named(plan.at("do"));
}

bool mismatch_hangs() { return variable("NCCL_STAND_IN_MISMATCH", "error") == "hang"; }

bool peers_notice() { return variable("NCCL_STAND_IN_PEERS", "notice") == "notice"; }

int version() { return std::stoi(variable("NCCL_STAND_IN_VERSION", "22707")); }

std::string tag() { return variable("NCCL_STAND_IN_TAG", "untagged"); }

}  // namespace stand_in
