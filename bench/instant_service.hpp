// A service that answers every inference at once with its inputs: what the protocols cost alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "serve/service.hpp"

namespace sluice::bench {

class InstantService final : public serve::Service {
 public:
  using Object = boost::json::object;
  serve::InferHandle infer(serve::InferRequest request, serve::InferDone done) override {
    serve::InferReply reply;
    reply.model = std::move(request.model);
    reply.version = "1";
    reply.id = std::move(request.id);
    reply.decision = "1-2047";
    reply.outputs = std::move(request.inputs);
    done(std::move(reply));
    return {};
  }
  [[nodiscard]] serve::ServerInfo info() const override { return {}; }
  [[nodiscard]] bool live() const override { return true; }
  [[nodiscard]] bool ready() const override { return true; }
  [[nodiscard]] std::string not_ready_reason() const override { return {}; }
  [[nodiscard]] base::Result<serve::ModelDescription> model(
      const std::string& /*name*/, const std::string& /*version*/) const override {
    return serve::ModelDescription();
  }
  [[nodiscard]] std::vector<serve::ModelStatus> models() const override { return {}; }
  [[nodiscard]] base::Result<std::vector<serve::ModelStatistics>> statistics(
      const std::string& /*name*/, const std::string& /*version*/) const override {
    return std::vector<serve::ModelStatistics>();
  }
  void load(const std::string& /*name*/, StatusDone done) override { done({}); }
  void unload(const std::string& /*name*/, StatusDone done) override { done({}); }
  void reload(StatusDone done) override { done({}); }
  [[nodiscard]] std::string metrics() const override { return {}; }
  [[nodiscard]] Object live_view() const override { return {}; }
  [[nodiscard]] Object decisions(const std::string& /*task*/, const std::string& /*end*/,
                                 std::size_t /*limit*/) const override {
    return {};
  }
  [[nodiscard]] base::Result<Object> explain(const std::string& /*decision*/) const override {
    return Object();
  }
  [[nodiscard]] base::Result<Object> what_if(const Object& /*settings*/) const override {
    return Object();
  }
  [[nodiscard]] Object configuration() const override { return {}; }
};

}  // namespace sluice::bench
