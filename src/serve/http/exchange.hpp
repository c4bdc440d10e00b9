// One request of a connection, from its arrival to the last byte of its answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "serve/http/message.hpp"
#include "serve/http/response_head.hpp"
#include "serve/request.hpp"

namespace sluice::serve::http {

struct Exchange {
  Framing framing;
  bool head = false;      ///< the answer's body is left out
  std::size_t bytes = 0;  ///< of the request's body
  bool answered = false;
  Response response;
  std::string head_text;  ///< status line and fields, once it is being written
  std::size_t sent = 0;   ///< bytes of head and body
  InferHandle handle;
};

/// What is still to be written of an answer that has begun and is no stream of events. Valid while
/// `exchange` is unchanged.
std::vector<boost::asio::const_buffer> unsent(const Exchange& exchange);

/// What to tell a client whose request could not be read; nullopt: nothing, it has left.
std::optional<Response> complaint(const boost::system::error_code& error);

}  // namespace sluice::serve::http
