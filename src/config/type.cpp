#include "config/type.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace sluice::config {
namespace {

std::string words(const Limits& limits, const std::function<std::string(double)>& format) {
  std::string out;
  if (limits.minimum) {
    out = (limits.above_minimum ? "above " : "at least ") + format(*limits.minimum);
  }
  if (limits.maximum) {
    if (!out.empty()) out += ", ";
    out += "at most " + format(*limits.maximum);
  }
  return out;
}

bool fits(const Limits& limits, double value) {
  if (limits.minimum &&
      (limits.above_minimum ? value <= *limits.minimum : value < *limits.minimum)) {
    return false;
  }
  return !limits.maximum || value <= *limits.maximum;
}

std::shared_ptr<Description> described(Description::Kind kind) {
  auto description = std::make_shared<Description>();
  description->kind = kind;
  return description;
}

/// A double with limits, parsed and formatted with units.
Type<double> quantity(Description::Kind kind, const Limits& limits,
                      base::Result<double> (*parse)(std::string_view),
                      std::string (*format)(double)) {
  auto description = described(kind);
  description->minimum = limits.minimum;
  description->maximum = limits.maximum;
  description->above_minimum = limits.above_minimum;
  description->limits = words(limits, format);
  return {description,
          [=](const Node& node, double& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            const auto parsed = parse(node.text);
            if (!parsed) {
              reader.problem(node, parsed.error().message);
            } else if (!fits(limits, *parsed)) {
              reader.problem(node,
                             fmt::format("must be {}, is {}", description->limits, node.text));
            } else {
              value = *parsed;
            }
          },
          [=](const double& value) -> boost::json::value {
            if (kind == Description::Kind::number) {
              auto text = format(value);
              if (text.find('/') == std::string::npos) return value;
              return boost::json::string(text);
            }
            return boost::json::string(format(value));
          }};
}

Type<base::Duration> any_duration(base::Duration minimum, const std::string& forever) {
  auto description = described(Description::Kind::duration);
  description->minimum = base::to_seconds(minimum);
  if (minimum.count() > 0) description->limits = "at least " + base::format_duration(minimum);
  description->word = forever;
  return {description,
          [=](const Node& node, base::Duration& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            if (!forever.empty() && node.text == forever) {
              value = base::kForever;
              return;
            }
            const auto parsed = base::parse_duration(node.text);
            if (!parsed) {
              reader.problem(node, parsed.error().message);
            } else if (*parsed < minimum) {
              reader.problem(node, fmt::format("must be at least {}, is {}",
                                               base::format_duration(minimum), node.text));
            } else {
              value = *parsed;
            }
          },
          [=](const base::Duration& value) -> boost::json::value {
            if (value == base::kForever) return boost::json::string(forever);
            return boost::json::string(base::format_duration(value));
          }};
}

/// A string that is not empty and passes `wrong` (which says what is wrong with it).
Type<std::string> checked_text(const std::shared_ptr<Description>& description,
                               const std::function<std::string(const std::string&)>& wrong) {
  return {description,
          [description, wrong](const Node& node, std::string& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            auto message = wrong(node.text);
            if (!message.empty()) {
              reader.problem(node, std::move(message));
            } else {
              value = description->is_path ? reader.resolve(node.text) : node.text;
            }
          },
          [](const std::string& value) -> boost::json::value {
            if (value.empty()) return nullptr;
            return boost::json::string(value);
          }};
}

}  // namespace

bool expect(const Node& node, Node::Kind kind, const Description& wanted, Reader& reader) {
  if (node.kind == kind) {
    using K = Description::Kind;
    const bool is_text = wanted.kind == K::text || wanted.kind == K::choice ||
                         wanted.kind == K::duration || wanted.kind == K::rate ||
                         wanted.kind == K::bytes || wanted.kind == K::fraction;
    if (kind != Node::Kind::scalar || !node.quoted || is_text || !wanted.word.empty()) return true;
    reader.problem(node, fmt::format("expected {}, found the string \"{}\"; remove the quotes",
                                     in_words(wanted), node.text));
    return false;
  }
  const auto found = node.kind == Node::Kind::scalar ? fmt::format("\"{}\"", node.text)
                                                     : std::string(describe(node));
  reader.problem(node, fmt::format("expected {}, found {}", in_words(wanted), found));
  return false;
}

Type<bool> boolean() {
  const auto description = described(Description::Kind::boolean);
  return {description,
          [description](const Node& node, bool& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            if (node.text == "true" || node.text == "false") {
              value = node.text == "true";
            } else {
              reader.problem(node, fmt::format("\"{}\" is neither true nor false", node.text));
            }
          },
          [](const bool& value) -> boost::json::value { return value; }};
}

Type<std::string> text() {
  return checked_text(described(Description::Kind::text),
                      [](const std::string&) { return std::string(); });
}

Type<std::string> name() {
  auto description = described(Description::Kind::text);
  description->pattern = "^[A-Za-z0-9_.-]+$";
  return checked_text(description, [](const std::string& value) -> std::string {
    const auto allowed = [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    };
    if (!value.empty() && std::all_of(value.begin(), value.end(), allowed)) return {};
    return fmt::format("\"{}\" is not a name; use letters, digits, '-', '_' and '.'", value);
  });
}

Type<std::string> path() {
  auto description = described(Description::Kind::text);
  description->is_path = true;
  return checked_text(description, [](const std::string& value) -> std::string {
    return value.empty() ? "must not be empty; name a file or folder" : "";
  });
}

