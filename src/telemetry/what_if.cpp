#include "telemetry/what_if.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "telemetry/sentences.hpp"
#include "telemetry/trial.hpp"

namespace sluice::telemetry {

using base::Duration;
using base::Time;
using schedule::Event;
using schedule::RequestId;
using schedule::TaskId;
using simulate::TracedRequest;

namespace {

constexpr std::size_t kWindow = 5000;
constexpr std::size_t kMostSuspects = 12;
constexpr int kBisections = 10;

class Search {
 public:
  Search(const ReplayInput& input, std::size_t target) : input_(input) {
    first_ = target > kWindow ? target - kWindow : 0;
    const std::size_t last = std::min(input.requests.size(), target + kWindow);
    base_.options = input.run.scheduler;
    base_.services = input.workload.services;
    base_.requests.assign(input.requests.begin() + static_cast<std::ptrdiff_t>(first_),
                          input.requests.begin() + static_cast<std::ptrdiff_t>(last));
    base_.target = target - first_;
    run_.scheduler = input.run.scheduler;  // times in the simulation count from its start
  }

  base::Result<WhatIfs> all(bool recorded_on_time, const std::vector<RequestId>& suspects) {
    WhatIfs result;
    result.unchanged = end_of(base_);
    result.reproduced = status_ && on_time(result.unchanged) == recorded_on_time;
    if (result.reproduced && !recorded_on_time) {
      budget();
      priority();
      slots();
      speed();
      without_request(suspects);
      without_task();
    }
    if (!status_) {
      return tl::unexpected(status_.error());
    }
    result.tried = std::move(tried_);
    return result;
  }

 private:
  std::optional<Event> end_of(const Trial& trial) {
    auto end = trial.end();
    if (!end) {
      status_ = tl::unexpected(end.error());
      return std::nullopt;
    }
    return *end;
  }

  std::string sentence(const std::optional<Event>& end) const {
    return end ? end_sentence(*end, run_) : "it has no end in the simulation.";
  }

  /// Tries the change at the given values, ascending, and bisects to the smallest that helps.
  /// `step` below which a difference does not matter; 0: values are not divisible.
  void smallest(const std::string& kind, const std::vector<double>& values, double step,
                const std::function<void(Trial&, double)>& apply,
                const std::function<std::string(double)>& describe) {
    if (values.empty()) {
      return;
    }
    const auto attempt = [&](double value) {
      Trial trial = base_;
      apply(trial, value);
      return end_of(trial);
    };
    double below = 0;
    std::optional<Event> end;
    for (const double value : values) {
      end = attempt(value);
      if (!on_time(end)) {
        below = value;
        continue;
      }
      double best = value;
      for (int i = 0; i < kBisections && step > 0 && best - below > step; ++i) {
        const double middle = (below + best) / 2;
        if (const auto middle_end = attempt(middle); on_time(middle_end)) {
          best = middle;
          end = middle_end;
        } else {
          below = middle;
        }
      }
      tried_.push_back({kind, describe(best), best, true, sentence(end)});
      return;
    }
    tried_.push_back({kind, describe(values.back()), values.back(), false, sentence(end)});
  }

  void budget() {
    const TracedRequest& request = base_.request();
    const Time deadline = simulate::deadline_of(request, base_.options.tasks[request.task]);
    if (deadline == base::kNever) {
      return;
    }
    const Time captured = input_.captured[first_ + base_.target];
    const double budget = base::to_ms(deadline - captured);
    std::vector<double> extra;
    for (const double factor : {1.01, 1.03, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0}) {
      extra.push_back(budget * (factor - 1));
    }
    smallest(
        "budget", extra, std::max(budget / 100, 0.1),
        [&](Trial& trial, double ms) { trial.request().deadline = deadline + base::from_ms(ms); },
        [&](double ms) {
          return fmt::format("a latency budget of {} instead of {}",
                             duration_text(base::from_ms(budget + ms)),
                             duration_text(base::from_ms(budget)));
        });
  }

  void priority() {
    const TracedRequest& request = base_.request();
    const std::int32_t own = request.priority.value_or(base_.options.tasks[request.task].priority);
    std::set<std::int32_t> higher;
    for (const schedule::TaskOptions& task : base_.options.tasks) {
      if (task.priority > own) {
        higher.insert(task.priority);
      }
    }
    const std::int32_t top = higher.empty() ? own : *higher.rbegin();
    if (top < std::numeric_limits<std::int32_t>::max()) {
      higher.insert(top + 1);
    }
    smallest(
        "priority", {higher.begin(), higher.end()}, 0,
        [](Trial& trial, double value) {
          trial.request().priority = static_cast<std::int32_t>(value);
        },
        [own](double value) { return fmt::format("priority {:.0f} instead of {}", value, own); });
  }

