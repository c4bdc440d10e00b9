// From a journal back to a run: the requests it saw, with what is known of their true service
// times, for the simulator.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "simulate/requests.hpp"
#include "simulate/simulator.hpp"
#include "telemetry/journal_reader.hpp"

namespace sluice::telemetry {

/// What simulate::simulate() needs to repeat a recorded run.
///
/// Each model's batch time is fitted to the measured batches; a request's factor is its batch's
/// measured time against that fit, so that the recorded batches take the recorded time again. A
/// request that never ran gets the factor of one of the batches of its model measured nearest in
/// time, picked by its id: the same journal always gives the same input. Requests arrive when
/// they were submitted; withdrawn ones, and those still queued when the run was shut down, are
/// withdrawn at the same time; failed ones fail.
struct ReplayInput {
  RunHeader run;
  simulate::Workload workload;  ///< models with fitted services; no arrival processes
  std::vector<simulate::TracedRequest> requests;  ///< by time of submission
  /// Id in the journal of each request; in the simulation request i has the id i + 1.
  std::vector<schedule::RequestId> recorded;
  /// When the work of each request came into being, from where its budget counts.
  std::vector<base::Time> captured;
  std::uint64_t guessed = 0;  ///< requests that never ran
  schedule::Summary summary;  ///< of the recorded run
};

/// Errors: no request in the journal; requests of a model that never ran and has no profile.
[[nodiscard]] base::Result<ReplayInput> replay_input(const JournalContent& journal);

/// Replays under `options` (the recorded ones, with another policy or setting perhaps). A changed
/// latency budget or priority of a task applies to its requests that had the task's own.
[[nodiscard]] base::Result<simulate::SimulationResult> replay(
    const ReplayInput& input, const schedule::SchedulerOptions& options,
    schedule::EventSink* extra = nullptr);

/// A recorded run beside its simulation under the recorded options: how far a replay can be
/// trusted.
struct Agreement {
  struct Counts {
    std::uint64_t offered = 0;
    std::uint64_t on_time = 0;
    std::uint64_t late = 0;
    std::uint64_t dropped = 0;
    std::uint64_t failed = 0;
  };
  struct Task {
    std::string name;  ///< empty: all
    Counts recorded;
    Counts simulated;
    /// Largest difference of on time, late and dropped, as a share (0..1) of what was offered.
    double difference = 0;
  };
  std::vector<Task> tasks;
  Task total;
};
[[nodiscard]] base::Result<Agreement> check_agreement(const ReplayInput& input);
[[nodiscard]] boost::json::object to_json(const Agreement& agreement);
[[nodiscard]] std::string to_text(const Agreement& agreement, bool terminal);

}  // namespace sluice::telemetry
