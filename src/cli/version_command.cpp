#include <memory>
#include <ostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "backend/ort_environment.hpp"
#include "backend/ort_providers.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;

#if defined(__clang__)
constexpr const char* kCompiler = "Clang " __clang_version__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

/// The library found at run time, which need not be that of the build.
struct Runtime {
  std::string version;
  std::vector<std::string> providers;
  std::string trouble;  ///< why it cannot be used; empty: it can
};

Runtime runtime() {
  const auto environment = backend::ort_environment();
  if (!environment) return {.version = {}, .providers = {}, .trouble = environment.error().message};
  Runtime out;
  try {
    out.version = backend::ort_version();
    for (const auto& name : Ort::GetAvailableProviders()) {
      out.providers.push_back(backend::short_provider_name(name));
    }
  } catch (const Ort::Exception& error) {
    out.trouble = backend::ort_error(error).message;
  }
  return out;
}

void print(const Runtime& runtime, std::ostream& out) {
  out << "sluice " << SLUICE_VERSION << "\ncompiler: " << kCompiler << '\n';
  if (runtime.trouble.empty()) {
    out << "ONNX Runtime: " << runtime.version << "\nproviders: " << base::join(runtime.providers)
        << '\n';
  } else {
    out << "ONNX Runtime: " << runtime.trouble << '\n';
  }
}

json::object to_json(const Runtime& runtime) {
  json::object onnxruntime;
  if (runtime.trouble.empty()) {
    onnxruntime["version"] = runtime.version;
    onnxruntime["providers"] = json::array(runtime.providers.begin(), runtime.providers.end());
  } else {
    onnxruntime["error"] = runtime.trouble;
  }
  return {{"version", SLUICE_VERSION},
          {"compiler", kCompiler},
          {"onnxruntime", std::move(onnxruntime)}};
}

}  // namespace

void add_version_command(CLI::App& program, Session& session) {
  auto as_json = std::make_shared<bool>(false);
  auto* command =
      program.add_subcommand("version", "Print versions and the execution providers there are");
  command->add_flag("--json", *as_json, "Print them as JSON");
  command->footer("Example:\n  sluice version --json");
  command->callback([as_json, &session] {
    session.action = [as_json, &session] {
      const auto found = runtime();
      if (*as_json) {
        session.out << base::to_pretty_json(to_json(found));
      } else {
        print(found, session.out);
      }
      return ExitCode::ok;
    };
  });
}

}  // namespace sluice::cli
