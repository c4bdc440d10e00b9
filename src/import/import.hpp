// From the configuration files of other programs to one of Sluice. Texts in, texts out: nothing is
// read or written here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sluice::import {

/// Whose files they are.
enum class Origin {
  vio,      ///< the VIO edge orchestrator: station configurations and inventory (JSON)
  gateway,  ///< edge-infer-gateway: models.yaml and pipelines.yaml
};

/// A file to read.
struct Input {
  std::string path;  ///< names it in notes and errors; VIO calls a station like its file
  std::string text;  ///< JSON or YAML
};

enum class NoteKind {
  mapped,    ///< means the same
  changed,   ///< means something else, or needs the user's hand; the message says why
  left_out,  ///< has no counterpart
};

/// "mapped", "changed", "left out".
[[nodiscard]] std::string_view to_string(NoteKind kind);

/// What became of a part of a file.
struct Note {
  NoteKind kind = NoteKind::mapped;
  std::string place;  ///< "front.json: cameras.left.type"
  std::string message;

  bool operator==(const Note&) const = default;
};

/// A file that the configuration names, such as labels that stood within a file.
struct File {
  std::string path;  ///< relative to the configuration
  std::string text;

  bool operator==(const File&) const = default;
};

struct Imported {
  std::string yaml;  ///< with comments where something needs the user's attention
  std::vector<File> files;
  std::vector<Note> notes;  ///< in the order of the files
};

/// Guesses by the keys at the top of the files. Errors (invalid): a file that is neither JSON nor
/// YAML, or is of neither program; files of both.
[[nodiscard]] base::Result<Origin> guess_origin(std::span<const Input> inputs);

/// One configuration from all files. Errors (invalid): all problems, one a line, as "FILE: KEY:
/// what is wrong and what to do", or "FILE:LINE: ..." for a file that cannot be parsed. Users and
/// passwords are in no message and not in the result: variables of the environment stand for them.
[[nodiscard]] base::Result<Imported> import_files(std::span<const Input> inputs, Origin origin);

}  // namespace sluice::import
