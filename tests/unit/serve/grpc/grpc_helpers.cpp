#include "unit/serve/grpc/grpc_helpers.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace sluice::serve::grpc::test {

InferReply FakeService::reply_to(const InferRequest& request) const {
  InferReply reply;
  reply.model = request.model;
  reply.version = request.version.empty() ? "2" : request.version;
  reply.id = request.id;
  reply.decision = "1-42";
  reply.late = late;
  reply.queued = std::chrono::microseconds(1500);
  reply.service = std::chrono::milliseconds(20);
  reply.latency = std::chrono::microseconds(21500);
  for (const auto& input : request.inputs) {
    reply.outputs.push_back(input);
    reply.outputs.back().rename("OUT_" + input.name());
  }
  return reply;
}

InferHandle FakeService::infer(InferRequest request, InferDone done) {
  std::unique_lock lock(mutex_);
  last_ = request;
  if (mode == Mode::answer) {
    const auto reply = reply_to(request);
    lock.unlock();
    done(reply);
    return {};
  }
  if (mode == Mode::refuse) {
    InferReply reply;
    reply.status = refusal.status;
    reply.refusal = refusal;
    lock.unlock();
    done(reply);
    return {};
  }
  const auto key = next_++;
  held_.emplace(key, Held{std::move(request), std::move(done)});
  changed_.notify_all();
  return InferHandle([this, key] {
    std::unique_lock relock(mutex_);
    const auto found = held_.find(key);
    if (found == held_.end()) return;
    const auto held = std::move(found->second);
    held_.erase(found);
    ++cancelled_;
    changed_.notify_all();
    relock.unlock();
    InferReply reply;
    reply.status = reply.refusal.status = Status::cancelled;
    held.done(reply);
  });
}

bool FakeService::ready() const {
  const std::lock_guard lock(mutex_);
  return is_ready;
}

void FakeService::set_ready(bool ready) {
  const std::lock_guard lock(mutex_);
  is_ready = ready;
}

base::Result<ModelDescription> FakeService::model(const std::string& name,
                                                  const std::string& version) const {
  if (name != "echo") {
    return base::fail(base::ErrorCode::not_found, "there is no model {}", name);
  }
  ModelDescription model;
  model.name = name;
  model.version = version.empty() ? "2" : version;
  model.versions = {"1", "2"};
  model.platform = "test_echo";
  model.max_batch = 4;
  model.info.backend = "test";
  model.info.inputs = {{"x", tensor::DType::fp32, {-1, 2}}, {"s", tensor::DType::bytes, {-1}}};
  model.info.outputs = {{"OUT_x", tensor::DType::fp32, {-1, 2}}};
  model.labels["OUT_x"] = {"cat", "dog"};
  return model;
}

std::vector<ModelStatus> FakeService::models() const {
  return {{"echo", "1", ModelState::ready, ""},
          {"broken", "1", ModelState::unavailable, "its file cannot be read"}};
}

base::Result<std::vector<serve::ModelStatistics>> FakeService::statistics(
    const std::string& name, const std::string& /*version*/) const {
  if (!name.empty() && name != "echo") {
    return base::fail(base::ErrorCode::not_found, "there is no model {}", name);
  }
  serve::ModelStatistics statistics;
  statistics.name = "echo";
  statistics.version = "1";
  statistics.last_inference = std::chrono::milliseconds(1234);
  statistics.inferences = 9;
  statistics.executions = 5;
  statistics.success = {8, std::chrono::nanoseconds(800)};
  statistics.batches = {{2, {4, std::chrono::nanoseconds(60)}}};
  return std::vector{statistics};
}

void FakeService::load(const std::string& name, StatusDone done) {
  {
    const std::lock_guard lock(mutex_);
    changes_.push_back("load " + name);
  }
  done(change_error ? base::Status(tl::unexpected(*change_error)) : base::Status());
}

void FakeService::unload(const std::string& name, StatusDone done) {
  {
    const std::lock_guard lock(mutex_);
    changes_.push_back("unload " + name);
  }
  done(change_error ? base::Status(tl::unexpected(*change_error)) : base::Status());
}

InferRequest FakeService::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::vector<std::string> FakeService::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void FakeService::wait_for_held(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return held_.size() == count; });
}

void FakeService::wait_for_cancelled(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return cancelled_ == count; });
}

void FakeService::release(const std::string& id) {
  std::unique_lock lock(mutex_);
  for (auto at = held_.begin(); at != held_.end(); ++at) {
    if (at->second.request.id != id) continue;
    const auto held = std::move(at->second);
    held_.erase(at);
    const auto reply = reply_to(held.request);
    lock.unlock();
    return held.done(reply);
  }
  throw std::logic_error("no such request is held: " + id);
}

TestServer::TestServer(ServerOptions options, const std::string& tokens_file) {
  options.listen.address = "127.0.0.1";
  options.health_interval = std::chrono::milliseconds(1);
  rates_ =
      std::make_unique<net::RateLimiter>(options.limits.client_rate, options.limits.client_burst);
  tokens_ = tokens_file.empty() ? std::make_unique<net::Tokens>()
                                : net::Tokens::load(tokens_file).value();
  const auto on_call = [this](const char* call, Status status, base::Duration /*latency*/) {
    const std::lock_guard lock(calls_mutex_);
    calls.push_back(fmt::format("{} {}", call, to_string(status)));
  };
  server_ = Server::start({service, clock_, *tokens_, *rates_, on_call}, options).value();
}

std::string TestServer::address() const {
  return fmt::format("127.0.0.1:{}", server_->port());
}

std::shared_ptr<::grpc::Channel> TestServer::channel() const {
  return ::grpc::CreateChannel(address(), ::grpc::InsecureChannelCredentials());
}

inference::ModelInferRequest small_request(const std::string& id) {
  inference::ModelInferRequest request;
  request.set_model_name("echo");
  request.set_id(id);
  auto& input = *request.add_inputs();
  input.set_name("x");
  input.set_datatype("FP32");
  input.add_shape(1);
  input.add_shape(2);
  input.mutable_contents()->add_fp32_contents(0.25F);
  input.mutable_contents()->add_fp32_contents(0.5F);
  return request;
}

std::string trailer(const ::grpc::ClientContext& context, const std::string& key) {
  const auto& all = context.GetServerTrailingMetadata();
  const auto found = all.find(key);
  return found == all.end() ? "" : std::string(found->second.data(), found->second.size());
}

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sluice-grpc-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  ::chmod(path(name).c_str(), 0600);
  return path(name);
}

namespace {

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  write(memory.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Certificate make_certificate() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
  X509_set_pubkey(x509, key.get());
  X509_NAME* const name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(x509, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(x509, key.get(), EVP_sha256());
  return {pem([x509](BIO* out) { PEM_write_bio_X509(out, x509); }), pem([&key](BIO* out) {
            PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace sluice::serve::grpc::test
