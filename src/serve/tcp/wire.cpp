#include "serve/tcp/wire.hpp"

#include <bit>

namespace sluice::serve::tcp {
namespace {

static_assert(std::endian::native == std::endian::little,
              "frames are little-endian and their numbers are copied as they are");

/// Data from this size on is sent from where it is.
constexpr std::size_t kBorrowFrom = 4096;

}  // namespace

Prefix read_prefix(std::span<const std::byte> bytes) {
  FrameReader reader(bytes);
  Prefix prefix;
  prefix.size = std::uint64_t{reader.number<std::uint32_t>()} + sizeof(std::uint32_t);
  prefix.magic = reader.number<std::uint32_t>();
  prefix.version = reader.number<std::uint16_t>();
  return prefix;
}

std::span<const std::byte> FrameReader::bytes(std::uint64_t size) {
  if (!ok_ || size > left()) {
    ok_ = false;
    return {};
  }
  const auto field = frame_.subspan(at_, static_cast<std::size_t>(size));
  at_ += field.size();
  return field;
}

std::string_view FrameReader::characters(std::uint64_t size) {
  const auto field = bytes(size);
  return {reinterpret_cast<const char*>(field.data()), field.size()};
}

void OutFrame::append_pieces(std::vector<std::span<const std::byte>>& pieces) const {
  const auto own = std::as_bytes(std::span(bytes_));
  std::size_t from = 0;
  for (const auto& borrowed : borrowed_) {
    if (borrowed.at > from) pieces.push_back(own.subspan(from, borrowed.at - from));
    pieces.push_back(borrowed.tensor.data());
    from = borrowed.at;
  }
  if (own.size() > from) pieces.push_back(own.subspan(from));
}

std::string OutFrame::flat() const {
  std::string flat;
  flat.reserve(size());
  std::vector<std::span<const std::byte>> pieces;
  append_pieces(pieces);
  for (const auto piece : pieces) {
    flat.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
  return flat;
}

void FrameWriter::text(std::string_view text) {
  text = text.substr(0, UINT16_MAX);
  number(static_cast<std::uint16_t>(text.size()));
  characters(text);
}

void FrameWriter::data(const tensor::Tensor& tensor) {
  if (tensor.data().size() < kBorrowFrom) return tensor::append_raw(tensor, frame_.bytes_);
  frame_.borrowed_.push_back({frame_.bytes_.size(), tensor});
  frame_.borrowed_bytes_ += tensor.data().size();
}

OutFrame FrameWriter::finish() && {
  const auto length = static_cast<std::uint32_t>(frame_.size() - sizeof(std::uint32_t));
  std::memcpy(frame_.bytes_.data(), &length, sizeof(length));
  return std::move(frame_);
}

}  // namespace sluice::serve::tcp
