#include "graph/runner.hpp"

#include <mutex>
#include <utility>

#include "runtime/decision.hpp"

namespace sluice::graph {
namespace {

using base::ErrorCode;
using Found = base::Result<std::vector<vision::Object>>;
using Read = decltype(Prepared::read);

/// What was found, or why the request has no outputs.
Found read_response(const Read& read, const runtime::Response& response, schedule::TaskId task,
                    const runtime::Engine& engine) {
  switch (response.outcome) {
    case schedule::Outcome::dropped: {
      const bool protects = response.protects != schedule::kNone;
      return base::fail(ErrorCode::unavailable, "dropped as {}: {}",
                        schedule::to_string(response.reason),
                        runtime::drop_text(response, engine.task_name(task),
                                           protects ? engine.task_name(response.protects) : ""));
    }
    case schedule::Outcome::failed:
      return base::fail(ErrorCode::internal, "{}", response.error);
    case schedule::Outcome::on_time:
    case schedule::Outcome::late:
      break;
  }
  return read(response.outputs);
}

/// One item on its way. Callbacks and pieces of work keep it alive.
class ItemRun : public std::enable_shared_from_this<ItemRun> {
 public:
  ItemRun(std::shared_ptr<const Plan> plan, Execution execution,
          std::shared_ptr<const ItemImage> image, runtime::Engine& engine, const base::Clock& clock,
          Executor executor, Runner::Done done)
      : plan_(std::move(plan)),
        image_(std::move(image)),
        engine_(engine),
        clock_(clock),
        executor_(std::move(executor)),
        done_(std::move(done)),
        execution_(std::move(execution)) {}

  void start() {
    executor_([self = shared_from_this()] {
      std::vector<Inference> first;
      {
        const std::scoped_lock lock(self->mutex_);
        first = self->execution_.start(self->clock_.now());
      }
      self->submit(first);
    });
  }

 private:
  void submit(const std::vector<Inference>& inferences) {
    std::vector<runtime::Offer> offers;
    std::vector<std::size_t> offered;
    for (const Inference& inference : inferences) {
      auto prepared = image_->prepare(inference.step, inference.region);
      if (!prepared) {
        answer(inference.id, tl::unexpected(std::move(prepared.error())), {});
        continue;
      }
      offers.push_back(offer(inference, std::move(*prepared)));
      offered.push_back(inference.id);
    }
    if (offers.empty()) return;
    auto ids = engine_.submit_together(std::move(offers));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!ids[i]) answer(offered[i], tl::unexpected(std::move(ids[i].error())), {});
    }
  }

  runtime::Offer offer(const Inference& inference, Prepared prepared) {
    runtime::Offer offer;
    offer.submission.task = plan_->steps()[inference.step].options.task;
    offer.submission.arrival = inference.ready;
    offer.submission.deadline = inference.deadline;
    offer.inputs = std::move(prepared.inputs);
    offer.done = [self = shared_from_this(), id = inference.id, task = offer.submission.task,
                  read = std::move(prepared.read)](runtime::Response response) {
      self->executor_([self, id, task, read, response = std::move(response)] {
        InferenceTiming timing{response.queued, response.service};
        if (response.outcome == schedule::Outcome::dropped) {
          timing.dropped = Drop{response.reason,
                                runtime::decision_name(self->engine_.generation(), response.id)};
        }
        self->answer(id, read_response(read, response, task, self->engine_), timing);
      });
    };
    return offer;
  }

  void answer(std::size_t inference, Found found, const InferenceTiming& timing) {
    std::vector<Inference> next;
    std::optional<std::vector<StepResult>> results;
    {
      const std::scoped_lock lock(mutex_);
      next = execution_.finished(inference, std::move(found), timing, clock_.now());
      if (execution_.ended()) results = execution_.steps();
    }
    if (results) {
      done_(std::move(*results));
    } else if (!next.empty()) {
      submit(next);
    }
  }

  const std::shared_ptr<const Plan> plan_;
  const std::shared_ptr<const ItemImage> image_;
  runtime::Engine& engine_;
  const base::Clock& clock_;
  const Executor executor_;
  const Runner::Done done_;
  std::mutex mutex_;  ///< guards execution_
  Execution execution_;
};

}  // namespace

Runner::Runner(std::shared_ptr<const Plan> plan, runtime::Engine& engine, const base::Clock& clock,
               Executor executor)
    : plan_(std::move(plan)), engine_(engine), clock_(clock), executor_(std::move(executor)) {}

base::Status Runner::run(std::shared_ptr<const ItemImage> image, std::optional<base::Time> deadline,
                         std::vector<base::Duration> predicted, Done done) {
  Item item{image->size(), deadline, std::move(predicted)};
  auto execution = Execution::create(plan_, std::move(item));
  if (!execution) return tl::unexpected(std::move(execution.error()));
  std::make_shared<ItemRun>(plan_, std::move(*execution), std::move(image), engine_, clock_,
                            executor_, std::move(done))
      ->start();
  return {};
}

}  // namespace sluice::graph
