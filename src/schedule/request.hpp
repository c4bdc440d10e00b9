// One live request inside the scheduler. Internal to schedule/.
#pragma once

#include <tuple>

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/intrusive/unordered_set.hpp>

#include "schedule/types.hpp"

namespace sluice::schedule {

namespace bi = boost::intrusive;
using SafeHook = bi::link_mode<bi::normal_link>;

enum class RequestState : std::uint8_t { queued, deferred, running, ended };

/// The policy's order of the queue: ascending (major, minor, id).
struct OrderKey {
  std::int64_t major = 0;
  std::int64_t minor = 0;
};

struct Request {
  RequestId id = 0;
  TaskId task = kNone;   ///< the task that offered it; accounts go here
  TaskId queue = kNone;  ///< the task in whose queue it stands; differs after `degrade`
  ModelId model = kNone;
  std::int32_t priority = 0;
  Time arrival{};
  Time deadline{};
  Duration raw_hint{0};  ///< as submitted; zero: none
  Duration hint{0};      ///< calibrated by the estimator
  double weight = 1.0;
  RequestState state = RequestState::queued;
  bool spared = false;  ///< it was deferred or degraded once: a second shedding is final
  bool failed = false;  ///< by itself, while others of its batch did not
  Time back_at{};       ///< deferred until
  OrderKey key;

  bi::list_member_hook<SafeHook> fifo_hook;     ///< its queue, by id
  bi::set_member_hook<SafeHook> order_hook;     ///< all queued, in the policy's order
  bi::set_member_hook<SafeHook> deadline_hook;  ///< all queued, by deadline
  bi::unordered_set_member_hook<SafeHook> id_hook;
};

struct ByOrder {
  bool operator()(const Request& a, const Request& b) const {
    return std::tie(a.key.major, a.key.minor, a.id) < std::tie(b.key.major, b.key.minor, b.id);
  }
};
struct ByDeadline {
  bool operator()(const Request& a, const Request& b) const {
    return std::tie(a.deadline, a.id) < std::tie(b.deadline, b.id);
  }
};
struct IdHash {
  std::size_t operator()(const Request& r) const { return r.id; }
  std::size_t operator()(RequestId id) const { return id; }
};
struct IdEqual {
  bool operator()(const Request& a, const Request& b) const { return a.id == b.id; }
  bool operator()(RequestId id, const Request& r) const { return id == r.id; }
  bool operator()(const Request& r, RequestId id) const { return id == r.id; }
};

using FifoList =
    bi::list<Request, bi::member_hook<Request, decltype(Request::fifo_hook), &Request::fifo_hook>>;
using OrderSet =
    bi::set<Request, bi::member_hook<Request, decltype(Request::order_hook), &Request::order_hook>,
            bi::compare<ByOrder>>;
using DeadlineSet =
    bi::set<Request,
            bi::member_hook<Request, decltype(Request::deadline_hook), &Request::deadline_hook>,
            bi::compare<ByDeadline>>;
using IdSet =
    bi::unordered_set<Request,
                      bi::member_hook<Request, decltype(Request::id_hook), &Request::id_hook>,
                      bi::hash<IdHash>, bi::equal<IdEqual>, bi::power_2_buckets<true>>;

}  // namespace sluice::schedule
