#include "telemetry/trial.hpp"

namespace sluice::telemetry {

using schedule::Event;
using schedule::EventKind;
using schedule::RequestId;

namespace {

/// Waits for the end of one request.
class EndSink final : public schedule::EventSink {
 public:
  explicit EndSink(RequestId id) : id_(id) {}
  void on_event(const Event& event) override {
    if (event.request == id_ &&
        (event.kind == EventKind::dropped || event.kind == EventKind::finished)) {
      end_ = event;
    }
  }
  [[nodiscard]] const std::optional<Event>& end() const { return end_; }

 private:
  RequestId id_;
  std::optional<Event> end_;
};

}  // namespace

base::Result<std::optional<Event>> Trial::end() const {
  simulate::Workload workload;
  workload.scheduler = options;
  workload.services = services;
  EndSink sink(target + 1);
  auto simulated = simulate::simulate(workload, options, requests, &sink);
  if (!simulated) {
    return tl::unexpected(simulated.error());
  }
  return sink.end();
}

bool on_time(const std::optional<Event>& end) {
  return end && end->kind == EventKind::finished && end->outcome == schedule::Outcome::on_time;
}

}  // namespace sluice::telemetry
