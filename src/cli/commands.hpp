// One function per command: each adds itself to the program and, once parsed, sets
// Session::action. The session must outlive the program.
#pragma once

#include <CLI/App.hpp>

#include "cli/session.hpp"

namespace sluice::cli {

void add_run_command(CLI::App& program, Session& session);
void add_serve_command(CLI::App& program, Session& session);
void add_infer_command(CLI::App& program, Session& session);
void add_check_command(CLI::App& program, Session& session);
void add_compare_command(CLI::App& program, Session& session);
void add_replay_command(CLI::App& program, Session& session);
void add_report_command(CLI::App& program, Session& session);
void add_explain_command(CLI::App& program, Session& session);
void add_top_command(CLI::App& program, Session& session);
void add_bench_command(CLI::App& program, Session& session);
/// Below `bench`.
void add_load_command(CLI::App& bench, Session& session);
void add_import_command(CLI::App& program, Session& session);
void add_schema_command(CLI::App& program, Session& session);
void add_version_command(CLI::App& program, Session& session);
void add_completion_command(CLI::App& program, Session& session);
void add_help_command(CLI::App& program, Session& session);

}  // namespace sluice::cli
