#include "rules/findings.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"
#include "rules/describe.hpp"

namespace sluice::rules {
namespace {

std::string_view quantifier(const std::vector<Finding>& findings, Match match) {
  if (findings.size() < 2) return "";
  switch (match) {
    case Match::any:
      return " of at least one";
    case Match::last:
      return " of the last";
    case Match::all:
      break;
  }
  return " of each";
}

/// "label 'a', label 'b' and 3 more".
std::string list_text(const std::vector<Finding>& findings) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, findings.size()); ++i) {
    shown.push_back(findings[i].what);
  }
  const std::size_t more = findings.size() - shown.size();
  return base::join(shown) + (more > 0 ? fmt::format(" and {} more", more) : "");
}

}  // namespace

std::optional<Finding> label_finding(const vision::Object& object,
                                     const std::vector<std::string>& labels, bool wanted) {
  if (object.label.empty()) return std::nullopt;
  const bool listed = std::ranges::find(labels, object.label) != labels.end();
  return Finding{&object, listed == wanted, fmt::format("label '{}'", object.label)};
}

std::optional<Finding> box_finding(const vision::Object& object, const BoxRange& test) {
  if (!object.box) return std::nullopt;
  const double width = double{object.box->x1} - double{object.box->x0};
  const double height = double{object.box->y1} - double{object.box->y0};
  const Point point = anchor_point(*object.box, test.anchor);
  const auto fits = [](const std::optional<Range>& range, double value) {
    return !range || within(*range, value);
  };
  const bool good = fits(test.width, width) && fits(test.height, height) &&
                    fits(test.area, width * height) && fits(test.x, point.x) &&
                    fits(test.y, point.y);
  return Finding{&object, good,
                 fmt::format("box of {:.6g} x {:.6g} pixels at ({:.6g}, {:.6g})", width, height,
                             point.x, point.y)};
}

Verdict judge(const std::vector<Finding>& findings, Match match, const std::string& expectation) {
  std::vector<Finding> good;
  std::vector<Finding> bad;
  std::ranges::copy_if(findings, std::back_inserter(good), &Finding::good);
  std::ranges::copy_if(findings, std::back_inserter(bad),
                       [](const Finding& finding) { return !finding.good; });
  bool ok = findings.back().good;
  std::vector<Finding> deciding{findings.back()};
  if (match == Match::all) {
    ok = bad.empty();
    deciding = ok ? good : bad;
  } else if (match == Match::any) {
    ok = !good.empty();
    deciding = ok ? good : bad;
  }

  Verdict verdict;
  verdict.decision = ok ? Decision::ok : Decision::ko;
  verdict.reason = fmt::format("found {} where {}{}", list_text(deciding), expectation,
                               quantifier(findings, match));
  for (const Finding& finding : deciding) verdict.objects.push_back(finding.object->id);
  return verdict;
}

}  // namespace sluice::rules
