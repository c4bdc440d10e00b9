// Follows one request through a journal's events and tells its story.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "telemetry/journal_reader.hpp"

namespace sluice::telemetry {

class Story {
 public:
  Story(const RunHeader& run, schedule::RequestId request) : run_(run), request_(request) {}

  /// Takes all events of the journal, in order.
  void take(const schedule::Event& event);

  [[nodiscard]] bool arrived() const { return arrived_; }
  [[nodiscard]] const schedule::Event& arrival() const { return arrival_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const schedule::Event& end() const { return end_; }
  [[nodiscard]] std::vector<std::string> sentences() const { return sentences_; }
  /// Requests that ran while it waited or that were protected from it, likeliest to matter first.
  [[nodiscard]] std::vector<schedule::RequestId> suspects() const;

 private:
  struct Batch {
    schedule::Event started;
    std::vector<schedule::RequestId> members;
    std::string tasks;  ///< names of the members' tasks
  };

  void follow_slots(const schedule::Event& event);
  void tell(const schedule::Event& event);
  void tell_arrival(const schedule::Event& event);
  void tell_wait();
  void tell_start(const schedule::Event& event);
  void tell_end(const schedule::Event& event);
  [[nodiscard]] bool waiting() const { return arrived_ && !started_ && !ended_; }
  [[nodiscard]] std::string at(base::Time time) const;

  const RunHeader& run_;
  schedule::RequestId request_;
  bool arrived_ = false;
  bool started_ = false;
  bool ended_ = false;
  bool shedding_ = false;
  schedule::Event arrival_;
  schedule::Event end_;
  std::map<schedule::SlotId, Batch> running_;
  std::map<schedule::TaskId, std::uint64_t> passed_;  ///< requests that started meanwhile
  std::vector<schedule::RequestId> ran_;
  std::vector<schedule::RequestId> protected_;
  schedule::TaskId kept_free_for_ = schedule::kNone;
  std::vector<std::string> sentences_;
};

}  // namespace sluice::telemetry
