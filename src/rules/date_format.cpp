#include "rules/date_format.hpp"

#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace sluice::rules {
namespace {

using base::ErrorCode;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower_letter(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Takes `least` to `most` digits from the front of the text.
std::optional<unsigned> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  unsigned number = 0;
  std::size_t length = 0;
  while (length < most && length < text.size() && is_digit(text[length])) {
    number = number * 10 + static_cast<unsigned>(text[length] - '0');
    ++length;
  }
  if (length < least) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

std::optional<unsigned> take_month_name(std::string_view& text) {
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    const std::string_view name = kMonths[month];
    if (text.size() < name.size()) return std::nullopt;
    bool same = true;
    for (std::size_t i = 0; i < name.size(); ++i) same &= lower_letter(text[i]) == name[i];
    if (same) {
      text.remove_prefix(name.size());
      return static_cast<unsigned>(month + 1);
    }
  }
  return std::nullopt;
}

struct DateParts {
  std::optional<unsigned> year;
  std::optional<unsigned> month;
  std::optional<unsigned> day;
};

bool take_conversion(char conversion, std::string_view& text, DateParts& parts) {
  switch (conversion) {
    case 'd':
      return (parts.day = take_number(text, 1, 2)).has_value();
    case 'm':
      return (parts.month = take_number(text, 1, 2)).has_value();
    case 'b':
      return (parts.month = take_month_name(text)).has_value();
    case 'Y':
      return (parts.year = take_number(text, 4, 4)).has_value();
    default:
      parts.year = take_number(text, 2, 2);
      if (parts.year) *parts.year += 2000;
      return parts.year.has_value();
  }
}

/// Takes a date in the format from the front of the text.
std::optional<year_month_day> take_date(std::string_view format, std::string_view& text) {
  DateParts parts;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && format[++i] != '%') {
      if (!take_conversion(format[i], text, parts)) return std::nullopt;
    } else if (text.empty() || text.front() != format[i]) {
      return std::nullopt;
    } else {
      text.remove_prefix(1);
    }
  }
  const std::chrono::year_month month(std::chrono::year(static_cast<int>(parts.year.value_or(0))),
                                      std::chrono::month(parts.month.value_or(0)));
  if (!month.ok()) return std::nullopt;
  const year_month_day date =
      parts.day ? year_month_day(month / std::chrono::day(*parts.day))
                : year_month_day(std::chrono::sys_days(month / std::chrono::last));
  if (!date.ok()) return std::nullopt;
  return date;
}

/// Does a number, or numbers joined by the format's punctuation, go on across this place?
bool continues(std::string_view format, std::string_view text, std::size_t place) {
  const auto digit_at = [text](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  const auto joint_at = [format, text](std::size_t i) {
    return i < text.size() && std::ispunct(static_cast<unsigned char>(text[i])) != 0 &&
           format.find(text[i]) != std::string_view::npos;
  };
  if (place == 0) return false;
  if (digit_at(place - 1)) {
    return digit_at(place) || (joint_at(place) && digit_at(place + 1));
  }
  return place > 1 && joint_at(place - 1) && digit_at(place - 2) && digit_at(place);
}

}  // namespace

base::Result<DateFormat> DateFormat::parse(std::string text) {
  int years = 0;
  int months = 0;
  int days = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    const char conversion = ++i < text.size() ? text[i] : '\0';
    switch (conversion) {
      case 'Y':
      case 'y':
        ++years;
        break;
      case 'm':
      case 'b':
        ++months;
        break;
      case 'd':
        ++days;
        break;
      case '%':
        break;
      default:
        return base::fail(ErrorCode::invalid,
                          "date format '{}': after % comes one of d, m, b, Y, y, %", text);
    }
  }
  if (years != 1 || months != 1 || days > 1) {
    return base::fail(ErrorCode::invalid,
                      "date format '{}': it needs one year (%Y or %y), one month (%m or %b) and "
                      "at most one day (%d)",
                      text);
  }
  return DateFormat(std::move(text));
}

std::vector<year_month_day> DateFormat::find(std::string_view text) const {
  std::vector<year_month_day> dates;
  std::size_t at = 0;
  while (at < text.size()) {
    std::string_view rest = text.substr(at);
    const auto date = take_date(text_, rest);
    const std::size_t end = text.size() - rest.size();
    if (date && !continues(text_, text, at) && !continues(text_, text, end)) {
      dates.push_back(*date);
      at = end;
    } else {
      ++at;
    }
  }
  return dates;
}

}  // namespace sluice::rules