Type<double> number(Limits limits) {
  return quantity(Description::Kind::number, limits, base::parse_number, base::format_number);
}
namespace {

Type<float> single(Type<double> wide) {
  return {wide.description,
          [read = wide.read](const Node& node, float& value, Reader& reader) {
            double v = value;
            read(node, v, reader);
            value = static_cast<float>(v);
          },
          // 0.3F is 0.30000001192..., which nobody wrote.
          [write = wide.write](const float& value) {
            return write(std::stod(fmt::format("{}", value)));
          }};
}

}  // namespace

Type<float> real(Limits limits) {
  return single(number(limits));
}

Type<float> share(Limits limits) {
  return single(fraction(limits));
}

Type<std::filesystem::path> fs_path() {
  auto words = path();
  return {
      words.description,
      [read = words.read](const Node& node, std::filesystem::path& value, Reader& reader) {
        std::string given = value.string();
        read(node, given, reader);
        value = given;
      },
      [write = words.write](const std::filesystem::path& value) { return write(value.string()); }};
}

Type<double> rate(Limits limits) {
  return quantity(Description::Kind::rate, limits, base::parse_rate, base::format_rate);
}
Type<double> fraction(Limits limits) {
  return quantity(Description::Kind::fraction, limits, base::parse_fraction, base::format_fraction);
}

Type<std::uint64_t> bytes(std::uint64_t minimum) {
  auto description = described(Description::Kind::bytes);
  description->minimum = static_cast<double>(minimum);
  description->limits = "at least " + base::format_bytes(minimum);
  return {description,
          [=](const Node& node, std::uint64_t& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            const auto parsed = base::parse_bytes(node.text);
            if (!parsed) {
              reader.problem(node, parsed.error().message);
            } else if (*parsed < minimum) {
              reader.problem(node,
                             fmt::format("must be {}, is {}", description->limits, node.text));
            } else {
              value = *parsed;
            }
          },
          [](const std::uint64_t& value) -> boost::json::value {
            return boost::json::string(base::format_bytes(value));
          }};
}

Type<base::Duration> duration(base::Duration minimum) {
  return any_duration(minimum, "");
}
Type<base::Duration> duration_or_none(base::Duration minimum) {
  return any_duration(minimum, "none");
}

Type<std::int64_t> integer64(const IntegerOptions& options) {
  auto description = described(Description::Kind::integer);
  description->minimum = static_cast<double>(options.minimum);
  description->maximum = static_cast<double>(options.maximum);
  // The type's own limits are not worth words.
  Limits limits;
  if (options.minimum > std::numeric_limits<std::int32_t>::min()) {
    limits.minimum = static_cast<double>(options.minimum);
  }
  if (options.maximum < std::numeric_limits<std::int32_t>::max()) {
    limits.maximum = static_cast<double>(options.maximum);
  }
  description->limits = words(limits, base::format_number);
  description->word = options.word;
  return {
      description,
      [=](const Node& node, std::int64_t& value, Reader& reader) {
        if (!expect(node, Node::Kind::scalar, *description, reader)) return;
        if (!options.word.empty() && node.text == options.word) {
          value = options.word_value;
          return;
        }
        const auto parsed = base::parse_integer(node.text);
        if (!parsed) {
          std::string message = parsed.error().message;
          if (!options.word.empty()) {
            message += base::suggestion(node.text, "words", std::vector{options.word});
          }
          reader.problem(node, std::move(message));
        } else if (*parsed < options.minimum) {
          reader.problem(node, fmt::format("must be at least {}, is {}", options.minimum, *parsed));
        } else if (*parsed > options.maximum) {
          reader.problem(node, fmt::format("must be at most {}, is {}", options.maximum, *parsed));
        } else {
          value = *parsed;
        }
      },
      [options](const std::int64_t& value) -> boost::json::value {
        if (!options.word.empty() && value == options.word_value) {
          return boost::json::string(options.word);
        }
        return value;
      }};
}

std::optional<std::size_t> read_choice(const Node& node,
                                       const std::vector<ChoiceDescription>& choices,
                                       Reader& reader) {
  Description wanted;
  wanted.kind = Description::Kind::choice;
  wanted.choices = choices;
  if (!expect(node, Node::Kind::scalar, wanted, reader)) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].name == node.text) return i;
    names.push_back(choices[i].name);
  }
  reader.problem(node, fmt::format("unknown value \"{}\"{}", node.text,
                                   base::suggestion(node.text, "values", names)));
  return std::nullopt;
}

void report_duplicate_keys(const Node& mapping, Reader& reader) {
  for (std::size_t i = 0; i < mapping.entries.size(); ++i) {
    const Entry& entry = mapping.entries[i];
    const auto first = std::find_if(mapping.entries.begin(), mapping.entries.end(),
                                    [&](const Entry& e) { return e.key == entry.key; });
    if (first == mapping.entries.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    const auto scope = reader.key(entry.key);
    reader.problem(entry.value, entry.place,
                   fmt::format("given twice; the first is in line {}", first->place.line));
  }
}

Type<std::array<double, 3>> triple() {
  using Triple = std::array<double, 3>;
  const auto one = number({});
  const auto many = list(one, 3, 3);
  auto description = described(Description::Kind::either);
  description->alternatives = {many.description, one.description};
  return {description,
          [one, many](const Node& node, Triple& value, Reader& reader) {
            if (node.kind == Node::Kind::scalar) {
              double v = value[0];
              one.read(node, v, reader);
              value.fill(v);
              return;
            }
            std::vector<double> v(value.begin(), value.end());
            many.read(node, v, reader);
            std::copy_n(v.begin(), 3, value.begin());
          },
          [many](const Triple& value) {
            return many.write(std::vector<double>(value.begin(), value.end()));
          }};
}

}  // namespace sluice::config
