#include "monitor/tegrastats.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "monitor/text.hpp"

namespace sluice::monitor {
namespace {

bool starts_with_letter(std::string_view word) {
  if (word.empty()) return false;
  const char c = word.front();
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Splits at the first `separator`; without one the second part is empty.
std::pair<std::string_view, std::string_view> split(std::string_view word, char separator) {
  const std::size_t at = word.find(separator);
  if (at == std::string_view::npos) return {word, {}};
  return {word.substr(0, at), word.substr(at + 1)};
}

// A number that ends in `unit`, which may be missing.
std::optional<double> with_unit(std::string_view word, std::string_view unit) {
  if (word.ends_with(unit)) word.remove_suffix(unit.size());
  return parse_number<double>(word);
}

// "2448/7860MB"
std::optional<TegraMemory> parse_memory(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 3> kUnits{
      {{"kB", 1ull << 10}, {"MB", 1ull << 20}, {"GB", 1ull << 30}}};
  for (const auto& [unit, bytes] : kUnits) {
    if (!word.ends_with(unit)) continue;
    word.remove_suffix(unit.size());
    const auto [used_text, total_text] = split(word, '/');
    const auto used = parse_number<std::uint32_t>(used_text);
    const auto total = parse_number<std::uint32_t>(total_text);
    if (!used || !total) return std::nullopt;
    return TegraMemory{*used * bytes, *total * bytes};
  }
  return std::nullopt;
}

// "12%"
std::optional<double> parse_share(std::string_view word) {
  if (!word.ends_with('%')) return std::nullopt;
  const auto percent = with_unit(word, "%");
  if (!percent || *percent < 0) return std::nullopt;
  return std::min(1.0, *percent / 100);
}

// "[4%@729,off,12%]"
std::vector<TegraCore> parse_cores(std::string_view word) {
  std::vector<TegraCore> cores;
  if (!word.starts_with('[') || !word.ends_with(']') || word.size() < 3) return cores;
  word = word.substr(1, word.size() - 2);
  while (!word.empty()) {
    const auto [entry, rest] = split(word, ',');
    word = rest;
    TegraCore core;
    const auto [share, mhz] = split(entry, '@');
    if (const auto utilisation = parse_share(share)) {
      core.online = true;
      core.utilisation = *utilisation;
      core.mhz = parse_number<double>(mhz);
    }
    cores.push_back(core);
  }
  return cores;
}

// What follows an engine's name: "off", "174", "0%", "0%@2133", "0%@[305,306]" or "@[305]".
std::optional<TegraEngine> parse_engine(std::string_view name, std::string_view value) {
  TegraEngine engine;
  if (name.ends_with("_FREQ")) name.remove_suffix(std::string_view("_FREQ").size());
  engine.name = name;
  if (value == "off") return engine;
  engine.on = true;
  std::string_view clocks = value;
  if (value.find_first_of("%@") != std::string_view::npos) {
    const auto [share, after] = split(value, '@');
    engine.utilisation = parse_share(share);
    if (!share.empty() && !engine.utilisation) return std::nullopt;
    clocks = after;
  }
  if (clocks.starts_with('[') && clocks.ends_with(']') && clocks.size() >= 2) {
    clocks = clocks.substr(1, clocks.size() - 2);
  }
  while (!clocks.empty()) {
    const auto [clock, rest] = split(clocks, ',');
    clocks = rest;
    const auto mhz = parse_number<double>(clock);
    if (!mhz || *mhz < 0) return std::nullopt;
    engine.mhz.push_back(*mhz);
  }
  if (!engine.utilisation && engine.mhz.empty()) return std::nullopt;
  return engine;
}

// "CPU@47.281C"
std::optional<Temperature> parse_temperature(std::string_view word) {
  const auto [name, value] = split(word, '@');
  if (name.empty() || !value.ends_with('C')) return std::nullopt;
  const auto celsius = with_unit(value, "C");
  if (!celsius || !plausible_temperature(*celsius)) return std::nullopt;
  return Temperature{std::string(name), *celsius, true};
}

// "1592mW/1590mW", or before JetPack 5 "1592/1590".
std::optional<PowerRail> parse_rail(std::string_view name, std::string_view value) {
  const auto [now_text, mean_text] = split(value, '/');
  const auto now = with_unit(now_text, "mW");
  const auto mean = with_unit(mean_text, "mW");
  constexpr double kAbsurd = 1e7;
  if (!now || !mean || std::fabs(*now) > kAbsurd || std::fabs(*mean) > kAbsurd) {
    return std::nullopt;
  }
  return PowerRail{std::string(name), *now, *mean};
}

bool is_timestamp(std::string_view date, std::string_view time) {
  // MM-DD-YYYY HH:MM:SS
  return date.size() == 10 && date[2] == '-' && date[5] == '-' && time.size() == 8 &&
         time[2] == ':' && time[5] == ':';
}

void place_engine(TegraSample& sample, TegraEngine engine) {
  if (engine.name == "EMC") {
    sample.emc = std::move(engine);
  } else if (engine.name == "GR3D") {
    sample.gpu = std::move(engine);
  } else {
    sample.engines.push_back(std::move(engine));
  }
}

// A name and the word after it. False: they do not belong together.
bool parse_pair(TegraSample& sample, std::string_view name, std::string_view value) {
  if (name == "RAM") {
    sample.ram = parse_memory(value);
  } else if (name == "SWAP") {
    sample.swap = parse_memory(value);
  } else if (name == "IRAM") {
    return parse_memory(split(value, '(').first).has_value();
  } else if (name == "CPU") {
    sample.cores = parse_cores(value);
  } else if (value.find('/') != std::string_view::npos) {
    auto rail = parse_rail(name, value);
    if (!rail) return false;
    // NC: a channel of the sensor that is not connected.
    if (name != "NC") sample.rails.push_back(std::move(*rail));
  } else {
    auto engine = parse_engine(name, value);
    if (!engine) return false;
    place_engine(sample, std::move(*engine));
  }
  return true;
}

}  // namespace

std::optional<double> TegraSample::power_w() const {
  if (rails.empty()) return std::nullopt;
  double sum = 0;
  for (const PowerRail& rail : rails) {
    if (rail.name == "VDD_IN" || rail.name == "POM_5V_IN") return rail.mw / 1000;
    // AGX Orin: VDDQ_VDD2_1V8AO is fed by VIN_SYS_5V0, where it counts already.
    if (rail.name != "VDDQ_VDD2_1V8AO") sum += rail.mw;
  }
  return sum / 1000;
}

base::Result<TegraSample> parse_tegrastats(std::string_view line) {
  TegraSample sample;
  std::string_view rest = line;
  std::string_view word = take_word(rest);
  bool recognised = false;
  while (!word.empty()) {
    // Comments such as "(lfb 5x4MB)" and "(cached 0MB)" end the word before them.
    if (word.front() == '(') {
      while (!word.empty() && word.back() != ')') word = take_word(rest);
      word = take_word(rest);
      continue;
    }
    if (auto temperature = parse_temperature(word)) {
      sample.temperatures.push_back(std::move(*temperature));
      word = take_word(rest);
      continue;
    }
    const std::string_view next = take_word(rest);
    if (sample.timestamp.empty() && is_timestamp(word, next)) {
      sample.timestamp.assign(word).append(" ").append(next);
      word = take_word(rest);
      continue;
    }
    if (starts_with_letter(word) && parse_pair(sample, word, next)) {
      recognised = recognised || word == "RAM" || word == "CPU";
      word = take_word(rest);
    } else {
      word = next;
    }
  }
  if (!recognised || (!sample.ram && sample.cores.empty())) {
    constexpr std::size_t kShown = 60;
    return base::fail(base::ErrorCode::invalid,
                      "not a line of tegrastats (no RAM and no CPU in it): '{}'",
                      line.substr(0, kShown));
  }
  return sample;
}

}  // namespace sluice::monitor
