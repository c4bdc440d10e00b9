// Which JSON library: the body of an inference request, N random FP32 numbers in the protocol's
// JSON, read into a vector, and written from one. Built where the other libraries are installed
// (libsimdjson-dev, nlohmann-json3-dev); docs/performance.md has the result.
#include <array>
#include <charconv>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace {

std::vector<float> numbers(std::int64_t count) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same in each run
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

std::string body(std::int64_t count) {
  return fmt::format(
      R"({{"inputs":[{{"name":"x","datatype":"FP32","shape":[{},1],"data":[{}]}}]}})", count,
      fmt::join(numbers(count), ","));
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void read_boost(benchmark::State& state) {
  const std::string text = body(state.range(0));
  for (auto _ : state) {
    std::vector<float> values;
    const auto root = boost::json::parse(text);
    for (const auto& value : root.at("inputs").at(0).at("data").as_array()) {
      values.push_back(static_cast<float>(value.as_double()));
    }
    benchmark::DoNotOptimize(values.data());
  }
  count_bytes(state, text.size());
}

void read_simdjson(benchmark::State& state) {
  const simdjson::padded_string text(body(state.range(0)));
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    std::vector<float> values;
    auto root = parser.iterate(text);
    for (auto value : root["inputs"].get_array().at(0)["data"].get_array()) {
      values.push_back(static_cast<float>(double(value)));
    }
    benchmark::DoNotOptimize(values.data());
  }
  count_bytes(state, text.size());
}

void read_nlohmann(benchmark::State& state) {
  const std::string text = body(state.range(0));
  for (auto _ : state) {
    std::vector<float> values;
    const auto root = nlohmann::json::parse(text);
    for (const auto& value : root["inputs"][0]["data"]) values.push_back(value.get<float>());
    benchmark::DoNotOptimize(values.data());
  }
  count_bytes(state, text.size());
}

void write_boost(benchmark::State& state) {
  const auto values = numbers(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    boost::json::array data(values.begin(), values.end());
    const std::string text = boost::json::serialize(boost::json::object{{"data", std::move(data)}});
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  count_bytes(state, bytes);
}

/// What the daemon does.
void write_to_chars(benchmark::State& state) {
  const auto values = numbers(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::string text;
    std::array<char, 32> number{};
    for (const float value : values) {
      const auto end = std::to_chars(number.data(), number.data() + number.size(), value).ptr;
      text.append(number.data(), end).push_back(',');
    }
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  count_bytes(state, bytes);
}

void write_fmt(benchmark::State& state) {
  const auto values = numbers(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = fmt::format(R"({{"data":[{}]}})", fmt::join(values, ","));
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  count_bytes(state, bytes);
}

void write_nlohmann(benchmark::State& state) {
  const auto values = numbers(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = nlohmann::json{{"data", values}}.dump();
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  count_bytes(state, bytes);
}

BENCHMARK(read_boost)->Arg(16)->Arg(37'500);
BENCHMARK(read_simdjson)->Arg(16)->Arg(37'500);
BENCHMARK(read_nlohmann)->Arg(16)->Arg(37'500);
BENCHMARK(write_boost)->Arg(16)->Arg(37'500);
BENCHMARK(write_to_chars)->Arg(16)->Arg(37'500);
BENCHMARK(write_fmt)->Arg(16)->Arg(37'500);
BENCHMARK(write_nlohmann)->Arg(16)->Arg(37'500);

}  // namespace
