// The only translation unit that includes Asio and Beast.
#include "http/server.hpp"

#include "http/tls.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <set>
#include <thread>

namespace tandem::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using Code = boost::system::error_code;

/// What the server's thread and its sessions share; lives until the last session and responder are gone.
struct Core;

class Connection {
 public:
  virtual ~Connection() = default;
  virtual bool busy() const noexcept = 0;  ///< a request is under way
  virtual void close() noexcept = 0;
};

struct Core {
  explicit Core(Limits l) : limits(l) {}
  const Limits limits;
  asio::io_context io{1};
  std::atomic<bool> running{true};
  bool draining = false;              // server thread
  std::set<Connection*> connections;  // server thread
  std::mutex mutex;
  std::condition_variable emptied;
  std::size_t open = 0;  // guarded by mutex

  void opened(Connection* c) {
    connections.insert(c);
    const std::lock_guard lock(mutex);
    ++open;
  }
  void closed(Connection* c) {
    if (connections.erase(c) == 1) {
      const std::lock_guard lock(mutex);
      --open;
      emptied.notify_all();
    }
  }
};

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm tm{};
  gmtime_r(&now, &tm);
  char text[64];
  const std::size_t n = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
  return {text, n};
}

/// One responder for one request: answers with 500 when every copy is gone without an answer.
class Answer {
 public:
  explicit Answer(std::function<void(Response)> send, const Router& router)
      : send_(std::move(send)), router_(router) {}
  ~Answer() {
    if (!answered_.exchange(true)) {
      send_(router_.error(500, "The request was dropped before it was answered"));
    }
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  void operator()(Response response) {
    if (!answered_.exchange(true)) {
      send_(std::move(response));
    }
  }

 private:
  std::function<void(Response)> send_;
  const Router& router_;
  std::atomic<bool> answered_{false};
};

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  template <class... A>
  Session(std::shared_ptr<Core> core, std::shared_ptr<const Router> router, std::string peer, A&&... stream)
      : core_(std::move(core)),
        router_(std::move(router)),
        peer_(std::move(peer)),
        stream_(std::forward<A>(stream)...) {
    core_->opened(this);
  }
  ~Session() override { core_->closed(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
      read_header();
    } else {
      lowest().expires_after(core_->limits.read_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](Code error) {
        if (!error) {
          self->read_header();
        }
      });
    }
  }
  bool busy() const noexcept override { return busy_; }
  void close() noexcept override {
    Code ignored;
    lowest().socket().close(ignored);
  }

 private:
  beast::tcp_stream& lowest() noexcept { return beast::get_lowest_layer(stream_); }

  void read_header() {
    if (core_->draining) {
      return finish();
    }
    parser_.emplace();
    parser_->body_limit(core_->limits.max_body);
    parser_->header_limit(static_cast<std::uint32_t>(core_->limits.max_header));
    lowest().expires_after(core_->limits.idle_timeout);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](Code error, std::size_t) { self->on_header(error); });
  }

  void on_header(Code error) {
    if (error) {
      return on_read_error(error);
    }
    busy_ = true;
    lowest().expires_after(core_->limits.read_timeout);
    if (beast::iequals(parser_->get()[beast::http::field::expect], "100-continue") && buffer_.size() == 0) {
      static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(text.data(), text.size()),
                        [self = this->shared_from_this()](Code failed, std::size_t) {
                          if (!failed) {
                            self->read_body();
                          }
                        });
      return;
    }
    read_body();
  }

  void read_body() {
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](Code error, std::size_t) { self->on_body(error); });
  }

  void on_body(Code error) {
    if (error) {
      return on_read_error(error);
    }
    lowest().expires_never();  // the handler has deadlines of its own
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == beast::http::verb::head;
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.peer = peer_;
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      auto [it, fresh] = request.headers.emplace(std::move(name), std::string(field.value()));
      if (!fresh) {
        it->second += ", " + std::string(field.value());
      }
    }
    request.body = std::move(message.body());
    auto send = [weak = core_, self = this->shared_from_this()](Response response) {
      if (weak->running) {
        asio::post(weak->io, [self, r = std::move(response)]() mutable { self->write(std::move(r)); });
      }
    };
    auto answer = std::make_shared<Answer>(std::move(send), *router_);
    router_->dispatch(std::move(request), [answer](Response response) { (*answer)(std::move(response)); });
  }

  void on_read_error(Code error) {
    using Reason = beast::http::error;
    int status = 0;
    if (error == Reason::body_limit) {
      status = 413;
    } else if (error == Reason::header_limit || error == Reason::buffer_overflow) {
      status = 431;
    } else if (error.category() == beast::http::make_error_code(Reason::bad_target).category() &&
               error != Reason::end_of_stream && error != Reason::partial_message) {
      status = 400;
    }
    if (status == 0) {
      return finish();  // the client went away or was too slow
    }
    keep_alive_ = false;
    head_ = false;
    unread_ = true;
    write(router_->error(status, "HTTP " + std::to_string(status) + " " + std::string(reason(status))));
  }

  void write(Response response) {
    out_ = {};
    out_.version(11);
    out_.result(static_cast<unsigned>(response.status));
    out_.reason(reason(response.status));
    out_.set(beast::http::field::date, http_date());
    if (!response.content_type.empty()) {
      out_.set(beast::http::field::content_type, response.content_type);
    }
    for (const auto& [name, value] : response.headers) {
      out_.insert(name, value);
    }
    keep_alive_ = keep_alive_ && !core_->draining;
    out_.keep_alive(keep_alive_);
    if (response.status != 204) {
      out_.content_length(response.body.size());
      if (!head_) {
        out_.body() = std::move(response.body);
      }
    }
    lowest().expires_after(core_->limits.write_timeout);
    beast::http::async_write(stream_, out_, [self = this->shared_from_this()](Code error, std::size_t) {
      self->busy_ = false;
      if (!error && self->keep_alive_) {
        self->read_header();
      } else if (!error && self->unread_) {
        self->linger();
      } else {
        self->finish();
      }
    });
  }

  /// Takes in what the client still sends for a moment: closing over unread bytes would reset the connection,
  /// and the client would never read the answer (RFC 9112 §9.6).
  void linger() {
    Code ignored;
    lowest().socket().shutdown(Tcp::socket::shutdown_send, ignored);
    lowest().expires_after(std::chrono::seconds(2));
    buffer_.clear();
    discard();
  }
  void discard() {
    lowest().async_read_some(asio::buffer(scrap_),
                             [self = this->shared_from_this()](Code error, std::size_t n) {
                               self->discarded_ += n;
                               if (!error && self->discarded_ < (64u << 20)) {
                                 self->discard();
                               }
                             });
  }

  void finish() {
    Code ignored;
    lowest().socket().shutdown(Tcp::socket::shutdown_send, ignored);
  }

  std::shared_ptr<Core> core_;  // first: outlives the stream
  std::shared_ptr<const Router> router_;
  std::string peer_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  beast::http::response<beast::http::string_body> out_;
  bool busy_ = false, keep_alive_ = true, head_ = false, unread_ = false;
  std::size_t discarded_ = 0;
  char scrap_[4096];
};

