#include "last_error.h"

#include <mutex>

namespace stand_in {
namespace {

std::mutex gate;
std::string text_of_all_threads;

}  // namespace

void set_last_error(const std::string &text) {
    std::lock_guard<std::mutex> lock(gate);
    text_of_all_threads = text;
}

const char *last_error() {
    thread_local std::string copy;
    std::lock_guard<std::mutex> lock(gate);
    copy = text_of_all_threads;
    return copy.c_str();
}

}  // namespace stand_in
