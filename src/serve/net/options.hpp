// Where a server listens, and what it puts up with.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace sluice::serve::net {

struct TlsOptions {
  std::string certificate;  ///< PEM file, chain included; empty: no TLS
  std::string key;          ///< PEM file
  std::string client_ca;    ///< PEM file: clients must show a certificate of it; empty: need not
};

struct ListenOptions {
  std::string address;     ///< IPv4 or IPv6; empty: this server is off
  std::uint16_t port = 0;  ///< 0: any free one
};

/// Bounds on what one client, or all together, can make the daemon hold or do.
struct Limits {
  std::uint32_t connections = 20000;  ///< per listener of HTTP and TCP
  std::uint64_t header_bytes = 16 << 10;
  std::uint64_t body_bytes = 64ull << 20;  ///< also after decompression
  std::uint32_t tensors = 64;              ///< inputs or outputs of one request
  std::uint32_t dims = 16;                 ///< axes of one tensor
  std::uint32_t json_depth = 32;
  std::uint32_t pipelined = 64;  ///< requests in flight of one connection
  double client_rate = 0;        ///< inferences per second of one client (token or address); 0: any
  double client_burst = 100;     ///< at once, before client_rate applies
  base::Duration idle_timeout{std::chrono::seconds(75)};   ///< between requests
  base::Duration read_timeout{std::chrono::seconds(15)};   ///< for one whole request
  base::Duration write_timeout{std::chrono::seconds(15)};  ///< for one whole answer
};

}  // namespace sluice::serve::net
