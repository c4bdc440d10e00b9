#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/json/object.hpp>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/run_signals.hpp"
#include "cli/serve_config.hpp"
#include "cli/serve_servers.hpp"
#include "cli/serve_stations.hpp"
#include "cli/service_manager.hpp"
#include "serve/daemon.hpp"

namespace sluice::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// After a second signal: for what runs to stop and for the journal's last lines.
constexpr std::chrono::seconds kLastLines(2);
/// For connections to take their last answers after the drain.
constexpr std::chrono::seconds kLastAnswers(1);
/// Between looks at whether the daemon is ready: as long as it may be soon, and later on.
constexpr std::chrono::milliseconds kSoon(5);
constexpr std::chrono::milliseconds kLater(1000);

struct ServeArguments {
  ConfigArguments config;
  std::string models, http, grpc, tcp, admin, tokens, grace, policy, journal;
  std::string ports_file;
};

/// The command's own options are settings like --set, so a reload applies them again. Paths are
/// relative to where the command runs.
ConfigArguments with_settings(const ServeArguments& arguments) {
  ConfigArguments out = arguments.config;
  const auto set = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    out.settings.push_back(fmt::format("{}={}", key, base::to_json(json::string(value))));
  };
  const auto path = [](const std::string& name) {
    return name.empty() ? name : fs::absolute(name).lexically_normal().string();
  };
  set("serve.models", path(arguments.models));
  set("serve.http", arguments.http);
  set("serve.grpc", arguments.grpc);
  set("serve.tcp", arguments.tcp);
  set("serve.admin", arguments.admin);
  set("serve.tokens", path(arguments.tokens));
  set("serve.grace", arguments.grace);
  set("scheduler.policy", arguments.policy);
  set("journal.path", path(arguments.journal));
  return out;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

void warn_of_openness(const serve::ServeOptions& options) {
  if (options.zmq && !options.zmq->listen.address.empty() &&
      !is_loopback(options.zmq->listen.address)) {
    spdlog::warn(
        "serve.zmq: {} can be reached from the network, and the protocol has neither tokens nor "
        "encryption: let no other machine than the recorder's reach that port",
        options.zmq->listen.address);
  }
  if (!options.tokens.empty() || !options.tls.client_ca.empty()) return;
  for (const auto* listen : {&options.http, &options.grpc, &options.tcp, &options.admin}) {
    if (listen->address.empty() || is_loopback(listen->address)) continue;
    spdlog::warn(
        "{} can be reached from the network, and everybody there may do everything; set "
        "serve.tokens, or listen on 127.0.0.1",
        listen->address);
    return;
  }
}

base::Status write_ports(const std::string& path, const std::vector<Listening>& listening) {
  if (path.empty()) return {};
  json::object ports;
  for (const auto& server : listening) ports[server.protocol] = server.port;
  // Moved into place: who waits for the file finds it whole.
  const auto aside = path + ".new";
  if (auto written = write_output(aside, base::to_json(ports) + "\n"); !written) return written;
  std::error_code error;
  fs::rename(aside, path, error);
  if (error) {
    return base::fail(base::ErrorCode::io, "cannot write {}: {}", path, error.message());
  }
  return {};
}

/// The wishes that signals bring to the main thread.
class Wishes {
 public:
  void stop() { set(stop_); }
  void reload() { set(reload_); }
  void hurry() { set(hurry_); }
  void drained() { set(drained_); }

  /// Waits for hurry() or drained(). True: hurry() was called.
  bool wait_for_hurry() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return hurry_ || drained_; });
    return hurry_;
  }

  enum class Wish { none, reload, stop };
  /// Waits for one, at most `timeout`.
  Wish wait_for(base::Duration timeout) {
    std::unique_lock lock(mutex_);
    const auto any = [this] { return stop_ || reload_; };
    if (timeout == base::kForever) {
      changed_.wait(lock, any);
    } else {
      changed_.wait_for(lock, timeout, any);
    }
    if (stop_) return Wish::stop;
    return std::exchange(reload_, false) ? Wish::reload : Wish::none;
  }

 private:
  void set(bool& wish) {
    const std::lock_guard lock(mutex_);
    wish = true;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool reload_ = false;
  bool hurry_ = false;
  bool drained_ = false;
};

/// What SIGINT and SIGTERM do, by how many there were.
void on_signal(Wishes& wishes, int count) {
  const auto exit_now = [] { std::_Exit(static_cast<int>(ExitCode::failed)); };
  if (count == 1) return wishes.stop();
  if (count > 2) exit_now();
  wishes.hurry();
  // Whatever hangs must not keep the process.
  std::thread([exit_now] {
    std::this_thread::sleep_for(kLastLines);
    exit_now();
  }).detach();
}

/// Ends the daemon, its journal included. True: a second signal took the grace time away.
bool drain(serve::Daemon& daemon, base::Duration grace, Wishes& wishes) {
  bool hurried = false;
  std::thread hurry([&] {
    hurried = wishes.wait_for_hurry();
    if (hurried) daemon.drain(base::Duration{0});
  });
  daemon.drain(grace);
  wishes.drained();
  hurry.join();
  return hurried;
}

void reload(serve::Daemon& daemon, const ServiceManager& manager) {
  manager.reloading();
  // The daemon calls back on a thread of its own, and outlives nothing that is used here.
  daemon.reload([&manager](const base::Status& done) {
    if (done) {
      spdlog::info("reloaded");
      manager.ready("reloaded");
    } else {
      spdlog::error("reload rejected, the old configuration stays in force: {}",
                    done.error().message);
      manager.ready(fmt::format("reload rejected: {}", done.error().message));
    }
  });
}

