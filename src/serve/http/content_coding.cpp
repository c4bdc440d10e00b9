#include "serve/http/content_coding.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <boost/beast/http/rfc7230.hpp>
#include <zlib.h>

namespace sluice::serve::http {
namespace {

constexpr int kGzip = 15 + 16;        // zlib's way to say: the widest window, gzip's frame
constexpr int kGzipOrZlib = 15 + 32;  // by the data's own header
constexpr int kFast = 1;

Bytef* bytes(std::string_view data) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data.data()));  // zlib only reads it
}

struct Inflater {
  z_stream stream{};
  Inflater() { inflateInit2(&stream, kGzipOrZlib); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

struct Deflater {
  z_stream stream{};
  Deflater() { deflateInit2(&stream, kFast, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY); }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
};

}  // namespace

base::Result<std::string> decompress(std::string_view data, std::size_t most) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  stream.next_in = bytes(data);
  stream.avail_in = static_cast<uInt>(data.size());
  std::string result;
  std::array<char, 65536> piece;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = piece.size() - stream.avail_out;
    if (result.size() + got > most) {
      return base::fail(base::ErrorCode::unavailable,
                        "the body has more than {} bytes once decompressed", most);
    }
    result.append(piece.data(), got);
    if (status == Z_STREAM_END && stream.avail_in == 0) return result;
    if (status != Z_OK || got == 0) {
      return base::fail(base::ErrorCode::invalid,
                        "the body is not what its Content-Encoding says, or not all of it");
    }
  }
}

std::string compress(std::string_view data) {
  Deflater deflater;
  z_stream& stream = deflater.stream;
  std::string result(deflateBound(&stream, data.size()), '\0');
  stream.next_in = bytes(data);
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  return result;
}

bool accepts_gzip(std::string_view accept_encoding) {
  const boost::beast::http::ext_list codings({accept_encoding.data(), accept_encoding.size()});
  for (const auto& [name, parameters] : codings) {
    if (!boost::beast::iequals(name, "gzip") && name != "*") continue;
    return std::ranges::none_of(parameters, [](const auto& parameter) {
      return boost::beast::iequals(parameter.first, "q") &&
             parameter.second.find_first_not_of("0.") == boost::beast::string_view::npos;
    });
  }
  return false;
}

}  // namespace sluice::serve::http
