// What object stores of different vendors have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/record_store.hpp"
#include "transfer/http.hpp"

namespace sluice::store {

/// The time of day, for what is signed.
using WallClock = WallTime (*)();

/// Of the system.
WallTime system_time();

/// One page of a listing.
struct ObjectPage {
  struct Object {
    std::string key;
    std::uint64_t bytes = 0;

    bool operator==(const Object&) const = default;
  };
  std::vector<Object> objects;
  std::string next;  ///< for the next page; empty: this is the last
};

/// One vendor's protocol: requests for what is wanted, without their bodies, timeouts and roots.
/// Errors of making requests: no token. Thread-safe.
class ObjectService {
 public:
  using Request = base::Result<transfer::HttpRequest>;

  virtual ~ObjectService() = default;
  [[nodiscard]] virtual Request put(const std::string& key, std::size_t bytes) = 0;
  [[nodiscard]] virtual Request get(const std::string& key) = 0;
  [[nodiscard]] virtual Request remove(const std::string& key) = 0;
  /// Answers 404 where there is no such object, as remove() may not.
  [[nodiscard]] virtual Request head(const std::string& key) = 0;
  /// Keys with that prefix; `next`: of the page before.
  [[nodiscard]] virtual Request list(const std::string& prefix, const std::string& next) = 0;
  /// Error (io): the answer to list() is damaged.
  [[nodiscard]] virtual base::Result<ObjectPage> parse_page(std::string_view body) const = 0;
  /// What an answer with an error says was wrong; empty: nothing that is understood.
  [[nodiscard]] virtual std::string problem_in(std::string_view body) const = 0;
};

}  // namespace sluice::store
