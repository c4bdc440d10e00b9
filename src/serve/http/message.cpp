#include "serve/http/message.hpp"

namespace sluice::serve::http {

std::string_view bytes_of(const Part& part) {
  if (const auto* text = std::get_if<std::string>(&part)) return *text;
  const auto data = std::get<tensor::Tensor>(part).data();
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

std::size_t Response::size() const {
  std::size_t total = file.size();
  for (const Part& part : body) total += bytes_of(part).size();
  return total;
}

}  // namespace sluice::serve::http
