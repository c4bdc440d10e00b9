#include "telemetry/page.hpp"

#include <fmt/format.h>

#include "telemetry/svg.hpp"

namespace sluice::telemetry {

namespace {

// Colours after Okabe and Ito, "Color Universal Design" (2008): distinguishable with the common
// kinds of colour blindness; lighter variants on dark ground.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--bg:#f5f7f9;--card:#fff;--ink:#16202b;--soft:#5a6878;--line:#dfe5eb;
--grid:#eaeef2;--hover:rgba(22,32,43,.07);--on:#009e73;--late:#e69f00;--failed:#d55e00;
--dropped:#8d99a8;--flight:#cfd7df;--c0:#0072b2;--c1:#b4589a;--c2:#8a7a00;--c3:#3a9fd8;--c4:#9a5b3c;
--c5:#009e73;--c6:#d55e00;--c7:#5a6878;--barink:#fff;--accent:#0072b2}
@media(prefers-color-scheme:dark){:root{--bg:#0e1319;--card:#161d26;--ink:#e4eaf0;--soft:#93a2b2;
--line:#273240;--grid:#1f2935;--hover:rgba(228,234,240,.09);--on:#1fb98c;--late:#f0b43c;
--failed:#f0783c;--dropped:#6f7d8d;--flight:#394757;--c0:#4ba3dc;--c1:#d98cc0;--c2:#c9bd3a;
--c3:#8ad0f5;--c4:#c98a68;--c5:#1fb98c;--c6:#f0783c;--c7:#93a2b2;--barink:#0b1016;--accent:#4ba3dc}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 20px}
header{padding-top:34px}
header .brand{font-weight:700;letter-spacing:.08em;font-size:12px;text-transform:uppercase;
color:var(--accent)}
h1{font-size:30px;line-height:1.2;margin:4px 0 6px;font-weight:700;letter-spacing:-.01em}
header p{margin:0 0 4px;color:var(--soft)}
header p.lead{font-size:17px;color:var(--ink);margin:10px 0 6px;max-width:75ch}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;
margin:18px 0}
h2{font-size:18px;margin:0 0 2px;font-weight:650}
h3{font-size:14px;margin:14px 0 2px;font-weight:600}
section>p.intro{margin:0 0 14px;color:var(--soft);max-width:80ch}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;
margin:20px 0 0;padding:0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:14px 16px}
.figures dt{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
.figures dd{margin:0}
.figures .value{font-size:26px;font-weight:700;letter-spacing:-.01em;line-height:1.3}
.figures .detail{color:var(--soft);font-size:13px}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:6px 26px}
.chart{margin:0;overflow-x:auto}
.chart svg{display:block;width:100%;min-width:560px;height:auto}
.chart.small svg{min-width:300px}
.tick{font-size:12px;fill:var(--soft)}
.label{font-size:12px;fill:var(--ink);font-weight:600}

line.rule{stroke:var(--grid)}
.axis{stroke:var(--line)}
.quantile{stroke:var(--ink);stroke-width:1;opacity:.55}
.budget{stroke:var(--ink);stroke-width:1.6;stroke-dasharray:5 4}
.line{fill:none;stroke:var(--paint);stroke-width:1.8;stroke-linejoin:round}
.area{fill:var(--paint);opacity:.13}
.fill{fill:var(--paint);background:var(--paint)}
.dot{fill:var(--card)}
.rest{--paint:transparent}.bar .rest{color:transparent}
h2.run{margin:26px 0 -10px}
.hit{fill:transparent}.hit:hover{fill:var(--hover)}
.on{--paint:var(--on)}.late{--paint:var(--late)}.failed{--paint:var(--failed)}
.dropped{--paint:var(--dropped)}.flight{--paint:var(--flight)}
.c0{--paint:var(--c0)}.c1{--paint:var(--c1)}.c2{--paint:var(--c2)}.c3{--paint:var(--c3)}
.c4{--paint:var(--c4)}.c5{--paint:var(--c5)}.c6{--paint:var(--c6)}.c7{--paint:var(--c7)}
.r0{--paint:var(--c0)}.r1{--paint:var(--c3)}.r2{--paint:#7f8fd0}.r3{--paint:var(--late)}
.r4{--paint:var(--c5)}.r5{--paint:var(--c1)}.r6{--paint:var(--dropped)}.r7{--paint:var(--failed)}
.r8{--paint:var(--c4)}.r9{--paint:var(--flight)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;
font-size:13px;color:var(--soft)}
.mark{display:inline-block;width:11px;height:11px;border-radius:3px;background:var(--paint);
margin-right:6px;vertical-align:-1px}
.outcomes{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:10px 14px;
align-items:center;margin:6px 0 14px}
.outcomes .name{font-weight:600;overflow-wrap:anywhere}
.outcomes small{display:block;font-weight:400;color:var(--soft)}
.bar{display:flex;height:30px;border-radius:7px;overflow:hidden;background:var(--grid);gap:1px}
.bar span{display:flex;align-items:center;justify-content:center;font-size:12.5px;font-weight:600;
color:var(--barink);white-space:nowrap;overflow:hidden;min-width:2px}
.bar .flight{color:var(--ink)}
.scroll{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:13px;padding:2px 0 4px}
th,td{padding:6px 12px 6px 0;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:13px}
.text{text-align:left}td.text{white-space:normal}
tr.strong td{font-weight:700}
td:last-child,th:last-child{padding-right:0}
.examples{margin:0;padding:0;list-style:none}
.examples li{border-top:1px solid var(--line);padding:8px 0}
.examples li:first-child{border-top:0}
.chip{display:inline-block;font-size:12px;font-weight:600;border-radius:6px;padding:1px 8px;
border:1px solid var(--line);margin-left:8px}
.chip .mark{width:8px;height:8px;margin-right:5px;vertical-align:0}
.muted{color:var(--soft)}
.warn{border-left:4px solid var(--late)}
code{font:13px ui-monospace,"DejaVu Sans Mono",monospace;background:var(--grid);border-radius:4px;
padding:1px 5px}
footer{color:var(--soft);font-size:13px;padding-bottom:36px}
@media(max-width:560px){h1{font-size:24px}section{padding:16px 14px}
.outcomes{grid-template-columns:1fr;gap:4px}}
@media print{body{background:#fff}section{break-inside:avoid}}
)";

}  // namespace

std::string page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{}</title><style>{}</style></head>\n<body>\n{}\n</body></html>\n",
      html_escape(title), kStyle, body);
}

std::string section(std::string_view heading, std::string_view intro, std::string_view content) {
  const std::string lead =
      intro.empty() ? "" : fmt::format("<p class=\"intro\">{}</p>", html_escape(intro));
  return fmt::format("<section><h2>{}</h2>{}{}</section>\n", html_escape(heading), lead, content);
}

std::string figures(const std::vector<Figure>& all) {
  std::string out = "<dl class=\"figures\">";
  for (const Figure& figure : all) {
    out += fmt::format(
        "<div><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"detail\">{}</dd></div>",
        html_escape(figure.label), html_escape(figure.value), html_escape(figure.detail));
  }
  return out + "</dl>\n";
}

void HtmlTable::add(const std::vector<std::string>& row, bool strong) {
  rows_ += strong ? "<tr class=\"strong\">" : "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    rows_ += i < left_columns_ ? "<td class=\"text\">" : "<td>";
    rows_ += html_escape(row[i]) + "</td>";
  }
  rows_ += "</tr>";
}

std::string HtmlTable::html(std::string_view caption) const {
  std::string head;
  for (std::size_t i = 0; i < head_.size(); ++i) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", i < left_columns_ ? " class=\"text\"" : "",
                        html_escape(head_[i]));
  }
  const std::string title =
      caption.empty() ? "" : fmt::format("<caption>{}</caption>", html_escape(caption));
  return fmt::format(
      "<div class=\"scroll\"><table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody>"
      "</table></div>",
      title, head, rows_);
}

}  // namespace sluice::telemetry
