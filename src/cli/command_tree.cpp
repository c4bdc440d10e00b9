#include "cli/command_tree.hpp"

#include "base/text.hpp"

namespace sluice::cli {
namespace {

/// CLI11 gives the type as "POLICY:{slack,fifo}".
void take_words(OptionInfo& info) {
  const auto open = info.value.find(":{");
  if (open == std::string::npos) {
    // A validator's other description, such as ":INT in [1 - 1000]".
    info.value = info.value.substr(0, info.value.find(':'));
    return;
  }
  std::string list = info.value.substr(open + 2);
  list = list.substr(0, list.find('}'));
  info.value = info.value.substr(0, open);
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    info.words.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
}

OptionInfo describe_option(const CLI::Option& option) {
  OptionInfo info;
  for (const auto& name : option.get_snames()) info.names.push_back('-' + name);
  for (const auto& name : option.get_lnames()) info.names.push_back("--" + name);
  info.description = option.get_description();
  info.required = option.get_required();
  info.fallback = option.get_default_str();
  if (option.get_items_expected_max() > 0) {
    info.value = option.get_type_name();
    take_words(info);
  }
  if (info.names.empty()) info.value = option.get_name(true);
  info.repeatable = option.get_items_expected_max() > 1;
  return info;
}

CommandInfo describe_at(const CLI::App& command, std::vector<std::string> path) {
  CommandInfo info;
  info.path = std::move(path);
  info.description = command.get_description();
  info.footer = command.get_footer();
  for (const auto* option : command.get_options()) {
    (option->get_positional() ? info.positionals : info.options)
        .push_back(describe_option(*option));
  }
  for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
    auto below = info.path;
    below.push_back(sub->get_name());
    info.commands.push_back(describe_at(*sub, std::move(below)));
  }
  return info;
}

void flatten_into(const CommandInfo& tree, std::vector<const CommandInfo*>& out) {
  out.push_back(&tree);
  for (const auto& command : tree.commands) flatten_into(command, out);
}

}  // namespace

CommandInfo describe(const CLI::App& command) {
  return describe_at(command, {});
}

std::string full_name(const CommandInfo& command) {
  return command.path.empty() ? "sluice" : "sluice " + base::join(command.path, " ");
}

std::vector<const CommandInfo*> flatten(const CommandInfo& tree) {
  std::vector<const CommandInfo*> out;
  flatten_into(tree, out);
  return out;
}

}  // namespace sluice::cli
