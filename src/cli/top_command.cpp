#include <memory>
#include <ostream>

#include <boost/json/parse.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "cli/terminal.hpp"
#include "cli/top_screen.hpp"

namespace sluice::cli {
namespace {

constexpr base::Duration kRefresh = std::chrono::seconds(1);
constexpr std::size_t kDecisions = 12;

struct TopArguments {
  std::string url = "http://127.0.0.1:8000";
  std::string token_file;
  std::string ca_file;
  bool once = false;
  bool json = false;
};

base::Result<std::unique_ptr<HttpClient>> connect(const TopArguments& arguments) {
  auto url = parse_http_url(arguments.url);
  if (!url) return tl::unexpected(url.error());
  HttpClientOptions options;
  options.ca_file = arguments.ca_file;
  if (!arguments.token_file.empty()) {
    auto token = read_token_file(arguments.token_file);
    if (!token) return tl::unexpected(token.error());
    options.token = std::move(*token);
  }
  return HttpClient::create(std::move(*url), std::move(options));
}

base::Result<boost::json::object> fetch(HttpClient& http, const TopArguments& arguments,
                                        std::string target) {
  HttpRequest request;
  request.target = std::move(target);
  const auto reply = http.send(request);
  if (!reply) return tl::unexpected(reply.error());
  if (reply->status == 401 || reply->status == 403) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}: the daemon wants a token with the role operate; give --token-file",
                      arguments.url);
  }
  boost::system::error_code error;
  const auto document = boost::json::parse(reply->body, error);
  if (reply->status != 200 || error || !document.is_object()) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}{}: status {} and no document; is this a sluice daemon?", arguments.url,
                      request.target, reply->status);
  }
  return document.get_object();
}

base::Result<TopView> fetch_view(HttpClient& http, const TopArguments& arguments) {
  auto live = fetch(http, arguments, "/api/v1/live");
  if (!live) return tl::unexpected(live.error());
  auto decisions = fetch(http, arguments, fmt::format("/api/v1/decisions?limit={}", kDecisions));
  if (!decisions) return tl::unexpected(decisions.error());
  return TopView{std::move(*live), std::move(*decisions), ""};
}

/// Shows the daemon again and again. One that goes away may come back.
ExitCode watch(HttpClient& http, const TopArguments& arguments, TopView view, Session& session) {
  const auto screen = FullScreen::enter();
  if (!screen) return session.fail(screen.error());
  for (;;) {
    auto size = terminal_size();
    --size.rows;  // a newline in the last row would scroll
    (*screen)->show(top_screen(view, size, true));
    const auto wake = (*screen)->wait(kRefresh);
    if (wake == FullScreen::Wake::quit) return ExitCode::ok;
    if (wake == FullScreen::Wake::resized) continue;
    if (auto fresh = fetch_view(http, arguments)) {
      view = std::move(*fresh);
    } else {
      view.problem = fresh.error().message;
    }
  }
}

ExitCode run(const TopArguments& arguments, Session& session) {
  const auto http = connect(arguments);
  if (!http) return session.fail(http.error());
  if (arguments.json) {
    const auto live = fetch(**http, arguments, "/api/v1/live");
    if (!live) return session.fail(live.error());
    session.out << base::to_pretty_json(*live);
    return ExitCode::ok;
  }
  auto view = fetch_view(**http, arguments);
  if (!view) return session.fail(view.error());
  if (!arguments.once && session.out_is_terminal) {
    return watch(**http, arguments, std::move(*view), session);
  }
  TerminalSize size = session.out_is_terminal ? terminal_size() : TerminalSize{160, 0};
  size.rows = 0;
  session.out << top_screen(*view, size, session.out_is_terminal);
  return ExitCode::ok;
}

}  // namespace

void add_top_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<TopArguments>();
  auto* command = program.add_subcommand("top", "Watch a running daemon (q: quit)");
  command->add_option("URL", arguments->url, "Where it is")->capture_default_str()->type_name("");
  command->add_flag("--once", arguments->once,
                    "Print one screen and exit, as always where the output is no terminal");
  command->add_flag("--json", arguments->json, "Print the live document as JSON and exit")
      ->excludes("--once");
  command->add_option("--token-file", arguments->token_file, "File with a bearer token")
      ->type_name("FILE");
  command
      ->add_option("--ca-file", arguments->ca_file,
                   "PEM file that the daemon's certificate must lead to, instead of the system's")
      ->type_name("FILE");
  command->footer("Example:\n  sluice top http://line-3:8000");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace sluice::cli
