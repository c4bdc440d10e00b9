// What the remembered events answer: the last decisions, one request's story, and how it would
// have gone under other settings.
#pragma once

#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "serve/observer_window.hpp"
#include "telemetry/journal_reader.hpp"

namespace sluice::serve {

/// The remembered events with what is needed to read them.
struct History {
  EventWindow::View events;
  /// By generation; they live as long as the observer.
  std::map<std::uint32_t, const telemetry::RunHeader*> headers;
  base::Time now{};
};

/// See Observer::decisions().
[[nodiscard]] boost::json::object decisions_document(const History& history,
                                                     const std::string& task,
                                                     const std::string& end, std::size_t limit);

/// The events of one generation as a journal has them.
[[nodiscard]] telemetry::JournalContent journal_of(const History& history,
                                                   std::uint32_t generation);

/// See Observer::explain().
[[nodiscard]] base::Result<boost::json::object> explain_document(const History& history,
                                                                 const std::string& decision);

/// The newest generation of which a request is remembered; 0: none.
[[nodiscard]] std::uint32_t newest_generation(const History& history);

/// See Observer::what_if().
[[nodiscard]] base::Result<boost::json::object> what_if_document(
    const History& history, const schedule::SchedulerOptions& options);

}  // namespace sluice::serve
