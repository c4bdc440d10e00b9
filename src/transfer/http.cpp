#include "transfer/http.hpp"

#include <algorithm>

#include "base/shared_library.hpp"

namespace sluice::transfer {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

base::Result<HttpClient*> load_client() {
  auto function = base::load_function("libsluice-transfer.so", "sluice_http_client");
  if (!function) return tl::unexpected(base::with_context("HTTP requests", function.error()));
  return reinterpret_cast<HttpClient* (*)()>(*function)();
}

}  // namespace

std::string_view HttpAnswer::field(std::string_view name) const {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  for (const auto& [key, value] : fields) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

base::Result<HttpClient*> http_client() {
  static const base::Result<HttpClient*> loaded = load_client();
  return loaded;
}

}  // namespace sluice::transfer
