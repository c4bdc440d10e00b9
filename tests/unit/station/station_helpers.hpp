// What the tests of this folder share: folders that vanish, cameras that do as told, and a station
// with everything around it.
#pragma once

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "station/item_worker.hpp"
#include "store/memory_blob_store.hpp"
#include "store/memory_record_store.hpp"
#include "unit/runtime/doubles.hpp"
#include "vision/decoder.hpp"

namespace sluice::station {

using namespace std::chrono_literals;  // NOLINT: test code

/// A folder for one test, deleted with what is in it.
class StationFolder {
 public:
  StationFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sluice-station-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~StationFolder() { std::filesystem::remove_all(path_); }
  StationFolder(const StationFolder&) = delete;
  StationFolder& operator=(const StationFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<TriggerQueue> open_queue(const StationFolder& folder) {
  auto queue = TriggerQueue::open(folder.path() / "state");
  if (!queue) throw std::runtime_error(queue.error().message);
  return std::move(*queue);
}

inline std::unique_ptr<Outbox> open_outbox(const TriggerQueue& queue) {
  auto outbox = Outbox::open(queue.file());
  if (!outbox) throw std::runtime_error(outbox.error().message);
  return std::move(*outbox);
}

/// 2026-11-22T12:00:00.123Z: the calendar's time in these tests.
inline store::WallTime noon() {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h + 123ms;
}

inline Accepted trigger_of(const std::string& id, const std::string& by = "api") {
  Accepted out;
  out.id = id;
  out.station = "line";
  out.configuration = "digest";
  out.trigger = {.by = by, .serial_number = "S-1", .category = "caps"};
  out.received = noon();
  return out;
}

/// A sample of a sensor.
inline camera::Sample reading(float number, base::Time captured, const std::string& name = "n") {
  return {name, captured, camera::Values{number}};
}

/// An image of 8 x 4 pixels whose file says `file`.
inline camera::Sample picture(const std::string& file, base::Time captured) {
  return {"front.jpg", captured, vision::Image(8, 4, std::vector<std::uint8_t>(3 * 8 * 4)),
          std::make_shared<const std::string>(file)};
}

/// A real image file of that size.
inline std::string jpeg(int width = 32, int height = 16) {
  const auto decoder = vision::decoder();
  if (!decoder) throw std::runtime_error(decoder.error().message);
  const auto bytes = static_cast<std::size_t>(3 * width * height);
  auto file = (*decoder)->encode_jpeg(
      vision::Image(width, height, std::vector<std::uint8_t>(bytes, 128)), 90);
  if (!file) throw std::runtime_error(file.error().message);
  return std::move(*file);
}

/// What a camera gives when it is asked, and how often it was opened.
struct Script {
  std::deque<base::Result<camera::Sample>> entries{};
  std::function<void()> taking{};  ///< called before each
  bool ends = false;               ///< there are no more behind the entries
  int opened = 0;
};

class ScriptedCamera final : public camera::Camera {
 public:
  explicit ScriptedCamera(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  base::Result<std::optional<camera::Sample>> next(base::Duration) override {
    if (script_->taking) script_->taking();
    if (script_->entries.empty()) {
      if (script_->ends) return std::nullopt;
      return base::fail(base::ErrorCode::unavailable, "nothing came in time");
    }
    auto entry = std::move(script_->entries.front());
    script_->entries.pop_front();
    if (!entry) return tl::unexpected(entry.error());
    return std::optional(std::move(*entry));
  }
  void interrupt() override {}

 private:
  std::shared_ptr<Script> script_;
};

/// KO where a step says "bad".
inline rules::CameraRule never_bad(const std::string& name = "quality") {
  rules::CameraRule rule;
  rule.name = name;
  rule.test = rules::UnexpectedLabel{{"bad"}};
  return rule;
}

/// A model that tells of a number: y is "bad" so surely, and "good" for the rest.
inline runtime::doubles::Behaviour tells_bad(std::function<void()> computing = {}) {
  return [computing = std::move(computing)](runtime::doubles::Batch batch,
                                            backend::CancelToken&) -> runtime::doubles::Results {
    if (computing) computing();
    std::vector<backend::Tensors> results;
    for (const auto& inputs : batch) {
      const float bad = runtime::doubles::value_of(inputs);
      auto y = tensor::Tensor::allocate("y", tensor::DType::fp32, {1, 2});
      auto values = y->mutable_as<float>();
      values[0] = 1 - bad;
      values[1] = bad;
      results.push_back({*y});
    }
    return results;
  };
}

/// One step, "look", with that model as task 0.
inline InspectionPlan look(std::vector<rules::CameraRule> rules) {
  graph::StepOptions step;
  step.name = "look";
  auto graph = graph::Plan::create({step});
  backend::ModelInfo info;
  info.name = "model";
  info.inputs = {{"x", tensor::DType::fp32, {-1, 1}}};
  info.outputs = {{"y", tensor::DType::fp32, {-1, 2}}};
  vision::post::ClassificationOptions post;
  post.labels = {"good", "bad"};
  auto model = bind({}, post, info);
  if (!graph || !model) throw std::runtime_error("no plan");
  InspectionPlan plan;
  plan.graph = std::make_shared<const graph::Plan>(std::move(*graph));
  plan.models = std::make_shared<const StepModels>(StepModels{std::move(*model)});
  plan.rules.rules = std::move(rules);
  return plan;
}

/// Actions that keep what they are told in a table of the queue's file.
struct ActedOn {
  int asked = 0;  ///< which actions are due
  int woken = 0;
  bool refuses = false;

  ActionHooks hooks() {
    ActionHooks out;
    out.due = [this](const action::Event&) {
      ++asked;
      return std::vector<std::string>{"lamp"};
    };
    out.enqueue = [this](const store::Database& database, const action::Event& event,
                         const std::vector<std::string>& names) -> base::Status {
      const auto write = database.run(fmt::format(
          "CREATE TABLE IF NOT EXISTS acted(what TEXT); INSERT INTO acted VALUES('{} {} {}')",
          names.at(0), event.kind, event.decision));
      if (!write) return write;
      if (refuses) return base::fail(base::ErrorCode::unavailable, "the queue is full");
      return {};
    };
    out.enqueued = [this] { ++woken; };
    return out;
  }
};

/// What such actions were told, as another program sees it in the file.
inline std::vector<std::string> acted(const std::filesystem::path& file) {
  std::vector<std::string> out;
  const auto database = store::Database::open(file);
  if (!database) return {database.error().message};
  auto rows = database->prepare("SELECT what FROM acted ORDER BY rowid");
  if (!rows) return out;  // there is no table yet
  for (auto row = rows->step(); row && *row; row = rows->step()) out.push_back(rows->text(0));
  return out;
}

/// A station called "line" with everything around it. Time stands still unless a test moves it.
struct Bench {
  StationFolder folder;
  runtime::doubles::Rig rig;
  std::function<void()> computing;  ///< called by the model
  Display display;
  Tally tally;
  ActedOn actions;
  StationOptions options;
  std::shared_ptr<store::MemoryBlobStore> images = std::make_shared<store::MemoryBlobStore>();
  std::shared_ptr<store::MemoryRecordStore> records = std::make_shared<store::MemoryRecordStore>();
  std::vector<InspectionPlan> plans;
  std::vector<std::unique_ptr<Inspector>> inspectors;
  std::unique_ptr<TriggerQueue> queue = open_queue(folder);
  std::unique_ptr<Outbox> outbox = open_outbox(*queue);
  std::unique_ptr<ItemWorker> worker;

  Bench() {
    rig.add(runtime::doubles::make_model("model", {tells_bad([this] {
                                           if (computing) computing();
                                         })}));
    rig.start();
    options.name = "line";
    options.digest = "digest";
    options.images = images;
    options.records = records;
  }

  std::shared_ptr<Script> add_camera(const std::string& name, InspectionPlan plan = {}) {
    auto script = std::make_shared<Script>();
    options.cameras.push_back({.name = name,
                               .source = "scripted",
                               .open = [script]() -> base::Result<std::unique_ptr<camera::Camera>> {
                                 ++script->opened;
                                 return std::make_unique<ScriptedCamera>(script);
                               }});
    plans.push_back(std::move(plan));
    return script;
  }

  [[nodiscard]] Surroundings around() {
    return {*queue, *outbox, rig.clock, [] { return noon(); }};
  }

  void make_inspectors() {
    inspectors.clear();
    for (const auto& plan : plans) {
      inspectors.push_back(std::make_unique<Inspector>(
          plan, *rig.engine, rig.clock, [](const std::function<void()>& work) { work(); }));
    }
  }

  void start() {
    worker.reset();
    make_inspectors();
    std::vector<Inspector*> pointers;
    for (const auto& inspector : inspectors) pointers.push_back(inspector.get());
    worker = std::make_unique<ItemWorker>(options, pointers, around(), display, tally);
  }

  /// As after the process was killed: what was in memory is gone.
  void restart() {
    worker.reset();
    reopen();
    start();
  }

  void reopen() {
    outbox.reset();
    queue.reset();
    queue = open_queue(folder);
    outbox = open_outbox(*queue);
  }

  void accept(const std::string& id, const std::string& by = "api") {
    const auto taken = queue->accept(trigger_of(id, by), 64);
    EXPECT_TRUE(taken) << taken.error().message;
  }

  /// Works off one trigger, which must go well.
  void step() {
    const auto worked = worker->step();
    ASSERT_TRUE(worked) << worked.error().message;
    EXPECT_TRUE(*worked);
  }

  [[nodiscard]] boost::json::object record(const std::string& id) const {
    const auto found = records->get(id);
    if (!found) throw std::runtime_error(found.error().message);
    return boost::json::parse(found->body).as_object();
  }

  [[nodiscard]] base::Time now() const { return rig.clock.now(); }
};

}  // namespace sluice::station
