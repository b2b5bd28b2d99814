#include "controller/engine/docker/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "controller/engine/docker/errors.h"
#include "specs/base/units.h"

namespace boxwright::docker {

namespace {

/// Idle connections that are kept; more may be in use at once.
constexpr std::size_t kIdleLanes = 16;

struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

/// A connection with what drives it. The multi handle keeps the connection between calls and can be
/// woken from another thread, which is how a stop request ends a call at once. Destroyed in the
/// right order: the easy handle first.
struct Lane {
  std::unique_ptr<CURLM, MultiCleanup> multi{curl_multi_init()};
  std::unique_ptr<CURL, EasyCleanup> easy{curl_easy_init()};
};

/// What one call collects, as the library's callbacks see it.
struct Transfer {
  const HttpRequest* request = nullptr;
  const StreamSink* sink = nullptr;
  HttpReply reply;
  bool ended_by_sink = false;
  bool too_long = false;
  bool threw = false;
  std::string to_send;   ///< Of an upload: the piece that is under way.
  std::size_t sent = 0;  ///< Of that piece.
  std::optional<Error> upload_failed;

  [[nodiscard]] bool streams() const {
    return sink != nullptr && reply.status >= 200 && reply.status <= 299;
  }
};

void take_header(Transfer& transfer, std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    transfer.reply = {};
    const std::size_t space = line.find(' ');
    for (std::size_t i = space + 1; space != line.npos && i < line.size() && i < space + 4; ++i) {
      transfer.reply.status = transfer.reply.status * 10 + (line[i] - '0');
    }
    return;
  }
  if (line.empty()) {
    if (transfer.streams() && transfer.sink->opened) transfer.sink->opened();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  line.remove_prefix(std::min(line.size(), colon + 1));
  while (line.starts_with(' '))
    line.remove_prefix(1);
  transfer.reply.headers[name] = line;
}

/// No exception may cross the library's C frames.
template <class Take>
std::size_t guarded(void* user, std::size_t size, const Take& take) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    return take(transfer) ? size : 0;
  } catch (...) {
    transfer.threw = true;
    return 0;
  }
}

std::size_t on_header(char* data, std::size_t unit, std::size_t count, void* user) {
  return guarded(user, unit * count, [&](Transfer& transfer) {
    take_header(transfer, {data, unit * count});
    return true;
  });
}

std::size_t on_body(char* data, std::size_t unit, std::size_t count, void* user) {
  return guarded(user, unit * count, [&](Transfer& transfer) {
    const std::string_view bytes(data, unit * count);
    if (transfer.streams()) {
      transfer.ended_by_sink = !transfer.sink->chunk(bytes);
      return !transfer.ended_by_sink;
    }
    transfer.too_long = transfer.reply.body.size() + bytes.size() > transfer.request->longest_reply;
    if (!transfer.too_long) transfer.reply.body += bytes;
    return !transfer.too_long;
  });
}

std::size_t on_upload(char* data, std::size_t unit, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    if (transfer.sent == transfer.to_send.size()) {
      auto next = transfer.request->upload();
      if (!next) {
        transfer.upload_failed = std::move(next).error();
        return CURL_READFUNC_ABORT;
      }
      transfer.to_send = std::move(*next);
      transfer.sent = 0;
    }
    const std::size_t now = std::min(unit * count, transfer.to_send.size() - transfer.sent);
    std::memcpy(data, transfer.to_send.data() + transfer.sent, now);
    transfer.sent += now;
    return now;
  } catch (...) {
    transfer.threw = true;
    return CURL_READFUNC_ABORT;
  }
}

const char* content_type(const HttpRequest& request) {
  if (request.upload) return "Content-Type: application/x-tar";
  return request.body.reveal().empty() ? "Content-Type:" : "Content-Type: application/json";
}

HeaderList headers_for(const HttpRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, content_type(request));
  // Without this a body over 1 MiB waits a second for a "100 Continue" that the engine never sends.
  return HeaderList(curl_slist_append(list, "Expect:"));
}

void prepare(CURL* easy, const HttpRequest& request, const std::string& socket,
             Duration connect_deadline, curl_slist* headers, Transfer& transfer) {
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, ("http://localhost" + request.path).c_str());
  curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_deadline.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total.count()));
  if (request.silence.count() > 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(request.silence).count();
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
  }
  if (request.upload) {
    // Of unknown length: sent in chunks.
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  } else if (request.method == "POST") {
    const std::string& body = request.body.reveal();
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
  } else if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  const long changes_something = request.method == "GET" ? 0L : 1L;
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, changes_something);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, changes_something);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

