// Sources into the engine.
#pragma once

#include <functional>
#include <utility>

#include "pipeline/feeder.hpp"
#include "runtime/engine.hpp"

namespace sluice::pipeline {

/// Submits frames to an engine, which must outlive it. As thread-safe as the callbacks.
class EngineFeed final : public FrameConsumer {
 public:
  /// Gets every response with the frame's name, on engine threads; may be empty.
  using OnResponse =
      std::function<void(schedule::TaskId, const std::string& frame, const runtime::Response&)>;
  /// Gets every lost frame, on the thread that feeds; may be empty.
  using OnLost = std::function<void(schedule::TaskId, base::Time due, const base::Error&)>;

  EngineFeed(runtime::Engine& engine, OnResponse on_response, OnLost on_lost)
      : engine_(engine), on_response_(std::move(on_response)), on_lost_(std::move(on_lost)) {}

  base::Status submit(const schedule::Submission& submission, Frame frame) override {
    auto done = [on_response = on_response_, task = submission.task,
                 name = std::move(frame.name)](const runtime::Response& response) {
      if (on_response) on_response(task, name, response);
    };
    const auto id = engine_.submit(submission, std::move(frame.inputs), std::move(done));
    if (!id) return tl::unexpected(id.error());
    return {};
  }

  void announce(schedule::TaskId task, base::Time at) override { engine_.announce(task, at); }

  void lost(schedule::TaskId task, base::Time due, const base::Error& error) override {
    if (on_lost_) on_lost_(task, due, error);
  }

 private:
  runtime::Engine& engine_;
  OnResponse on_response_;
  OnLost on_lost_;
};

}  // namespace sluice::pipeline