struct Listener {
  Listener(std::shared_ptr<Core> c, std::shared_ptr<const Router> r)
      : core(std::move(c)), router(std::move(r)), acceptor(core->io) {}
  std::shared_ptr<Core> core;
  std::shared_ptr<const Router> router;
  Tcp::acceptor acceptor;
  std::optional<asio::ssl::context> tls;

  void accept() {
    acceptor.async_accept([this](Code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor.is_open()) {
        return;
      }
      if (!error && core->connections.size() < core->limits.max_connections) {
        Code ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        const auto remote = socket.remote_endpoint(ignored);
        std::string peer = ignored ? std::string() : remote.address().to_string(ignored);
        if (tls) {
          std::make_shared<Session<beast::ssl_stream<beast::tcp_stream>>>(core, router, std::move(peer),
                                                                          std::move(socket), *tls)
              ->start();
        } else {
          std::make_shared<Session<beast::tcp_stream>>(core, router, std::move(peer), std::move(socket))
              ->start();
        }
      } else if (error) {
        log::warn("tandem.http", "accept failed: {}", error.message());
        if (error == asio::error::no_descriptors) {  // or this would spin until one is free
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
      }
      accept();
    });
  }
};

struct Ticker {
  Ticker(asio::io_context& io, std::chrono::milliseconds p, std::function<void()> j)
      : timer(io), period(p), job(std::move(j)) {}
  asio::steady_timer timer;
  std::chrono::milliseconds period;
  std::function<void()> job;

