#include "serve/grpc/gate.hpp"

#include <string>
#include <string_view>

namespace sluice::serve::grpc {
namespace {

std::string_view bearer(const ::grpc::CallbackServerContext& call) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = metadata(call, "authorization");
  return value.substr(0, kScheme.size()) == kScheme ? value.substr(kScheme.size())
                                                    : std::string_view();
}

/// "ipv4:10.0.0.7:51234" without the port: one client is one address.
std::string address(const ::grpc::CallbackServerContext& call) {
  std::string peer = call.peer();
  peer.resize(std::min(peer.rfind(':'), peer.size()));
  return peer;
}

}  // namespace

std::string_view metadata(const ::grpc::CallbackServerContext& call, const char* key) {
  const auto& all = call.client_metadata();
  const auto found = all.find(key);
  if (found == all.end()) return {};
  return {found->second.data(), found->second.size()};
}

std::optional<Refusal> check_role(const ::grpc::CallbackServerContext& call,
                                  const net::Tokens& tokens, net::Role needed) {
  if (!tokens.required()) return std::nullopt;
  const auto role = tokens.role(bearer(call));
  Refusal refusal;
  if (!role) {
    refusal.status = Status::unauthenticated;
    refusal.message = "a known token is needed: send metadata `authorization: Bearer TOKEN`";
    return refusal;
  }
  if (*role < needed) {
    refusal.status = Status::forbidden;
    refusal.message = "this token's role does not allow the call; use one with a higher role";
    return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> check_rate(const ::grpc::CallbackServerContext& call,
                                  net::RateLimiter& rates, base::Time now) {
  const auto token = bearer(call);
  const auto wait = token.empty() ? rates.take(address(call), now) : rates.take(token, now);
  if (wait <= base::Duration(0)) return std::nullopt;
  Refusal refusal;
  refusal.status = Status::overloaded;
  refusal.message = "more inferences than this client's rate allows; try again later";
  refusal.reason = "rate_limited";
  refusal.retry_after = wait;
  return refusal;
}

}  // namespace sluice::serve::grpc
