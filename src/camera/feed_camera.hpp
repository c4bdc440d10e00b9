// A camera that reads where it is asked to, and connects anew when the connection is lost.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "camera/backoff.hpp"
#include "camera/camera.hpp"
#include "camera/feed.hpp"
#include "camera/interrupter.hpp"

namespace sluice::camera {

/// Without a thread of its own: next() connects and reads. A lost connection, and one that cannot
/// be made, is tried again when the back-off allows; until then next() waits and then fails with
/// the reason. The back-off begins anew with the first sample, not with the connection: a server
/// that accepts it and then closes it is not stormed.
class FeedCamera final : public Camera {
 public:
  /// A source that must be connected to. The clock is borrowed.
  FeedCamera(std::string name, Connect connect, BackoffOptions backoff, const base::Clock& clock);
  /// A source that is there, and ends.
  FeedCamera(std::string name, std::unique_ptr<Feed> feed, BackoffOptions backoff,
             const base::Clock& clock);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override;
  [[nodiscard]] Statistics statistics() const override;

 private:
  /// Returns when an attempt may be made now, connected if there is something to connect to.
  base::Status prepare(base::Duration timeout);
  base::Status connect();
  tl::unexpected<base::Error> fail(base::Error error, std::uint64_t lost);
  [[nodiscard]] tl::unexpected<base::Error> interrupted() const;
  void lose_connection();

  const std::string name_;
  const Connect connect_;  ///< empty: nothing to connect to
  const base::Clock& clock_;
  Backoff backoff_;
  bool was_connected_ = false;
  Interrupter interrupter_;

  mutable std::mutex mutex_;  ///< for what follows
  std::shared_ptr<Feed> feed_;
  Statistics statistics_;
};

}  // namespace sluice::camera
