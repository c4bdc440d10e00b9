#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <sstream>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "import/import.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using import::NoteKind;
using import::Origin;

struct ImportArguments {
  std::vector<std::string> files;
  std::string from;
  std::string out;
  bool json = false;
  bool force = false;
};

base::Result<std::vector<import::Input>> read_inputs(const std::vector<std::string>& files) {
  std::vector<import::Input> inputs;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    import::Input input{file, { std::istreambuf_iterator<char>(in), {} }};
    if (!in || std::filesystem::is_directory(file)) {
      return base::fail(base::ErrorCode::invalid,
                        "{}: cannot be read; name a file that exists and may be read", file);
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

/// Everything that is written: the configuration first.
std::vector<import::File> output_files(const import::Imported& imported, const std::string& out) {
  std::vector<import::File> files{{out, imported.yaml}};
  const auto folder = std::filesystem::path(out).parent_path();
  for (const auto& file : imported.files) {
    files.push_back({(folder / file.path).string(), file.text});
  }
  return files;
}

json::object to_json(const import::Imported& imported, Origin origin) {
  json::array files;
  for (const auto& file : imported.files) {
    files.push_back(json::object{{"path", file.path}, {"text", file.text}});
  }
  json::array notes;
  for (const auto& note : imported.notes) {
    notes.push_back(json::object{{"kind", std::string(import::to_string(note.kind))},
                                 {"place", note.place},
                                 {"message", note.message}});
  }
  return {{"from", origin == Origin::vio ? "vio" : "gateway"},
          {"yaml", imported.yaml},
          {"files", std::move(files)},
          {"notes", std::move(notes)}};
}

/// What needs the user comes last, where it is seen.
void print_notes(const import::Imported& imported, bool written, Session& session) {
  if (session.quiet) return;
  for (const auto kind : {NoteKind::mapped, NoteKind::left_out, NoteKind::changed}) {
    for (const auto& note : imported.notes) {
      if (note.kind != kind) continue;
      session.err << fmt::format("{}: {}: {}\n", import::to_string(kind), note.place, note.message);
    }
  }
  for (const auto& file : imported.files) {
    session.err << fmt::format("{}: {}\n", file.path,
                               written ? "written" : "not written; name --out to have it written");
  }
}

/// One line per problem.
ExitCode fail_import(const base::Error& error, Session& session) {
  auto code = ExitCode::usage;
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) code = session.fail({error.code, line});
  return code;
}

ExitCode import_configuration(const ImportArguments& arguments, Session& session) {
  const auto inputs = read_inputs(arguments.files);
  if (!inputs) return session.fail(inputs.error());
  base::Result<Origin> origin = arguments.from == "vio" ? Origin::vio : Origin::gateway;
  if (arguments.from.empty()) origin = import::guess_origin(*inputs);
  if (!origin) return session.fail(origin.error());
  const auto imported = import::import_files(*inputs, *origin);
  if (!imported) return fail_import(imported.error(), session);

  const bool written = !arguments.out.empty();
  if (written) {
    const auto files = output_files(*imported, arguments.out);
    for (const auto& file : files) {
      if (auto ready = prepare_output(file.path, arguments.force); !ready) {
        return session.fail(ready.error());
      }
    }
    for (const auto& file : files) {
      if (auto done = write_output(file.path, file.text); !done) return session.fail(done.error());
    }
  }
  if (arguments.json) {
    session.out << base::to_pretty_json(to_json(*imported, *origin));
    return ExitCode::ok;
  }
  if (!written) session.out << imported->yaml;
  print_notes(*imported, written, session);
  return ExitCode::ok;
}

}  // namespace

void add_import_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<ImportArguments>();
  auto* command = program.add_subcommand(
      "import", "Make a configuration from those of VIO or of edge-infer-gateway");
  command
      ->add_option("FILE", arguments->files,
                   "VIO: stations and the inventory; edge-infer-gateway: models.yaml, "
                   "pipelines.yaml")
      ->required()
      ->type_name("");
  command->add_option("--from", arguments->from, "Whose files they are; else it is seen from them")
      ->type_name("PROGRAM")
      ->check(CLI::IsMember({"vio", "gateway"}));
  command
      ->add_option("-o,--out", arguments->out,
                   "Write the configuration there, and beside it the files that it names")
      ->type_name("FILE");
  command->add_flag("--json", arguments->json, "Print all, with the notes, as JSON");
  command->add_flag("--force", arguments->force, "Replace files that exist");
  command->footer(
      "Examples:\n  sluice import station.json inventory.json -o line.yaml\n"
      "  sluice import models.yaml pipelines.yaml -o gateway.yaml && sluice check gateway.yaml");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return import_configuration(*arguments, session); };
  });
}

}  // namespace sluice::cli
