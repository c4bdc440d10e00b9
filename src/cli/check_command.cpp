#include <memory>
#include <ostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;

struct CheckArguments {
  ConfigArguments config;
  bool json = false;
};

json::object to_json(const config::Problem& problem) {
  json::object out{{"file", problem.file}};
  if (problem.place.line > 0) {
    out["line"] = problem.place.line;
    out["column"] = problem.place.column;
  }
  if (!problem.path.empty()) out["path"] = problem.path;
  out["message"] = problem.message;
  return out;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

ExitCode check(const CheckArguments& arguments, Session& session) {
  const auto& file = arguments.config.file;
  const auto loaded = config::load_file(file, {.settings = arguments.config.settings});
  const auto problems = loaded.config ? config::check_files(loaded, file) : loaded.problems;
  const auto code = problems.empty() ? ExitCode::ok : ExitCode::usage;
  if (arguments.json) {
    json::array list;
    for (const auto& problem : problems) list.push_back(to_json(problem));
    session.out << base::to_pretty_json(
        json::object{{"file", file}, {"ok", problems.empty()}, {"problems", std::move(list)}});
    return code;
  }
  if (problems.empty()) {
    const auto& config = *loaded.config;
    session.out << fmt::format(
        "{}: ok ({}, {}{})\n", file, counted(config.models.size(), "model"),
        counted(config.tasks.size(), "task"),
        config.stations.empty() ? "" : ", " + counted(config.stations.size(), "station"));
    return code;
  }
  print_problems(problems, session);
  return code;
}

}  // namespace

void add_check_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<CheckArguments>();
  auto* command = program.add_subcommand("check", "Check a configuration and the files it names");
  add_config_arguments(*command, arguments->config);
  command->add_flag("--json", arguments->json, "Print the problems as JSON");
  command->footer("Example:\n  sluice check examples/demo.yaml");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return check(*arguments, session); };
  });
}

}  // namespace sluice::cli