  void run() {
    timer.expires_after(period);
    timer.async_wait([this](Code error) {
      if (!error) {
        job();
        run();
      }
    });
  }
};

Tcp::endpoint endpoint_of(asio::io_context& io, const Address& address) {
  if (address.host.empty()) {
    return {asio::ip::address_v6::any(), address.port};
  }
  Code error;
  const auto literal = asio::ip::make_address(address.host, error);
  if (!error) {
    return {literal, address.port};
  }
  Tcp::resolver resolver(io);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error || found.empty()) {
    raise(ErrorKind::config, "listener host " + address.host + " cannot be resolved: " + error.message(),
          "name an address of this machine in listeners, or none for all: http://:8083");
  }
  return found.begin()->endpoint();
}

Code bind(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint, bool all) {
  Code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  }
  if (!error && all && endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    Code ignored;
    acceptor.close(ignored);
  }
  return error;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(Limits limits) : core(std::make_shared<Core>(limits)) {}
  std::shared_ptr<Core> core;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<Ticker>> tickers;
  std::thread thread;
  std::mutex stopping;
};

Server::Server(Limits limits) : impl_(std::make_unique<Impl>(limits)) {}
Server::~Server() { stop(std::chrono::milliseconds(0)); }

std::uint16_t Server::listen(const Address& address, std::shared_ptr<const Router> router) {
  auto listener = std::make_unique<Listener>(impl_->core, std::move(router));
  if (address.tls) {
    listener->tls.emplace(asio::ssl::context::tls_server);
    configure_tls(listener->tls->native_handle(), *address.tls);
  }
  const Tcp::endpoint endpoint = endpoint_of(impl_->core->io, address);
  Code error = bind(listener->acceptor, endpoint, address.host.empty());
  if (error && address.host.empty() && error != asio::error::address_in_use) {  // a machine without IPv6
    error = bind(listener->acceptor, {asio::ip::address_v4::any(), address.port}, true);
  }
  if (error) {
    const std::string where =
        (address.host.empty() ? "*" : address.host) + ":" + std::to_string(address.port);
    raise(ErrorKind::config, "cannot listen on " + where + ": " + error.message(),
          error == asio::error::address_in_use
              ? "stop what holds port " + std::to_string(address.port) +
                    " (ss -ltnp) or choose another port in listeners or metrics.listeners"
              : "check host and port in listeners or metrics.listeners");
  }
  const std::uint16_t port = listener->acceptor.local_endpoint().port();
  impl_->listeners.push_back(std::move(listener));
  return port;
}

void Server::start() {
  for (auto& listener : impl_->listeners) {
    listener->accept();
  }
  for (auto& ticker : impl_->tickers) {
    ticker->run();
  }
  impl_->thread = std::thread([core = impl_->core] {
    const auto work = asio::make_work_guard(core->io);
    while (core->running) {
      try {
        core->io.run();
      } catch (...) {
        log::error("tandem.http", "a session failed: {}", current_error().text());
      }
    }
  });
}

void Server::every(std::chrono::milliseconds period, std::function<void()> job) {
  impl_->tickers.push_back(std::make_unique<Ticker>(impl_->core->io, period, std::move(job)));
}

void Server::stop(std::chrono::milliseconds grace) {
  const std::lock_guard one(impl_->stopping);
  if (!impl_->core->running || !impl_->thread.joinable()) {
    impl_->core->running = false;
    return;
  }
  Core& core = *impl_->core;
  asio::post(core.io, [this, &core] {
    core.draining = true;
    Code ignored;
    for (auto& listener : impl_->listeners) {
      listener->acceptor.close(ignored);
    }
    for (Connection* c : std::vector<Connection*>(core.connections.begin(), core.connections.end())) {
      if (!c->busy()) {
        c->close();
      }
    }
  });
  {
    std::unique_lock lock(core.mutex);
    core.emptied.wait_for(lock, grace, [&] { return core.open == 0; });
  }
  // What is left is closed; its completion handlers run once more so that nothing keeps a session alive.
  asio::post(core.io, [this, &core] {
    for (auto& ticker : impl_->tickers) {
      ticker->timer.cancel();
    }
    for (Connection* c : std::vector<Connection*>(core.connections.begin(), core.connections.end())) {
      c->close();
    }
    core.running = false;
    core.io.stop();
  });
  impl_->thread.join();
  core.io.restart();
  core.io.poll();
}

}  // namespace tandem::http
