// What is done about a decision.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::action {

/// What happened, as actions and their templates see it.
struct Event {
  std::string id;  ///< unique; the item's id, or the id of a stream's event
  std::string station;
  std::string kind;      ///< "item", "raised", "cleared"
  std::string decision;  ///< "OK", "KO", "NO_DECISION"
  std::string time;      ///< RFC 3339, UTC
  /// All of it: the item's record. Templates reach into it: {verdict.reason},
  /// {cameras.front.image}.
  boost::json::object details;
};

/// One way to act. Blocks while it acts; called on a thread of the action queue, never on one of
/// the engine. An event may come twice after a crash, with the same id. Thread-safe.
class Action {
 public:
  virtual ~Action() = default;
  /// Errors: unavailable (worth another attempt: the network, the other side); any other (no
  /// attempt will do).
  virtual base::Status act(const Event& event) = 0;
  /// Whether doing it twice does no harm, as the other side knows the event by its id. One that was
  /// under way when the process ended is then done again; else it ends as a dead letter.
  [[nodiscard]] virtual bool repeatable() const { return true; }
};

}  // namespace sluice::action
