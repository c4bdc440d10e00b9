#include "telemetry/options_json.hpp"

#include <array>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.hpp"
#include "telemetry/json_fields.hpp"
#include "telemetry/json_line.hpp"

namespace sluice::telemetry {

namespace json = boost::json;
using schedule::ModelOptions;
using schedule::OnFull;
using schedule::OnShed;
using schedule::SchedulerOptions;
using schedule::TaskOptions;

namespace {

/// What a scheduler takes at most; keeps a damaged header from asking for all memory.
constexpr std::uint32_t kMostSlots = 64;

/// Writes fields; kForever is left out, as JSON has no infinity and absence reads as the default.
class Writer {
 public:
  explicit Writer(json::object& object) : object_(object) {}

  void operator()(const char* key, const std::string& value) const {
    object_[key] = base::valid_utf8(value);
  }
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const char* key, const Number& value) const { object_[key] = value; }
  void operator()(const char* key, const base::Duration& value) const {
    if (value != base::kForever) {
      object_[key] = value.count();
    }
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* key, const Enum& value) const { object_[key] = to_string(value); }

 private:
  json::object& object_;
};

// One list of fields per struct serves both directions. References between models and tasks, and
// lists, are handled beside it.

template <class Visitor, class Options>
void visit_model(const Visitor& visit, Options& o) {
  visit("name", o.name);
  visit("max_batch", o.max_batch);
  visit("instances", o.instances);
  visit("profile_base_ns", o.profile_base);
  visit("profile_per_item_ns", o.profile_per_item);
}

template <class Visitor, class Options>
void visit_task(const Visitor& visit, Options& o) {
  visit("name", o.name);
  visit("priority", o.priority);
  visit("latency_budget_ns", o.latency_budget);
  visit("queue_capacity", o.queue_capacity);
  visit("on_full", o.on_full);
  visit("on_shed", o.on_shed);
  visit("defer_by_ns", o.defer_by);
  visit("weight", o.weight);
  visit("min_share", o.min_share);
  visit("period_ns", o.period);
}

template <class Visitor, class Options>
void visit_scheduler(const Visitor& visit, Options& o) {
  visit("slots", o.slots);
  visit("policy", o.policy);
  visit("shedder", o.shedder);
  visit("protection", o.protection);
  visit("expire", o.expire);
  visit("batch", o.batch);
  visit("batch_delay_ns", o.batch_delay);
  visit("interval_ns", o.interval);
  visit("backlog_threshold", o.backlog_threshold);
  visit("shed_engage_ns", o.shed_engage);
  visit("shed_release_ns", o.shed_release);
  visit("estimate_quantile", o.estimate_quantile);
  visit("estimate_window", o.estimate_window);
}

/// The elements of the array `key` as objects, with their place for errors.
template <class Function>
base::Status for_each_object(const json::object& parent, const char* key, Function function) {
  const auto* value = parent.if_contains(key);
  if (value == nullptr) {
    return {};
  }
  const auto* array = value->if_array();
  if (array == nullptr) {
    return base::fail(base::ErrorCode::invalid, "{}: must be a list", key);
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string where = fmt::format("{}[{}]", key, i);
    const auto* object = (*array)[i].if_object();
    if (object == nullptr) {
      return base::fail(base::ErrorCode::invalid, "{}: must be an object", where);
    }
    JsonFields fields(*object, where);
    function(*object, fields);
    if (!fields.status()) {
      return fields.status();
    }
  }
  return {};
}

auto reader(JsonFields& fields) {
  return [&fields](const char* key, auto& value) { fields.read(key, value); };
}

template <class T>
std::uint32_t index_of(const std::vector<T>& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) {
      return static_cast<std::uint32_t>(i);
    }
  }
  return schedule::kNone;
}

void read_slots(const json::object& object, JsonFields& fields, ModelOptions& model) {
  const auto* value = object.if_contains("slots");
  if (value == nullptr) {
    return;
  }
  const auto* list = value->if_array();
  if (list == nullptr) {
    fields.fail("slots", "must be a list");
    return;
  }
  for (const auto& item : *list) {
    json::error_code error;
    const auto slot = item.to_number<std::uint32_t>(error);
    if (error) {
      fields.fail("slots", "must be a list of slot numbers");
      return;
    }
    model.slots.push_back(slot);
  }
}

}  // namespace

json::object to_json(const SchedulerOptions& options) {
  json::object out;
  visit_scheduler(Writer(out), options);
  json::array models;
  for (const ModelOptions& model : options.models) {
    json::object object;
    visit_model(Writer(object), model);
    if (!model.slots.empty()) {
      object["slots"] = json::array(model.slots.begin(), model.slots.end());
    }
    models.push_back(std::move(object));
  }
  out["models"] = std::move(models);
  json::array tasks;
  for (const TaskOptions& task : options.tasks) {
    json::object object;
    visit_task(Writer(object), task);
    if (task.model < options.models.size()) {
      object["model"] = base::valid_utf8(options.models[task.model].name);
    }
    if (task.degrade_to < options.tasks.size()) {
      object["degrade_to"] = base::valid_utf8(options.tasks[task.degrade_to].name);
    }
    tasks.push_back(std::move(object));
  }
  out["tasks"] = std::move(tasks);
  return out;
}

base::Result<SchedulerOptions> options_from_json(const json::object& object) {
  SchedulerOptions options;
  JsonFields fields(object, "");
  visit_scheduler(reader(fields), options);
  if (options.slots == 0 || options.slots > kMostSlots) {
    fields.fail("slots", fmt::format("must be from 1 to {}", kMostSlots));
  }
  if (!fields.status()) {
    return tl::unexpected(fields.status().error());
  }
  auto status = for_each_object(object, "models", [&](const json::object& o, JsonFields& f) {
    ModelOptions& model = options.models.emplace_back();
    f.require("name", model.name);
    visit_model(reader(f), model);
    read_slots(o, f, model);
  });
  std::vector<std::string> degrade_to;
  const auto read_task = [&](const json::object&, JsonFields& f) {
    TaskOptions& task = options.tasks.emplace_back();
    f.require("name", task.name);
    visit_task(reader(f), task);
    std::string model;
    f.require("model", model);
    task.model = index_of(options.models, model);
    if (task.model == schedule::kNone) {
      f.fail("model", fmt::format("no model is named '{}'", model));
    }
    f.read("degrade_to", degrade_to.emplace_back());
  };
  if (status) {
    status = for_each_object(object, "tasks", read_task);
  }
  for (std::size_t i = 0; status && i < degrade_to.size(); ++i) {
    if (degrade_to[i].empty()) {
      continue;
    }
    options.tasks[i].degrade_to = index_of(options.tasks, degrade_to[i]);
    if (options.tasks[i].degrade_to == schedule::kNone) {
      status = base::fail(base::ErrorCode::invalid, "tasks[{}].degrade_to: no task is named '{}'",
                          i, degrade_to[i]);
    }
  }
  if (!status) {
    return tl::unexpected(status.error());
  }
  return options;
}

}  // namespace sluice::telemetry
