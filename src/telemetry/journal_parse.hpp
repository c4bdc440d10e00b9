// From journal lines to events.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/json/object.hpp>

#include "telemetry/journal.hpp"

namespace sluice::telemetry {

class JsonFields;

/// Something worth keeping beside the events.
struct Note {
  base::Time time{};
  std::string text;
};

/// The journal's own confession.
struct Loss {
  base::Time time{};
  std::uint64_t lines = 0;
  std::string why;
};

/// Receives what a journal holds, in its order. Each function may be left as it is.
class JournalVisitor {
 public:
  virtual ~JournalVisitor() = default;
  /// Once, before all others.
  virtual void on_header(const RunHeader&) {}
  virtual void on_event(const schedule::Event&) {}
  virtual void on_resource(const ResourceSample&) {}
  virtual void on_note(const Note&) {}
  virtual void on_loss(const Loss&) {}
};

/// The first line of a file.
struct FileHeader {
  RunHeader run;
  std::uint32_t part = 1;
};

/// Errors: not JSON, not a journal, another schema version, options that do not fit together.
[[nodiscard]] base::Result<FileHeader> parse_header(std::string_view line);

/// Reads the lines after the header. Not thread-safe.
class LineParser {
 public:
  LineParser(const RunHeader& header, JournalVisitor& visitor);

  /// Hands the line's content to the visitor. Lines of an unknown kind and unknown fields are
  /// passed over. Errors: not JSON, wrong types, a task or model the header does not list, events
  /// out of order.
  base::Status parse(std::string_view line);

 private:
  using Names = std::unordered_map<std::string, std::uint32_t>;

  base::Status parse_event(const boost::json::object& line, schedule::EventKind kind);

  void check_order(const schedule::Event& event, JsonFields& fields);

  base::Time started_;
  base::Time last_time_;
  JournalVisitor& visitor_;
  Names tasks_;
  Names models_;
  std::unordered_map<std::string_view, schedule::EventKind> kinds_;
  std::uint64_t last_seq_ = 0;
  std::unordered_map<schedule::SlotId, schedule::BatchId> last_finished_;
};

}  // namespace sluice::telemetry
