#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "simulate/experiments.hpp"

namespace sluice::simulate {

namespace json = boost::json;

json::object to_json(const GridResult& result) {
  json::array cells;
  for (const GridCell& cell : result.cells) {
    json::array policies;
    for (const GridPolicy& policy : cell.policies) {
      policies.push_back({{"policy", policy.policy},
                          {"of_optimum", policy.of_optimum},
                          {"wasted", policy.wasted},
                          {"of_optimum_with_error", policy.of_optimum_with_error},
                          {"wasted_with_error", policy.wasted_with_error}});
    }
    cells.push_back({{"load", cell.load},
                     {"arrivals", cell.bursty ? "mmpp" : "poisson"},
                     {"cv", cell.cv},
                     {"deadline_ms", base::to_ms(cell.deadline)},
                     {"policies", std::move(policies)}});
  }
  return {{"experiment", "grid"},
          {"requests", result.options.requests},
          {"seeds", result.options.seeds},
          {"estimate_error", result.options.estimate_error},
          {"cells", std::move(cells)}};
}

json::object to_json(const SuiteResult& result) {
  json::array workloads;
  for (const Comparison& comparison : result.comparisons) {
    workloads.push_back(to_json(comparison));
  }
  return {{"experiment", "suite"}, {"workloads", std::move(workloads)}};
}

json::object to_json(const SpikeResult& result) {
  json::array cases;
  for (const SpikeCase& spike : result.cases) {
    json::array policies;
    for (const SpikePolicy& policy : spike.policies) {
      policies.push_back({{"policy", policy.policy},
                          {"important_on_time", policy.important_on_time},
                          {"important_p99_ms", base::to_ms(policy.important_p99)},
                          {"isolated_p99_ms", base::to_ms(policy.isolated_p99)},
                          {"less_important_on_time", policy.less_important_on_time},
                          {"within_one_batch", policy.within_one_batch}});
    }
    cases.push_back({{"arrivals", spike.name},
                     {"less_important_batch_ms", base::to_ms(spike.less_important_batch)},
                     {"policies", std::move(policies)}});
  }
  return {{"experiment", "spike"}, {"cases", std::move(cases)}};
}

}  // namespace sluice::simulate