/// Waits until the configuration was read anew.
base::Status reload_now(serve::Daemon& daemon) {
  auto done = std::make_shared<std::promise<base::Status>>();
  daemon.reload([done](const base::Status& status) { done->set_value(status); });
  return done->get_future().get();
}

/// Until a signal asks for the end.
void serve_on(serve::Daemon& daemon, const ServiceManager& manager, Wishes& wishes) {
  bool was_ready = false;
  base::Duration look = kSoon;
  for (;;) {
    auto timeout = manager.watchdog_interval();
    if (!was_ready) timeout = std::min(timeout, look);
    switch (wishes.wait_for(timeout)) {
      case Wishes::Wish::stop:
        return;
      case Wishes::Wish::reload:
        reload(daemon, manager);
        break;
      case Wishes::Wish::none:
        break;
    }
    if (!was_ready && daemon.ready()) {
      was_ready = true;
      spdlog::info("ready");
      manager.status("ready");
    }
    look = std::min<base::Duration>(look * 2, kLater);
    if (daemon.live()) manager.alive();
  }
}

ExitCode serve(const ServeArguments& arguments, Session& session) {
  const auto not_started = [&](const base::Error& error) {
    session.fail(error);
    return ExitCode::usage;
  };
  if (arguments.config.file.empty() && arguments.models.empty()) {
    return not_started({base::ErrorCode::invalid,
                        "give a configuration file, or a folder of models: sluice serve --models "
                        "DIR"});
  }
  Wishes wishes;
  const auto signals = Signals::watch([&wishes](int count) { on_signal(wishes, count); },
                                      [&wishes] { wishes.reload(); });
  if (!signals) return session.fail(signals.error());

  const base::SteadyClock clock;
  auto config = ServeConfig::load(with_settings(arguments), clock);
  if (!config) return not_started(config.error());
  const auto& options = (*config)->first().serve.options;
  warn_of_openness(options);
  const auto observer = serve::Observer::create({.node = (*config)->first().name,
                                                 .window = options.window,
                                                 .window_events = options.window_events,
                                                 .legacy_metrics = options.legacy_metrics,
                                                 .log_every = options.log_every},
                                                clock);
  // These outlive the daemon, which may call back until it has ended.
  const ServiceManager manager;
  auto stations = ServeStations::open((*config)->first(), clock);
  if (!stations) return not_started(stations.error());
  (*config)->use(stations->get());
  auto daemon = serve::Daemon::create({.read_plan = [&config] { return (*config)->read_plan(); },
                                       .apply_setting = config::apply_setting},
                                      clock, *observer);
  if (!daemon) return not_started(daemon.error());
  if (*stations) (*stations)->on_reload([&daemon] { return reload_now(**daemon); });
  auto servers =
      Servers::start(options, **daemon, *observer, (*config)->tokens(), (*config)->detection(),
                     clock, *stations ? &(*stations)->service() : nullptr);
  if (!servers) return not_started(servers.error());
  if (auto written = write_ports(arguments.ports_file, (*servers)->listening()); !written) {
    return not_started(written.error());
  }
  (*daemon)->start();
  std::vector<std::string> urls;
  for (const auto& server : (*servers)->listening()) urls.push_back(server.url);
  spdlog::info("listening on {}", base::join(urls));
  manager.ready("loading the models");

  serve_on(**daemon, manager, wishes);

  spdlog::info("stopping: waiting for what was accepted (again: at once)");
  manager.stopping();
  // Still listening, so that probes see it draining; then the last answers go out.
  if (drain(**daemon, options.grace, wishes)) std::_Exit(static_cast<int>(ExitCode::failed));
  (*servers)->stop(kLastAnswers);
  return ExitCode::ok;
}

void add_options(CLI::App& command, ServeArguments& arguments) {
  add_config_arguments(command, arguments.config, false);
  const auto text = [&](const char* name, std::string& value, const char* what, const char* type) {
    return command.add_option(name, value, what)->type_name(type);
  };
  text("--models", arguments.models,
       "Serve this folder: NAME.onnx, NAME/model.onnx, NAME/VERSION/model.onnx", "DIR");
  text("--http", arguments.http, "Where to listen: ADDRESS:PORT (port 0: any), or off", "ADDRESS")
      ->check(listen_word());
  text("--grpc", arguments.grpc, "The same for gRPC", "ADDRESS")->check(listen_word());
  text("--tcp", arguments.tcp, "The same for the TCP protocol", "ADDRESS")->check(listen_word());
  text("--admin", arguments.admin, "An address of its own for management and pages", "ADDRESS")
      ->check(listen_word());
  text("--tokens", arguments.tokens, "File of bearer tokens, \"ROLE TOKEN\" a line", "FILE");
  text("--grace", arguments.grace, "After SIGTERM: time for what was accepted", "TIME")
      ->check(duration_word());
  text("--policy", arguments.policy, "Use this policy instead of the file's", "POLICY")
      ->check(policy_word());
  text("--journal", arguments.journal, "Write the event log there", "FILE");
  text("--ports-file", arguments.ports_file, "Write the ports there as JSON, once they are open",
       "FILE");
}

}  // namespace

void add_serve_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<ServeArguments>();
  auto* command = program.add_subcommand("serve", "Serve models to clients, as a daemon");
  add_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  sluice serve --models models/\n"
      "  sluice serve examples/serve.yaml --http 0.0.0.0:8000 --tokens tokens.txt\n"
      "\n"
      "SIGTERM or Ctrl-C ends it: what was accepted gets the grace time; a second one takes that\n"
      "away, and a third does not even wait for the journal. SIGHUP reads the configuration\n"
      "again; a file with problems changes nothing.");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return serve(*arguments, session); };
  });
}

}  // namespace sluice::cli
