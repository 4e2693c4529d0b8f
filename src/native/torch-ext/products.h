// The order in which MKL adds up the terms of a product.
#pragma once

#include <string>

namespace mcd::products {

/// Sets MKL_CBWR for this process, whatever it was, and returns what it is now.
const char *fix();

/// "oneMKL 2024.2 (AVX512,STRICT)".
std::string library();

}  // namespace mcd::products
