#include "rest/listeners.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::rest {
namespace {

TEST(Listeners, DefaultsAreConnectsPortAndTheMonitor) {
  const RestSettings s = rest_settings({});
  ASSERT_EQ(s.listeners.size(), 1u);
  EXPECT_EQ(s.listeners[0].port, 8083);
  EXPECT_EQ(s.listeners[0].host, "");
  EXPECT_EQ(s.metrics.at(0).port, 8084);
  EXPECT_FALSE(s.admin);
}

TEST(Listeners, ReadsListsHostsAndTls) {
  const RestSettings s =
      rest_settings({{"listeners", "http://127.0.0.1:1, HTTPS://[::1]:2/"},
                     {"admin.listeners", ""},
                     {"metrics.listeners", ""},
                     {"ssl.keystore.location", "/common.pem"},
                     {"listeners.https.ssl.keystore.location", "/own.pem"},
                     {"ssl.keystore.password", "p"},
                     {"response.http.headers.config", "set X-Frame-Options: DENY, \"add A: b\""}});
  ASSERT_EQ(s.listeners.size(), 2u);
  EXPECT_EQ(s.listeners[1].host, "::1");
  ASSERT_TRUE(s.listeners[1].tls);
  EXPECT_EQ(s.listeners[1].tls->keystore_file, "/own.pem");
  EXPECT_EQ(s.listeners[1].tls->key_password, "p");
  EXPECT_TRUE(s.admin && s.admin->empty());
  EXPECT_TRUE(s.metrics.empty());
  EXPECT_EQ(s.extra_headers.size(), 2u);
  EXPECT_EQ(s.extra_headers[1].first, "A");
}

TEST(Listeners, RefusalsNameKeyAndValue) {
  for (const char* bad : {"8083", "ftp://:1", "http://host", "http://:x", "http://:70000"}) {
    try {
      rest_settings({{"listeners", bad}});
      ADD_FAILURE() << bad;
    } catch (const TandemError& e) {
      EXPECT_EQ(e.kind(), ErrorKind::config);
      EXPECT_NE(e.error().message.find(bad), std::string::npos);
      EXPECT_NE(e.error().message.find("listeners"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace tandem::rest
