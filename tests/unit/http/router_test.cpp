#include "http/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace tandem::http {
namespace {

Router make() {
  Router router([](int status, std::string_view text) {
    return Response{status, std::string(text), "", {}};
  });
  const auto say = [](std::string what) {
    return [what](Request request, Responder respond) {
      std::string text = what;
      for (const auto& [k, v] : request.path) {
        text += " " + k + "=" + v;
      }
      respond({200, text, "", {}});
    };
  };
  router.add("GET", "/", say("root"));
  router.add("GET", "/c", say("list"));
  router.add("POST", "/c", say("create"));
  router.add("GET", "/c/{name}", say("one"));
  router.add("GET", "/c/special", say("special"));
  router.add("GET", "/c/{name}/t/{n}", say("task"));
  router.add("GET", "/throws", [](Request, Responder) { throw std::runtime_error("inside"); });
  return router;
}

Response ask(const Router& router, std::string method, std::string target) {
  Response out;
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  router.dispatch(std::move(request), [&](Response r) { out = std::move(r); });
  return out;
}

TEST(Router, FindsByMethodAndPattern) {
  const Router r = make();
  EXPECT_EQ(ask(r, "GET", "/").body, "root");
  EXPECT_EQ(ask(r, "GET", "/c/").body, "list");
  EXPECT_EQ(ask(r, "POST", "/c?x=1").body, "create");
  EXPECT_EQ(ask(r, "GET", "/c/special").body, "special");
  EXPECT_EQ(ask(r, "GET", "/c/a%2Fb%20c").body, "one name=a/b c");
  EXPECT_EQ(ask(r, "GET", "/c/x/t/7").body, "task n=7 name=x");
  EXPECT_EQ(ask(r, "HEAD", "/c").body, "list");
}

TEST(Router, AnswersWhatHasNoRoute) {
  const Router r = make();
  EXPECT_EQ(ask(r, "GET", "/none").status, 404);
  EXPECT_EQ(ask(r, "GET", "/c//t/1").status, 404);
  EXPECT_EQ(ask(r, "GET", "/c/%zz").status, 400);
  const Response wrong = ask(r, "DELETE", "/c");
  EXPECT_EQ(wrong.status, 405);
  ASSERT_EQ(wrong.headers.size(), 1u);
  EXPECT_EQ(wrong.headers[0].second, "GET,HEAD,OPTIONS,POST");
  EXPECT_EQ(ask(r, "OPTIONS", "/c").status, 200);
  const Response thrown = ask(r, "GET", "/throws");
  EXPECT_EQ(thrown.status, 500);
  EXPECT_NE(thrown.body.find("inside"), std::string::npos);
}

TEST(Router, FiltersAndFinishersSeeEveryRoute) {
  Router r = make();
  r.filter([](const Request& request, const Responder& respond) {
    if (request.header("x-stop").empty()) {
      return true;
    }
    respond({401, "no", "", {}});
    return false;
  });
  r.finish([](const Request& request, Response& response) {
    response.headers.emplace_back("X-Seen", request.target);
  });
  EXPECT_EQ(ask(r, "GET", "/c").headers.back().second, "/c");
  EXPECT_EQ(ask(r, "GET", "/none").headers.back().second, "/none");
  Response out;
  Request request;
  request.method = "GET";
  request.target = "/c";
  request.headers["x-stop"] = "1";
  r.dispatch(std::move(request), [&](Response x) { out = std::move(x); });
  EXPECT_EQ(out.status, 401);
}

}  // namespace
}  // namespace tandem::http