  void slots() {
    const schedule::ModelId own = model_of(base_.request().task);
    smallest(
        "slots", {1, 2, 3, 4}, 0,
        [own](Trial& trial, double more) {
          for (int i = 0; i < static_cast<int>(more); ++i) {
            schedule::ModelOptions& model = trial.options.models[own];
            if (!model.slots.empty()) {
              model.slots.push_back(trial.options.slots);
            }
            ++model.instances;
            ++trial.options.slots;
          }
        },
        [](double more) {
          return fmt::format("{:.0f} more slot{} (and instance{} of its model)", more,
                             more > 1 ? "s" : "", more > 1 ? "s" : "");
        });
  }

  void speed() {
    std::set<schedule::ModelId> models;
    for (const TracedRequest& request : base_.requests) {
      models.insert(model_of(request.task));
    }
    for (const schedule::ModelId model : models) {
      smallest(
          "speed", {0.1, 0.2, 0.3, 0.5, 0.7, 0.9}, 0.01,
          [model](Trial& trial, double share) {
            const auto scale = [share](Duration& d) {
              d = Duration(
                  static_cast<Duration::rep>(static_cast<double>(d.count()) * (1 - share)));
            };
            scale(trial.services[model].base);
            scale(trial.services[model].per_item);
            scale(trial.options.models[model].profile_base);
            scale(trial.options.models[model].profile_per_item);
          },
          [&](double share) {
            return fmt::format("model {} taking {:.0f} % less time", model_name(run_, model),
                               share * 100);
          });
    }
  }

  void without_request(const std::vector<RequestId>& suspects) {
    std::size_t count = 0;
    for (const RequestId suspect : suspects) {
      const auto found = std::lower_bound(input_.recorded.begin(), input_.recorded.end(), suspect);
      if (found == input_.recorded.end() || *found != suspect) {
        continue;
      }
      const auto index = static_cast<std::size_t>(found - input_.recorded.begin());
      if (index < first_ || index >= first_ + base_.requests.size() ||
          index == first_ + base_.target || ++count > kMostSuspects) {
        continue;
      }
      Trial trial = base_;
      const TracedRequest* suspected = &trial.requests[index - first_];
      trial.keep([suspected](const TracedRequest& request) { return &request != suspected; });
      if (const auto end = end_of(trial); on_time(end)) {
        const TaskId task = input_.requests[index].task;
        tried_.push_back({"without_request",
                          fmt::format("request {} of {} not there", suspect, task_name(run_, task)),
                          static_cast<double>(suspect), true, sentence(end)});
        return;
      }
    }
    if (count > 0) {
      tried_.push_back({"without_request",
                        fmt::format("any one of {} requests that ran before it not there",
                                    std::min(count, kMostSuspects)),
                        0, false, "it would still not be on time."});
    }
  }

  void without_task() {
    const TaskId own = base_.request().task;
    for (TaskId task = 0; task < base_.options.tasks.size(); ++task) {
      if (task == own) {
        continue;
      }
      Trial trial = base_;
      trial.keep([task](const TracedRequest& request) { return request.task != task; });
      const auto end = end_of(trial);
      tried_.push_back({"without_task", fmt::format("no requests of {}", task_name(run_, task)), 0,
                        on_time(end), sentence(end)});
    }
  }

  [[nodiscard]] schedule::ModelId model_of(TaskId task) const {
    return base_.options.tasks[task].model;
  }

  const ReplayInput& input_;
  RunHeader run_;
  std::size_t first_ = 0;  ///< index in the input of the window's first request
  Trial base_;
  std::vector<WhatIf> tried_;
  base::Status status_;
};

}  // namespace

base::Result<WhatIfs> what_if(const ReplayInput& input, RequestId request, bool recorded_on_time,
                              const std::vector<RequestId>& suspects) {
  const auto found = std::lower_bound(input.recorded.begin(), input.recorded.end(), request);
  if (found == input.recorded.end() || *found != request) {
    return base::fail(base::ErrorCode::not_found, "request {} did not arrive in this journal",
                      request);
  }
  return Search(input, static_cast<std::size_t>(found - input.recorded.begin()))
      .all(recorded_on_time, suspects);
}

}  // namespace sluice::telemetry
