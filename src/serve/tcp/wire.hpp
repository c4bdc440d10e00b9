// Fields of frames: little-endian numbers, texts with their length, tensor data.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/raw.hpp"

namespace sluice::serve::tcp {

/// Of both versions: length, magic, version come first. Frames begin with them.
inline constexpr std::size_t kPrefixBytes = 10;
inline constexpr std::size_t kHeaderBytes = 24;
inline constexpr std::uint32_t kMagic = 0x01545254;  ///< "TRT", 1

/// What every frame begins with. Needs kPrefixBytes.
struct Prefix {
  std::uint64_t size = 0;  ///< of the whole frame, its length field included
  std::uint32_t magic = 0;
  std::uint16_t version = 0;
};
Prefix read_prefix(std::span<const std::byte> bytes);

/// Takes fields off the front of a frame. After a field that is not all there, every one is zero
/// or empty, and ok() is false.
class FrameReader {
 public:
  explicit FrameReader(std::span<const std::byte> frame) : frame_(frame) {}

  template <class T>
  T number() {
    T value{};
    const auto field = bytes(sizeof(T));
    if (ok_) std::memcpy(&value, field.data(), sizeof(T));
    return value;
  }
  std::span<const std::byte> bytes(std::uint64_t size);
  std::string_view characters(std::uint64_t size);
  /// Its length in two bytes, then the text.
  std::string text() { return std::string(characters(number<std::uint16_t>())); }
  /// To the next multiple of 8 bytes in the frame.
  void align() { bytes((8 - at_ % 8) % 8); }
  [[nodiscard]] bool ok() const { return ok_; }
  /// Whether nothing follows.
  [[nodiscard]] bool at_end() const { return ok_ && at_ == frame_.size(); }
  [[nodiscard]] std::size_t left() const { return frame_.size() - at_; }

 private:
  std::span<const std::byte> frame_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

/// A frame to be sent: bytes of its own with big tensors' data, borrowed, in between.
class OutFrame {
 public:
  /// What to write, in order; valid while the frame stays where it is.
  void append_pieces(std::vector<std::span<const std::byte>>& pieces) const;
  [[nodiscard]] std::size_t size() const { return bytes_.size() + borrowed_bytes_; }
  /// All in one piece.
  [[nodiscard]] std::string flat() const;

 private:
  friend class FrameWriter;
  struct Borrowed {
    std::size_t at;  ///< goes in front of this byte
    tensor::Tensor tensor;
  };
  std::string bytes_;
  std::vector<Borrowed> borrowed_;
  std::size_t borrowed_bytes_ = 0;
};

class FrameWriter {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    char field[sizeof(T)];
    std::memcpy(field, &value, sizeof(T));
    frame_.bytes_.append(field, sizeof(T));
  }
  /// At most 65,535 bytes of it.
  void text(std::string_view text);
  void characters(std::string_view text) { frame_.bytes_.append(text); }
  void align() { frame_.bytes_.append((8 - frame_.size() % 8) % 8, '\0'); }
  /// Raw contents; borrowed where copying would cost more.
  void data(const tensor::Tensor& tensor);
  /// Fills in the length in front.
  OutFrame finish() &&;

 private:
  OutFrame frame_;
};

}  // namespace sluice::serve::tcp
