#include "serve/grpc/metadata_codec.hpp"

#include <chrono>
#include <string>

namespace sluice::serve::grpc {
namespace {

using backend::TensorInfo;
using tensor::DType;

inference::DataType data_type(DType dtype) {
  switch (dtype) {
    case DType::boolean:
      return inference::TYPE_BOOL;
    case DType::uint8:
      return inference::TYPE_UINT8;
    case DType::uint16:
      return inference::TYPE_UINT16;
    case DType::uint32:
      return inference::TYPE_UINT32;
    case DType::uint64:
      return inference::TYPE_UINT64;
    case DType::int8:
      return inference::TYPE_INT8;
    case DType::int16:
      return inference::TYPE_INT16;
    case DType::int32:
      return inference::TYPE_INT32;
    case DType::int64:
      return inference::TYPE_INT64;
    case DType::fp16:
      return inference::TYPE_FP16;
    case DType::bf16:
      return inference::TYPE_BF16;
    case DType::fp32:
      return inference::TYPE_FP32;
    case DType::fp64:
      return inference::TYPE_FP64;
    case DType::bytes:
      return inference::TYPE_STRING;
  }
  return inference::TYPE_INVALID;
}

template <class Message>
void encode_config(const TensorInfo& info, bool batch_axis, Message& message) {
  message.set_name(info.name);
  message.set_data_type(data_type(info.dtype));
  const auto first = info.shape.begin() + (batch_axis ? 1 : 0);
  message.mutable_dims()->Add(first, info.shape.end());
}

void encode_metadata(const TensorInfo& info,
                     inference::ModelMetadataResponse::TensorMetadata& message) {
  message.set_name(info.name);
  message.set_datatype(std::string(tensor::to_string(info.dtype)));
  message.mutable_shape()->Add(info.shape.begin(), info.shape.end());
}

void encode_spent(const Spent& spent, inference::StatisticDuration& message) {
  message.set_count(spent.count);
  message.set_ns(static_cast<std::uint64_t>(spent.total.count()));
}

/// Of inferences or of a batch size's. Nothing is spent on inputs and outputs apart; clients want
/// them counted as often as inferences.
template <class Message>
void encode_compute(const Spent& infer, Message& message) {
  const Spent no_time{infer.count, {}};
  encode_spent(no_time, *message.mutable_compute_input());
  encode_spent(infer, *message.mutable_compute_infer());
  encode_spent(no_time, *message.mutable_compute_output());
}

}  // namespace

void encode(const ModelDescription& model, inference::ModelMetadataResponse& response) {
  response.set_name(model.name);
  response.mutable_versions()->Add(model.versions.begin(), model.versions.end());
  response.set_platform(model.platform);
  for (const TensorInfo& input : model.info.inputs) encode_metadata(input, *response.add_inputs());
  for (const TensorInfo& output : model.info.outputs) {
    encode_metadata(output, *response.add_outputs());
  }
}

void encode(const ModelDescription& model, inference::ModelConfig& config) {
  const bool batch_axis = has_batch_axis(model);
  config.set_name(model.name);
  config.set_platform(model.platform);
  config.set_backend(model.info.backend);
  config.set_max_batch_size(batch_axis ? static_cast<std::int32_t>(model.max_batch) : 0);
  for (const TensorInfo& input : model.info.inputs) {
    encode_config(input, batch_axis, *config.add_input());
  }
  for (const TensorInfo& output : model.info.outputs) {
    encode_config(output, batch_axis, *config.add_output());
  }
  if (batch_axis) config.mutable_dynamic_batching();
}

void encode(const ModelStatistics& statistics, inference::ModelStatistics& message) {
  message.set_name(statistics.name);
  message.set_version(statistics.version);
  message.set_last_inference(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(statistics.last_inference).count()));
  message.set_inference_count(statistics.inferences);
  message.set_execution_count(statistics.executions);
  auto& spent = *message.mutable_inference_stats();
  encode_spent(statistics.success, *spent.mutable_success());
  encode_spent(statistics.fail, *spent.mutable_fail());
  encode_spent(statistics.queue, *spent.mutable_queue());
  encode_compute(statistics.infer, spent);
  for (const auto& batch : statistics.batches) {
    auto& entry = *message.add_batch_stats();
    entry.set_batch_size(batch.size);
    encode_compute(batch.infer, entry);
  }
}

void encode(const ModelStatus& status, inference::RepositoryIndexResponse::ModelIndex& message) {
  message.set_name(status.name);
  message.set_version(status.version);
  message.set_state(to_string(status.state));
  message.set_reason(status.reason);
}

}  // namespace sluice::serve::grpc
