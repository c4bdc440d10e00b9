// Messages of a recorder, and what they are answered with.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "messaging/router.hpp"

namespace sluice::serve::zmq {

inline messaging::Part part_of(const std::string& text) {
  auto kept = std::make_shared<const std::string>(text);
  return {std::as_bytes(std::span(kept->data(), kept->size())), kept};
}

inline std::vector<messaging::Part> parts_of(const std::vector<std::string>& texts) {
  std::vector<messaging::Part> parts;
  for (const auto& text : texts) parts.push_back(part_of(text));
  return parts;
}

inline std::string bytes_of(const std::vector<float>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)};
}

}  // namespace sluice::serve::zmq
