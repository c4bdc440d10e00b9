#include "cli/completion.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::cli {
namespace {

/// `text` in single quotes; in every one of the three shells a quote inside is written '\''.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

std::vector<std::string> option_names(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

std::vector<std::string> command_names(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const auto& sub : command.commands) names.push_back(sub.path.back());
  return names;
}

/// Words of a positional argument, if it is limited to some.
std::vector<std::string> positional_words(const CommandInfo& command) {
  std::vector<std::string> words;
  for (const auto& positional : command.positionals) {
    words.insert(words.end(), positional.words.begin(), positional.words.end());
  }
  return words;
}

/// The name of a command's function in the zsh script.
std::string function_name(const CommandInfo& command) {
  return command.path.empty() ? "_sluice" : "_sluice_" + base::join(command.path, "_");
}

/// One argument of zsh's _arguments: "--policy[What it is]:POLICY:(slack fifo)".
std::string zsh_option(const OptionInfo& option, const std::string& name) {
  std::string description;
  for (const char c : option.description) {
    if (c == '[' || c == ']' || c == ':') description += '\\';
    description += c;
  }
  std::string out = option.repeatable ? "*" + name : name;
  out += '[' + description + ']';
  if (option.value.empty()) return out;
  out += ':' + option.value + ':';
  if (!option.words.empty()) return out + '(' + base::join(option.words, " ") + ')';
  return option.value == "FILE" ? out + "_files" : out;
}

void put_zsh_function(const CommandInfo& command, std::string& out) {
  out += function_name(command) + "() {\n";
  if (!command.commands.empty()) out += "  local line state\n";
  out += "  _arguments -C";
  for (const auto& option : command.options) {
    for (const auto& name : option.names) out += " \\\n    " + in_quotes(zsh_option(option, name));
  }
  if (command.commands.empty()) {
    const auto words = positional_words(command);
    const auto action = words.empty() ? "_files" : '(' + base::join(words, " ") + ')';
    out += " \\\n    " + in_quotes("*::argument:" + action) + "\n}\n\n";
    return;
  }
  out += " \\\n    '1: :->command' \\\n    '*::argument:->argument'\n";
  out += "  case $state in\n    command)\n      local -a commands=(";
  for (const auto& sub : command.commands) {
    out += "\n        " + in_quotes(sub.path.back() + ':' + sub.description);
  }
  out += "\n      )\n      _describe command commands\n      ;;\n";
  out += "    argument)\n      case $line[1] in\n";
  for (const auto& sub : command.commands) {
    out += fmt::format("        {}) {} ;;\n", sub.path.back(), function_name(sub));
  }
  out += "      esac\n      ;;\n  esac\n}\n\n";
}

void put_fish(const CommandInfo& command, std::string& out) {
  std::string condition = "__fish_use_subcommand";
  if (!command.path.empty()) {
    condition = "__fish_seen_subcommand_from " + command.path.front();
    if (command.path.size() > 1) {
      condition += "; and __fish_seen_subcommand_from " + command.path.back();
    }
  }
  const auto start = fmt::format("complete -c sluice -n {}", in_quotes(condition));
  for (const auto& sub : command.commands) {
    out += fmt::format("{} -f -a {} -d {}\n", start, sub.path.back(), in_quotes(sub.description));
  }
  for (const auto& option : command.options) {
    out += start;
    for (const auto& name : option.names) {
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!option.words.empty()) {
      out += " -x -a " + in_quotes(base::join(option.words, " "));
    } else if (!option.value.empty()) {
      out += option.value == "FILE" ? " -r" : " -x";
    }
    out += " -d " + in_quotes(option.description) + '\n';
  }
  if (const auto words = positional_words(command); !words.empty()) {
    out += fmt::format("{} -f -a {}\n", start, in_quotes(base::join(words, " ")));
  }
}

}  // namespace

std::string bash_completion(const CommandInfo& program) {
  std::string out =
      "# bash completion for sluice; load with: source <(sluice completion bash)\n"
      "_sluice() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  local command=\"\" word i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=\"${COMP_WORDS[i]}\"\n"
      "    case \"$command/$word\" in\n";
  const auto all = flatten(program);
  for (const auto* command : all) {
    if (command->path.empty()) continue;
    const std::vector<std::string> above(command->path.begin(), command->path.end() - 1);
    out += fmt::format("      {}) command={} ;;\n",
                       in_quotes(base::join(above, " ") + '/' + command->path.back()),
                       in_quotes(base::join(command->path, " ")));
  }
  out += "    esac\n  done\n  case \"$command/$previous\" in\n";
  for (const auto* command : all) {
    for (const auto& option : command->options) {
      if (option.value.empty()) continue;
      for (const auto& name : option.names) {
        const auto pattern = in_quotes(base::join(command->path, " ") + '/' + name);
        if (option.words.empty()) {
          out += fmt::format("    {}) return ;;\n", pattern);
        } else {
          out += fmt::format(
              "    {})\n      mapfile -t COMPREPLY < <(compgen -W {} -- \"$current\")\n"
              "      return\n      ;;\n",
              pattern, in_quotes(base::join(option.words, " ")));
        }
      }
    }
  }
  out += "  esac\n  case \"$command\" in\n";
  for (const auto* command : all) {
    auto words = command_names(*command);
    for (const auto& names : {positional_words(*command), option_names(*command)}) {
      words.insert(words.end(), names.begin(), names.end());
    }
    out += fmt::format("    {}) word={} ;;\n", in_quotes(base::join(command->path, " ")),
                       in_quotes(base::join(words, " ")));
  }
  // With no match, `-o default` completes file names.
  return out +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$current\")\n"
         "}\n"
         "complete -o default -F _sluice sluice\n";
}

std::string zsh_completion(const CommandInfo& program) {
  std::string out =
      "#compdef sluice\n"
      "# zsh completion for sluice; load with: source <(sluice completion zsh)\n\n";
  for (const auto* command : flatten(program)) put_zsh_function(*command, out);
  return out + "compdef _sluice sluice\n";
}

std::string fish_completion(const CommandInfo& program) {
  std::string out = "# fish completion for sluice; load with: sluice completion fish | source\n";
  for (const auto* command : flatten(program)) put_fish(*command, out);
  return out;
}

}  // namespace sluice::cli