/// Drives one transfer to its end. nullopt: `stop` was requested first.
std::optional<CURLcode> drive(const Lane& lane, const std::stop_token& stop) {
  CURLM* multi = lane.multi.get();
  if (curl_multi_add_handle(multi, lane.easy.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  std::optional<CURLcode> result;
  {
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    while (!result && !stop.stop_requested()) {
      int running = 0;
      CURLMcode step = curl_multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) result = message->data.result;
      }
      if (step == CURLM_OK && !result) step = curl_multi_poll(multi, nullptr, 0, 10'000, nullptr);
      if (step != CURLM_OK && !result) result = CURLE_FAILED_INIT;
    }
  }
  curl_multi_remove_handle(multi, lane.easy.get());
  return result;
}

/// A request without its query, which may be long.
std::string what(const HttpRequest& request) {
  return fmt::format("{} {}", request.method, request.path.substr(0, request.path.find('?')));
}

Error transport_error(CURLcode code, CURL* easy, const HttpRequest& request,
                      const std::string& socket) {
  if (code == CURLE_COULDNT_CONNECT) {
    long os_error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    std::error_code ignored;
    return connect_error(socket, static_cast<int>(os_error),
                         std::filesystem::is_socket(socket, ignored));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {
        ErrorCode::DeadlineExceeded, RetryClass::Transient,
        fmt::format("the Docker Engine at {} did not answer {} in time ({}): it may be overloaded "
                    "or hanging, and what was asked may still take effect",
                    socket, what(request),
                    format_duration(request.total.count() > 0 ? request.total : request.silence))};
  }
  return {
      ErrorCode::Unavailable, RetryClass::Transient,
      fmt::format("the connection to the Docker Engine at {} broke during {} ({}): the engine may "
                  "be restarting",
                  socket, what(request), curl_easy_strerror(code))};
}

}  // namespace

class HttpClient::Pool {
 public:
  [[nodiscard]] Lane take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return {};
    Lane lane = std::move(idle_.back());
    idle_.pop_back();
    return lane;
  }
  void give_back(Lane lane) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < kIdleLanes) idle_.push_back(std::move(lane));
  }

 private:
  std::mutex mutex_;
  std::vector<Lane> idle_;
};

HttpClient::HttpClient(std::string socket, Duration connect_deadline)
    : socket_(std::move(socket)), connect_deadline_(connect_deadline) {
  // The library counts its users; the first initialises it. Without TLS: a socket has none.
  curl_global_init(CURL_GLOBAL_NOTHING);
  pool_ = std::make_unique<Pool>();
}

HttpClient::~HttpClient() {
  pool_.reset();
  curl_global_cleanup();
}

Result<HttpReply> HttpClient::call(const HttpRequest& request, const std::stop_token& stop) {
  return perform(request, nullptr, stop);
}

Result<HttpReply> HttpClient::stream(const HttpRequest& request, const StreamSink& sink,
                                     const std::stop_token& stop) {
  return perform(request, &sink, stop);
}

Result<HttpReply> HttpClient::perform(const HttpRequest& request, const StreamSink* sink,
                                      const std::stop_token& stop) {
  Lane lane = pool_->take();
  if (!lane.multi || !lane.easy) {
    return fail(ErrorCode::Internal, RetryClass::Transient, "no memory for a connection");
  }
  const HeaderList headers = headers_for(request);
  Transfer transfer{.request = &request, .sink = sink};
  prepare(lane.easy.get(), request, socket_, connect_deadline_, headers.get(), transfer);

  const std::optional<CURLcode> result = drive(lane, stop);
  if (!result) {
    return fail(ErrorCode::Cancelled, RetryClass::Transient, "{} was cancelled", what(request));
  }
  if (transfer.threw) {
    return fail(ErrorCode::Internal, RetryClass::Transient, "{}: the reader failed", what(request));
  }
  if (transfer.upload_failed) return tl::unexpected(std::move(*transfer.upload_failed));
  if (transfer.too_long) {
    return tl::unexpected(answer_error(
        what(request), fmt::format("it is longer than {} bytes", request.longest_reply)));
  }
  if (*result != CURLE_OK && !transfer.ended_by_sink) {
    return tl::unexpected(transport_error(*result, lane.easy.get(), request, socket_));
  }
  pool_->give_back(std::move(lane));
  return std::move(transfer.reply);
}

std::string url_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace boxwright::docker
