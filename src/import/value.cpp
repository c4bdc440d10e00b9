#include "import/value.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/json.hpp"

namespace sluice::import {

Value::Value(const boost::json::value& document, std::string file, Log& log)
    : Value(&document, std::move(file), {}, &log) {}

Value::Value(const boost::json::value* value, std::string file, std::string path, Log* log)
    : value_(value != nullptr && value->is_null() ? nullptr : value),
      file_(std::move(file)),
      path_(std::move(path)),
      log_(log),
      read_(std::make_shared<std::set<std::string, std::less<>>>()) {}

Value Value::operator[](std::string_view key) const {
  const auto path = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  if (value_ != nullptr && !value_->is_object()) wrong_kind("a mapping");
  if (!is_mapping()) return {nullptr, file_, path, log_};
  read_->emplace(key);
  return {value_->get_object().if_contains(key), file_, path, log_};
}

Value Value::required(std::string_view key, std::string_view what) const {
  auto value = (*this)[key];
  if (is_mapping() && !value) value.problem(fmt::format("is missing: {}; add it", what));
  return value;
}

std::vector<std::pair<std::string, Value>> Value::entries() const {
  std::vector<std::pair<std::string, Value>> out;
  if (value_ == nullptr) return out;
  if (!value_->is_object()) {
    wrong_kind("a mapping");
    return out;
  }
  for (const auto& entry : value_->get_object()) {
    out.emplace_back(std::string(entry.key()), (*this)[entry.key()]);
  }
  return out;
}

std::vector<Value> Value::items() const {
  std::vector<Value> out;
  if (value_ == nullptr) return out;
  if (!value_->is_array()) {
    wrong_kind("a list");
    return out;
  }
  for (const auto& item : value_->get_array()) {
    out.push_back(Value(&item, file_, fmt::format("{}[{}]", path_, out.size()), log_));
  }
  return out;
}

std::string Value::text(std::string_view fallback) const {
  if (value_ == nullptr) return std::string(fallback);
  if (value_->is_string()) return std::string(value_->get_string());
  if (value_->is_number()) return base::to_json(*value_);
  wrong_kind("a text");
  return std::string(fallback);
}

double Value::number(double fallback) const {
  if (value_ == nullptr) return fallback;
  if (value_->is_number()) return value_->to_number<double>();
  wrong_kind("a number");
  return fallback;
}

std::int64_t Value::integer(std::int64_t fallback, std::int64_t least, std::int64_t most) const {
  const double given = number(static_cast<double>(fallback));
  if (given >= static_cast<double>(least) && given <= static_cast<double>(most) &&
      given == std::floor(given)) {
    return static_cast<std::int64_t>(given);
  }
  problem(fmt::format("is {}, but must be a whole number from {} to {}", given, least, most));
  return fallback;
}

bool Value::boolean(bool fallback) const {
  if (value_ == nullptr) return fallback;
  if (value_->is_bool()) return value_->get_bool();
  wrong_kind("true or false");
  return fallback;
}

std::vector<std::string> Value::words() const {
  std::vector<std::string> out;
  if (is_list()) {
    for (const auto& item : items()) out.push_back(item.text());
  } else if (value_ != nullptr) {
    out.push_back(text());
  }
  return out;
}

void Value::problem(std::string_view message) const {
  auto made = fmt::format("{}: {}", place(), message);
  if (std::ranges::find(log_->problems, made) == log_->problems.end()) {
    log_->problems.push_back(std::move(made));
  }
}

void Value::leave_rest(std::string_view why) const {
  if (!is_mapping()) return;
  for (const auto& entry : value_->get_object()) {
    const std::string_view key = entry.key();
    if (!read_->contains(key)) (*this)[key].left_out(std::string(why));
  }
}

std::string Value::place() const {
  return path_.empty() ? file_ : fmt::format("{}: {}", file_, path_);
}

void Value::wrong_kind(std::string_view wanted) const {
  problem(fmt::format("must be {}", wanted));
}

void Value::note(NoteKind kind, std::string message) const {
  Note made{kind, place(), std::move(message)};
  if (std::ranges::find(log_->notes, made) == log_->notes.end()) {
    log_->notes.push_back(std::move(made));
  }
}

}  // namespace sluice::import
