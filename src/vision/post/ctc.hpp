// Text from models that read lines (CRNN, PP-OCR): connectionist temporal classification, the
// greedy way. (Graves et al., "Connectionist Temporal Classification", 2006: best path decoding.)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"
#include "vision/post/scores.hpp"

namespace sluice::vision::post {

/// The model's classes are the keys in their order, with the blank at its place between them.
/// PaddleOCR's: the blank at 0, the lines of the key file, the space.
struct CtcOptions {
  std::string output{};             ///< name of the model's output; empty: its only one
  std::vector<std::string> keys{};  ///< what each class writes, in UTF-8; see read_labels()
  bool space = true;                ///< the space is one more key after the others
  int blank = 0;                    ///< the class that writes nothing; -1: the last
  Scores scores = Scores::probabilities;
  /// Full-width forms (U+FF01 to U+FF5E) and the ideographic space (U+3000) are written as the
  /// ASCII signs they stand for, as Unicode's NFKC has it. Recognisers that know Chinese or
  /// Japanese take one for the other, and patterns and dates mean the sign, not its width.
  bool fold_width = true;
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const CtcOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output, what is wanted and what is there: as find_output(); for T steps
/// another shape than [1,T,C], [T,1,C] or [T,C], where C is the keys, the space and the blank.
base::Status fit(const CtcOptions& options, std::span<const tensor::TensorInfo> outputs);

/// One object with the text: of each step the best class, of equal steps in a row one, without the
/// blanks. Its score is the mean probability of the steps that wrote something, 0 if the text is
/// empty. Errors (invalid): as fit(); scores that are not finite or, declared as probabilities,
/// none. Thread-safe.
base::Result<std::vector<Object>> decode(const CtcOptions& options,
                                         std::span<const tensor::Tensor> outputs);

}  // namespace sluice::vision::post
