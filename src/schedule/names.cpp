// Names of the enumerations, as they appear in configuration, journal and metrics.
#include <array>
#include <utility>

#include "schedule/event.hpp"
#include "schedule/options.hpp"
#include "schedule/types.hpp"

namespace sluice::schedule {
namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, const char*>, N>;

template <class E, std::size_t N>
const char* name_of(const Names<E, N>& names, E value) {
  for (const auto& [key, name] : names) {
    if (key == value) {
      return name;
    }
  }
  return "unknown";
}

template <class E, std::size_t N>
std::optional<E> value_of(const Names<E, N>& names, const std::string& wanted) {
  for (const auto& [key, name] : names) {
    if (wanted == name) {
      return key;
    }
  }
  return std::nullopt;
}

constexpr Names<OnFull, 3> kOnFull{{{OnFull::drop_oldest, "drop_oldest"},
                                    {OnFull::drop_newest, "drop_newest"},
                                    {OnFull::drop_lowest_value, "drop_lowest_value"}}};
constexpr Names<OnShed, 3> kOnShed{
    {{OnShed::drop, "drop"}, {OnShed::defer, "defer"}, {OnShed::degrade, "degrade"}}};
constexpr Names<DropReason, kDropReasons> kReasons{
    {{DropReason::queue_full_oldest, "queue_full_oldest"},
     {DropReason::queue_full_newest, "queue_full_newest"},
     {DropReason::queue_full_lowest_value, "queue_full_lowest_value"},
     {DropReason::expired, "expired"},
     {DropReason::infeasible, "infeasible"},
     {DropReason::shed, "shed"},
     {DropReason::cancelled, "cancelled"},
     {DropReason::backend_failed, "backend_failed"},
     {DropReason::quarantined, "quarantined"},
     {DropReason::shutdown, "shutdown"}}};
constexpr Names<Outcome, 4> kOutcomes{{{Outcome::on_time, "on_time"},
                                       {Outcome::late, "late"},
                                       {Outcome::dropped, "dropped"},
                                       {Outcome::failed, "failed"}}};
constexpr Names<PolicyKind, 8> kPolicies{{{PolicyKind::slack, "slack"},
                                          {PolicyKind::fifo, "fifo"},
                                          {PolicyKind::priority, "priority"},
                                          {PolicyKind::edf, "edf"},
                                          {PolicyKind::round_robin, "round_robin"},
                                          {PolicyKind::fixed_batch, "fixed_batch"},
                                          {PolicyKind::interval, "interval"},
                                          {PolicyKind::levels, "levels"}}};
constexpr Names<ShedderKind, 3> kShedders{{{ShedderKind::none, "none"},
                                           {ShedderKind::backlog, "backlog"},
                                           {ShedderKind::adaptive, "adaptive"}}};
constexpr Names<Protection, 3> kProtections{{{Protection::none, "none"},
                                             {Protection::deadline, "deadline"},
                                             {Protection::strict, "strict"}}};
constexpr Names<EventKind, 14> kEvents{{{EventKind::arrived, "arrived"},
                                        {EventKind::dropped, "dropped"},
                                        {EventKind::deferred, "deferred"},
                                        {EventKind::requeued, "requeued"},
                                        {EventKind::degraded, "degraded"},
                                        {EventKind::started, "started"},
                                        {EventKind::finished, "finished"},
                                        {EventKind::batch_started, "batch_started"},
                                        {EventKind::batch_finished, "batch_finished"},
                                        {EventKind::waited, "waited"},
                                        {EventKind::shedding_on, "shedding_on"},
                                        {EventKind::shedding_off, "shedding_off"},
                                        {EventKind::slot_down, "slot_down"},
                                        {EventKind::slot_up, "slot_up"}}};

}  // namespace

const char* to_string(OnFull value) {
  return name_of(kOnFull, value);
}
const char* to_string(OnShed value) {
  return name_of(kOnShed, value);
}
const char* to_string(DropReason value) {
  return name_of(kReasons, value);
}
const char* to_string(Outcome value) {
  return name_of(kOutcomes, value);
}
const char* to_string(PolicyKind value) {
  return name_of(kPolicies, value);
}
const char* to_string(ShedderKind value) {
  return name_of(kShedders, value);
}
const char* to_string(Protection value) {
  return name_of(kProtections, value);
}
const char* to_string(EventKind value) {
  return name_of(kEvents, value);
}

std::optional<OnFull> on_full_from(const std::string& name) {
  return value_of(kOnFull, name);
}
std::optional<OnShed> on_shed_from(const std::string& name) {
  return value_of(kOnShed, name);
}
std::optional<DropReason> drop_reason_from(const std::string& name) {
  return value_of(kReasons, name);
}
std::optional<Outcome> outcome_from(const std::string& name) {
  return value_of(kOutcomes, name);
}
std::optional<PolicyKind> policy_from(const std::string& name) {
  return value_of(kPolicies, name);
}
std::optional<ShedderKind> shedder_from(const std::string& name) {
  return value_of(kShedders, name);
}
std::optional<Protection> protection_from(const std::string& name) {
  return value_of(kProtections, name);
}
std::optional<EventKind> event_kind_from(const std::string& name) {
  return value_of(kEvents, name);
}

}  // namespace sluice::schedule
