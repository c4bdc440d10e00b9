#include <memory>
#include <ostream>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "config/schema.hpp"

namespace sluice::cli {

void add_schema_command(CLI::App& program, Session& session) {
  auto markdown = std::make_shared<bool>(false);
  auto* command = program.add_subcommand("schema", "Print the JSON Schema of configuration files");
  command->add_flag("--markdown", *markdown, "Print the reference of all keys instead");
  command->footer(
      "Example:\n  sluice schema > sluice.schema.json\n"
      "  # and in the first line of a configuration, for editors:\n"
      "  # yaml-language-server: $schema=sluice.schema.json");
  command->callback([markdown, &session] {
    session.action = [markdown, &session] {
      session.out << (*markdown ? config::markdown_reference()
                                : base::to_pretty_json(config::json_schema()));
      return ExitCode::ok;
    };
  });
}

}  // namespace sluice::cli
