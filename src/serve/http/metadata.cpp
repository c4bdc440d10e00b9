#include "serve/http/metadata.hpp"

#include <span>

#include <boost/json/value_from.hpp>

namespace sluice::serve::http {
namespace {

namespace json = boost::json;

json::array tensors_of(const std::vector<backend::TensorInfo>& tensors) {
  json::array result;
  for (const auto& tensor : tensors) {
    result.push_back(json::object{{"name", tensor.name},
                                  {"datatype", tensor::to_string(tensor.dtype)},
                                  {"shape", json::value_from(tensor.shape)}});
  }
  return result;
}

/// BYTES is TYPE_STRING there; the others have the protocol's names.
json::array config_of(const std::vector<backend::TensorInfo>& tensors, bool batch_axis) {
  json::array result;
  for (const auto& tensor : tensors) {
    const bool strings = tensor.dtype == tensor::DType::bytes;
    const auto dims = std::span(tensor.shape).subspan(batch_axis ? 1 : 0);
    result.push_back(json::object{
        {"name", tensor.name},
        {"data_type", fmt::format("TYPE_{}", strings ? "STRING" : tensor::to_string(tensor.dtype))},
        {"dims", json::array(dims.begin(), dims.end())}});
  }
  return result;
}

json::object object_of(const Spent& spent) {
  return {{"count", spent.count}, {"ns", spent.total.count()}};
}

/// Nothing is spent on inputs and outputs apart; clients want them counted as often as inferences.
json::object object_of_no_time(const Spent& spent) {
  return object_of(Spent{spent.count, {}});
}

json::object object_of(const ModelStatistics& model) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  json::array batches;
  for (const auto& batch : model.batches) {
    batches.push_back(json::object{{"batch_size", batch.size},
                                   {"compute_input", object_of_no_time(batch.infer)},
                                   {"compute_infer", object_of(batch.infer)},
                                   {"compute_output", object_of_no_time(batch.infer)}});
  }
  return {{"name", model.name},
          {"version", model.version},
          {"last_inference", duration_cast<milliseconds>(model.last_inference).count()},
          {"inference_count", model.inferences},
          {"execution_count", model.executions},
          {"inference_stats", json::object{{"success", object_of(model.success)},
                                           {"fail", object_of(model.fail)},
                                           {"queue", object_of(model.queue)},
                                           {"compute_input", object_of_no_time(model.infer)},
                                           {"compute_infer", object_of(model.infer)},
                                           {"compute_output", object_of_no_time(model.infer)},
                                           {"cache_hit", object_of(Spent{})},
                                           {"cache_miss", object_of(Spent{})}}},
          {"batch_stats", std::move(batches)}};
}

}  // namespace

json::object server_metadata(const ServerInfo& info) {
  return {{"name", info.name},
          {"version", info.version},
          {"extensions", json::value_from(info.extensions)}};
}

json::object model_metadata(const ModelDescription& model) {
  return {{"name", model.name},
          {"versions", json::value_from(model.versions)},
          {"platform", model.platform},
          {"inputs", tensors_of(model.info.inputs)},
          {"outputs", tensors_of(model.info.outputs)}};
}

json::object model_config(const ModelDescription& model) {
  const bool batch_axis = has_batch_axis(model);
  json::object config{{"name", model.name},
                      {"platform", model.platform},
                      {"backend", model.info.backend},
                      {"max_batch_size", batch_axis ? model.max_batch : 0},
                      {"input", config_of(model.info.inputs, batch_axis)},
                      {"output", config_of(model.info.outputs, batch_axis)}};
  if (batch_axis) config["dynamic_batching"] = json::object();
  return config;
}

json::object model_statistics(const std::vector<ModelStatistics>& models) {
  json::array result;
  for (const auto& model : models) result.push_back(object_of(model));
  return {{"model_stats", std::move(result)}};
}

json::array repository_index(const std::vector<ModelStatus>& models, bool only_ready) {
  json::array result;
  for (const auto& model : models) {
    if (only_ready && model.state != ModelState::ready) continue;
    result.push_back(json::object{{"name", model.name},
                                  {"version", model.version},
                                  {"state", to_string(model.state)},
                                  {"reason", model.reason}});
  }
  return result;
}

}  // namespace sluice::serve::http
